using System.Collections.Immutable;
using NMoE.Compute.Execution;
using NMoE.Compute.Jobs;
using NMoE.Federation.Algorithms;
using NMoE.Federation.Configuration;
using NMoE.Federation.Devices;
using NMoE.Federation.Experiments;
using NMoE.Federation.Roles;
using NMoE.Federation.Settings;
using NMoE.Simulation.Time;

namespace NMoE.Federation.Fuzzing;

/// <summary>A small experiment in which something goes wrong, and an order of the events of one instant.</summary>
/// <param name="Seed">What all of it was drawn from.</param>
/// <param name="Plan">The experiment.</param>
/// <param name="TieSeed">What the order of events of one instant is drawn from; null for the order in which they were caused.</param>
public sealed record FuzzCase(ulong Seed, Plan Plan, ulong? TieSeed)
{
    private FaultsSection Faults => Plan.Settings.Faults;

    /// <summary>
    /// Its faults as an experiment states them: sentences of <c>faults.rules</c>, then of <c>faults.schedule</c>, then keys of what is drawn.
    /// </summary>
    public ImmutableArray<string> Sentences =>
    [
        .. Faults.Rules.Select(rule => $"faults.rules: \"{new RulesFormat().Sentence(rule)}\""),
        .. Faults.Schedule.Select(fault => $"faults.schedule: \"{new ScheduleFormat().Sentence(fault)}\""),
        .. Faults.Crashes.Share > 0
            ? [FormattableString.Invariant($"faults.crashes {{ share = {Faults.Crashes.Share}, within = {Time(Faults.Crashes.Within)}, for = {Time(Faults.Crashes.For)} }}")]
            : ImmutableArray<string>.Empty,
        .. Faults.Churn.Up > TimeSpan.Zero
            ? [$"faults.churn {{ up = {Time(Faults.Churn.Up)}, down = {Time(Faults.Churn.Down)}, until = {Time(Faults.Churn.Until)} }}"]
            : ImmutableArray<string>.Empty,
    ];

    /// <summary>The same with each of its faults left out in turn.</summary>
    public IEnumerable<FuzzCase> WithOneFaultLess() =>
    [
        .. Faults.Rules.Select((_, place) => With(Faults with { Rules = Faults.Rules.RemoveAt(place) })),
        .. Faults.Schedule.Select((_, place) => With(Faults with { Schedule = Faults.Schedule.RemoveAt(place) })),
        .. Faults.Crashes.Share > 0 ? [With(Faults with { Crashes = Faults.Crashes with { Share = 0 } })] : ImmutableArray<FuzzCase>.Empty,
        .. Faults.Churn.Up > TimeSpan.Zero ? [With(Faults with { Churn = Faults.Churn with { Up = TimeSpan.Zero } })] : ImmutableArray<FuzzCase>.Empty,
    ];

    /// <summary>Runs it.</summary>
    /// <param name="functions">The kinds of jobs, of which sizes are taken and nothing is run.</param>
    /// <param name="roles">The roles that its devices play.</param>
    /// <param name="coverage">Where it is counted which fault met which state.</param>
    /// <param name="cancellation">Stops between two events.</param>
    public FuzzResult Run(IEnumerable<IJobFunction> functions, Func<Plan, RoleSet> roles, Coverage coverage, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(roles);
        var watch = new FuzzWatch(Plan, coverage);
        var executor = new RehearsalExecutor(functions, _ => null);
        Exception? failure = null;
        Outcome? outcome = null;
        try
        {
            outcome = new Experiment(Plan, executor, _ => { }) { Watch = watch, Roles = roles(Plan), TieSeed = TieSeed }.Run(cancellation);
        }
        catch (Exception end) when (end is not OperationCanceledException and not OutOfMemoryException)
        {
            failure = end;
        }

        watch.Over(outcome, failure);
        return new FuzzResult(this, watch.Violation, (failure as ExperimentFailedException)?.Message, outcome?.ModelHash, watch.TraceHash, watch.Events, watch.End);
    }

    private FuzzCase With(FaultsSection faults) => this with { Plan = Plans.Of(Plan.Settings with { Faults = faults }, Plan.Deal.Data) };

    private static string Time(TimeSpan time) => Measures.Duration("0 us", "10000 h").Write(time);
}

/// <summary>How a case ended.</summary>
/// <param name="Case">The case.</param>
/// <param name="Violation">The first invariant that did not hold, or null.</param>
/// <param name="Reason">Why there is no result, in a run that could not have one; else null.</param>
/// <param name="ModelHash">Of every final F, G and H_i, in client order; null where there is no result.</param>
/// <param name="TraceHash">Of all events.</param>
/// <param name="Events">Their number.</param>
/// <param name="End">When the run was over.</param>
public sealed record FuzzResult(
    FuzzCase Case, Violation? Violation, string? Reason, string? ModelHash, string TraceHash, long Events, VirtualTime End);
