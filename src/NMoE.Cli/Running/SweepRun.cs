using System.Collections.Immutable;
using System.Diagnostics;
using System.Text;
using NMoE.Compute.Execution;
using NMoE.Compute.Store;
using NMoE.Federation.Records;
using NMoE.Federation.Roles;
using NMoE.Federation.Sweeps;
using NMoE.Reporting.Canonical;
using NMoE.Reporting.Records;
using NMoE.Reporting.Runs;
using NMoE.Reporting.Sweeps;
using Spectre.Console;

namespace NMoE.Cli.Running;

/// <summary>A sweep from the command line: its experiments, several at once, sharing threads and what the store remembers.</summary>
/// <param name="plan">The sweep.</param>
/// <param name="output">Folder for run directories.</param>
/// <param name="console">Where progress is shown.</param>
internal sealed class SweepRun(SweepPlan plan, string output, IAnsiConsole console)
{
    // Each has a world and its records in memory; this many keep the threads busy while some write reports and others wait for one slow job.
    private const int MostAtOnce = 8;

    private readonly Stopwatch _watch = Stopwatch.StartNew();
    private readonly DateTimeOffset _started = DateTimeOffset.UtcNow;
    private readonly Lock _recording = new();
    private readonly SweepView _view = new(console, plan.Points.Length);
    private readonly List<ExecutorCounts> _searched = [];
    private SweepResult _result = new(plan, ImmutableArray.CreateRange(new RunReport?[plan.Points.Length]));

    /// <summary>Whose time its experiments are gone through in: rehearsed ones have a folder of their own.</summary>
    public RunWorld World { get; init; } = RunWorld.Simulated;

    /// <summary>Where workers join; null has this process compute alone.</summary>
    public ClusterPlace? Cluster { get; init; }

    /// <summary>
    /// Runs what there is to run, and writes tables and figures after each experiment, so that an interruption loses none. An experiment that fails is recorded
    /// with its reason, and the others are run.
    /// </summary>
    /// <returns>All reports, the files written, and how many jobs were run and remembered in experiments that did not fail.</returns>
    /// <exception cref="OperationCanceledException">Stopped; the same command goes on from there.</exception>
    public FinishedSweep Go(CancellationToken cancellation)
    {
        using var folder = RunFolder.Take(output, RunFolder.NameOf(plan.Name, plan.Hash, World), Leftovers.Kept);
        try
        {
            using (var place = Place(cancellation))
                RunAll(folder, place, cancellation);
            var files = Write(folder.Writer, RunStatus.Finished);
            var before = folder.MoveIn();
            return new(
                _result, [.. files.Select(file => Path.Combine(folder.Place, Path.GetRelativePath(folder.Unfinished, file)))],
                JobsRun, JobsRemembered, before);
        }
        catch (Exception end)
        {
            var isStopped = cancellation.IsCancellationRequested;
            folder.Writer.WriteManifest(State(
                isStopped ? RunStatus.Interrupted : RunStatus.Failed, isStopped ? "it was stopped; the same command goes on from there" : end.Message));
            throw;
        }
    }

    /// <summary>What all experiments compute with; null where each has its own, or none is needed.</summary>
    private Workplace? Place(CancellationToken cancellation)
    {
        // Of a rehearsed one the sizes alone count.
        if (World == RunWorld.Rehearsed)
        {
            return plan.Halving is null ? null : throw new BadArgumentException(
                "--rehearse", "sweep.search = halving compares what experiments learn, and a rehearsal learns nothing", "Leave it out, or write --set sweep.search=grid");
        }

        var settings = plan.Points.Select(point => point.Configuration.Settings).ToArray();
        using var pulse = new Pulse("reading, hashing and dealing the data of all experiments", _watch, _view.Say);

        // Data that the last experiment could not deal is refused before the first has run for hours.
        var catalog = Places.Catalog(settings[0]);
        ImmutableArray<Plan> plans = [.. settings.Select(one => Shards.Of(one, one.Data.Path == settings[0].Data.Path ? catalog : Places.Catalog(one)).Plan)];
        if (!Workplace.IsCommon(settings))
        {
            return Cluster is null && plan.Halving is null ? null : throw new BadArgumentException(
                Cluster is null ? "sweep.search" : "--cluster", "the experiments of this sweep differ in compute.store, compute.threads, compute.device, compute.tf32 or data.path, which they have to share here", "Give all of them the same");
        }

        pulse.Do("opening the store, and taking the training step that shows how this machine rounds");
        var store = new JobStore(Places.Store(settings[0]));
        return Workplace.Open(plan.Name, [.. plans.Select(one => Preparation.WithSecret(one, store.Settings))], catalog, store, Cluster, _view.Say, cancellation);
    }

