using System.Diagnostics;
using NMoE.Cli.Running;
using NMoE.Compute.Execution;
using NMoE.Compute.Store;
using NMoE.Federation.Experiments;
using NMoE.Federation.Roles;
using NMoE.Reporting.Canonical;
using NMoE.Simulation.Tracing;
using Spectre.Console;

namespace NMoE.Cli.Verifying;

/// <summary>One run of a verification, in a process of its own: what differs from process to process, such as hashes of strings, is to be seen.</summary>
/// <param name="given">What is run.</param>
/// <param name="trail">Where it leaves what is compared.</param>
/// <param name="console">Where progress is shown.</param>
internal sealed class VerifiedRun(GivenExperiment given, RunTrail trail, IAnsiConsole console)
{
    /// <summary>Computes what the store lacks.</summary>
    /// <param name="store">The store; the secret of private noise is the experiment's own all the same.</param>
    /// <param name="threads">Compute threads.</param>
    /// <param name="cancellation">Stops it.</param>
    public void Compute(string store, int threads, CancellationToken cancellation)
    {
        var settings = given.Configuration().Settings;
        var own = Places.Store(settings);
        var catalog = Places.Catalog(settings);
        using var pulse = new Pulse("reading the data", Stopwatch.StartNew(), line => ProgressView.Say(console, line));
        var plan = Preparation.WithSecret(Preparation.Checked(settings, catalog, pulse.Do, line => ProgressView.Say(console, line), cancellation).Plan, own);
        given.CheckData(plan.Deal.Data);
        using var executor = Preparation.Executor(plan, catalog, new JobStore(own with { Path = store }), threads, null, cancellation);
        pulse.Do("running the experiment anew");
        pulse.Detail = () => FormattableString.Invariant($"{executor.Counts.Run} jobs run");
        Leave(Run(plan, executor, cancellation), executor.Counts, threads);
    }

    /// <summary>Asks the experiment's own store, and computes nothing: ends with the first job that the store lacks.</summary>
    /// <param name="cancellation">Stops it.</param>
    public void Recall(CancellationToken cancellation)
    {
        var settings = given.Configuration().Settings;
        var own = Places.Store(settings);
        var catalog = Places.Catalog(settings);
        var store = new JobStore(own);
        var plan = Preparation.WithSecret(Shards.Of(settings, catalog).Plan, own);
        given.CheckData(plan.Deal.Data);
        var executor = Remembered.Executor(plan, catalog, store);
        try
        {
            Leave(Run(plan, executor, cancellation), executor.Counts, 0);
        }
        catch (Exception end) when (Remembered.Lacking(end) is { } lacking)
        {
            using var trace = File.OpenRead(trail.Trace);
            new RunFacts(0, null, TraceReader.Read(trace).LongCount(), 0, executor.Counts.Remembered, lacking.Kind, []).Write(trail);
        }
    }

    private Outcome Run(Plan plan, IExecutor executor, CancellationToken cancellation)
    {
        using var trace = new TraceFile(trail.Trace);
        return ProgressView.Show(
            console, Stopwatch.StartNew(), progress => new Experiment(plan, executor, progress) { TraceSink = trace }.Run(cancellation));
    }

    private void Leave(Outcome outcome, ExecutorCounts counts, int threads)
    {
        File.WriteAllBytes(trail.Metrics, CanonicalForm.Metrics(outcome.Report));
        File.WriteAllBytes(trail.Ledger, CanonicalForm.Ledger(outcome.Report.Ledger));
        new RunFacts(
            threads, RunHashes.Of(outcome), outcome.Events, counts.Run, counts.Remembered, null,
            [.. outcome.Models.Select(item => new ModelFact(item.Name, item.Model.Hash.Hex))]).Write(trail);
    }
}