    private void RunAll(RunFolder folder, Workplace? place, CancellationToken cancellation)
    {
        var threads = plan.Points[0].Configuration.Settings.Compute.Threads;
        var atOnce = World == RunWorld.Rehearsed || place is not null ? plan.Parallel ?? Math.Min(threads, MostAtOnce) : 1;
        ImmutableArray<int> numbers = plan.Halving is { } halving ? Search(halving, place!, atOnce, cancellation) : [.. Enumerable.Range(0, plan.Points.Length)];
        if (Math.Min(atOnce, numbers.Length) == 1)
        {
            SideBySide.Do(1, numbers, (number, stop) => RunOne(number, folder, place, new ConsoleView(console), stop), cancellation);
            return;
        }

        _view.Say(FormattableString.Invariant($"{plan.Points.Length} experiments, {Math.Min(atOnce, numbers.Length)} at once"));
        _view.Show(() => SideBySide.Do(atOnce, numbers, (number, stop) =>
        {
            RunOne(number, folder, place, _view.Of(number + 1, NameOf(plan.Points[number])), stop);
            _view.Leave(number + 1);
        }, cancellation));
    }

    /// <summary>Which experiments run to their end.</summary>
    private ImmutableArray<int> Search(SweepHalving halving, Workplace place, int atOnce, CancellationToken cancellation)
    {
        (HalvingRecord Record, ImmutableArray<int> Left) searched = default;
        _view.Show(() => searched = new Halving(plan, halving, atOnce, (number, round, stop) => Try(number, halving, round, place, stop), _view.Say).Go(cancellation));
        _result = _result with { Halving = searched.Record };
        return searched.Left;
    }

    private double? Try(int number, SweepHalving halving, int round, Workplace place, CancellationToken cancellation)
    {
        try
        {
            var view = _view.Of(number + 1, NameOf(plan.Points[number]));
            var (value, counts) = new Trial(plan.Points[number].Configuration, place).Measure(halving.Measure, round, view, cancellation);
            lock (_recording)
                _searched.Add(counts);
            return value;
        }
        catch (Exception error) when (!cancellation.IsCancellationRequested && error is not BadArgumentException && ExitCodes.CodeOf(error) is not null)
        {
            var reason = ExitCodes.MessageOf(error);
            _view.Say(FormattableString.Invariant($"experiment {number + 1} failed: {reason}"));
            lock (_recording)
                _result = _result with { Failures = _result.Failures.SetItem(number, reason) };
            return null;
        }
        finally
        {
            _view.Leave(number + 1);
        }
    }

    private void RunOne(int number, RunFolder folder, Workplace? place, IRunView view, CancellationToken cancellation)
    {
        var point = plan.Points[number];
        _view.Say(FormattableString.Invariant($"experiment {number + 1} of {plan.Points.Length}: {NameOf(point)}"));
        try
        {
            var (_, report, manifest, _) = World == RunWorld.Rehearsed
                ? new RehearsedRun(point.Configuration, folder.Unfinished, view).Go(cancellation)
                : new ExperimentRun(point.Configuration, folder.Unfinished, view) { Shared = place }.Go(cancellation);
            Record(folder, result => result with { Reports = result.Reports.SetItem(number, report), Manifests = result.Manifests.Add(number, manifest) });
        }
        catch (Exception error) when (!cancellation.IsCancellationRequested && ExitCodes.CodeOf(error) is not null)
        {
            var reason = ExitCodes.MessageOf(error);
            _view.Say(FormattableString.Invariant($"experiment {number + 1} failed: {reason}"));
            Record(folder, result => result with { Failures = result.Failures.Add(number, reason) });
        }
    }

    private void Record(RunFolder folder, Func<SweepResult, SweepResult> change)
    {
        lock (_recording)
        {
            _result = change(_result);
            Write(folder.Writer, RunStatus.Running);
        }
    }

    /// <summary>Writes tables and figures of what there is, and how the sweep stands.</summary>
    private ImmutableArray<string> Write(RunWriter writer, RunStatus status)
    {
        var files = SweepWriter.Write(_result, writer, warning => _view.Say($"warning: {warning}"));
        writer.WriteManifest(State(status, null));
        return files;
    }

    /// <summary>The sweep as one result: its state is that of its runs.</summary>
    private Manifest State(RunStatus status, string? reason)
    {
        var done = Done;
        var settings = plan.Points[0].Configuration.Settings;
        var state = StateHash.Of(Encoding.UTF8.GetBytes(string.Concat(done.Select(run => $"{run.Name} {run.StateHash}\n"))));
        return new Manifest(
            plan.Name, plan.Hash, status == RunStatus.Finished ? state : null, null, null, null, null, done.Sum(run => run.VirtualSeconds), done.Sum(run => run.Events),
            JobsRun, JobsRemembered, Together(done.Select(run => run.JobsRunByKind.AsEnumerable()).Concat(_searched.Select(counts => Long(counts.RunByKind)))),
            Together(done.Select(run => run.JobsRememberedByKind.AsEnumerable()).Concat(_searched.Select(counts => Long(counts.RememberedByKind)))),
            new ManifestRun(
                status, reason, _started, _watch.Elapsed.TotalSeconds, settings.Compute.Threads,
                Places.Store(settings).Path, typeof(SweepRun).Assembly.GetName().Version!.ToString(3)))
        {
            World = World,
            Inputs = done.Select(run => run.Inputs).Distinct().Count() == 1 ? done[0].Inputs : null,
        };
    }

    private long JobsRun => Done.Sum(run => run.JobsRun) + _searched.Sum(counts => counts.Run);

    private long JobsRemembered => Done.Sum(run => run.JobsRemembered) + _searched.Sum(counts => counts.Remembered);

    private static ImmutableSortedDictionary<string, long> Together(IEnumerable<IEnumerable<KeyValuePair<string, long>>> counts) => counts
        .SelectMany(kinds => kinds).GroupBy(count => count.Key, StringComparer.Ordinal)
        .ToImmutableSortedDictionary(kind => kind.Key, kind => kind.Sum(count => count.Value), StringComparer.Ordinal);

    private static IEnumerable<KeyValuePair<string, long>> Long(IReadOnlyDictionary<string, int> counts) => counts.Select(count => KeyValuePair.Create(count.Key, (long)count.Value));

    private ImmutableArray<Manifest> Done => [.. _result.Manifests.Values];

    /// <summary>A point's labels; the sweep's name where it has none.</summary>
    public string NameOf(SweepPoint point) => point.Labels.IsEmpty ? plan.Name : string.Join(", ", point.Labels);
}

/// <summary>A sweep that came to its end.</summary>
/// <param name="Result">All reports.</param>
/// <param name="Files">Tables and figures.</param>
/// <param name="Run">Jobs that were run in experiments that did not fail.</param>
/// <param name="Remembered">Jobs that were remembered in those.</param>
/// <param name="Before">What was in its folder and is another result; null where there was none.</param>
internal sealed record FinishedSweep(SweepResult Result, ImmutableArray<string> Files, long Run, long Remembered, PutAside? Before);
