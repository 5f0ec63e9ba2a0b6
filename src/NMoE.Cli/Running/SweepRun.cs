using System.Collections.Immutable;
using System.Diagnostics;
using System.Text;
using NMoE.Federation.Records;
using NMoE.Federation.Sweeps;
using NMoE.Reporting.Canonical;
using NMoE.Reporting.Records;
using NMoE.Reporting.Runs;
using NMoE.Reporting.Sweeps;
using Spectre.Console;

namespace NMoE.Cli.Running;

/// <summary>A sweep from the command line: its experiments one after the other, sharing what the store remembers.</summary>
/// <param name="plan">The sweep.</param>
/// <param name="output">Folder for run directories.</param>
/// <param name="console">Where progress is shown.</param>
internal sealed class SweepRun(SweepPlan plan, string output, IAnsiConsole console)
{
    private readonly Stopwatch _watch = Stopwatch.StartNew();

    /// <summary>Whose time its experiments are gone through in: rehearsed ones have a folder of their own.</summary>
    public RunWorld World { get; init; } = RunWorld.Simulated;

    private readonly DateTimeOffset _started = DateTimeOffset.UtcNow;
    private SweepResult _result = new(plan, ImmutableArray.CreateRange(new RunReport?[plan.Points.Length]));

    /// <summary>
    /// Runs what there is to run, and writes tables and figures after each experiment, so that an interruption loses none. An experiment that fails is recorded
    /// with its reason, and the others are run.
    /// </summary>
    /// <returns>All reports, the files written, and how many jobs were run and remembered in experiments that did not fail.</returns>
    /// <exception cref="OperationCanceledException">Stopped; the same command goes on from there.</exception>
    public FinishedSweep Go(CancellationToken cancellation)
    {
        using (new Pulse("reading, hashing and dealing the data of all experiments", _watch, line => ProgressView.Say(console, line)))
            CheckShards();
        using var folder = RunFolder.Take(output, RunFolder.NameOf(plan.Name, plan.Hash, World), Leftovers.Kept);
        try
        {
            for (var number = 0; number < plan.Points.Length; number++)
            {
                RunOne(number, folder.Unfinished, cancellation);
                Write(folder.Writer, RunStatus.Running);
            }

            var files = Write(folder.Writer, RunStatus.Finished);
            var before = folder.MoveIn();
            return new(
                _result, [.. files.Select(file => Path.Combine(folder.Place, Path.GetRelativePath(folder.Unfinished, file)))],
                Done.Sum(run => run.JobsRun), Done.Sum(run => run.JobsRemembered), before);
        }
        catch (Exception end)
        {
            var isStopped = cancellation.IsCancellationRequested;
            folder.Writer.WriteManifest(State(
                isStopped ? RunStatus.Interrupted : RunStatus.Failed, isStopped ? "it was stopped; the same command goes on from there" : end.Message));
            throw;
        }
    }

    private void RunOne(int number, string folder, CancellationToken cancellation)
    {
        var point = plan.Points[number];
        Say($"experiment {number + 1} of {plan.Points.Length}: {NameOf(point)}");
        try
        {
            var (_, report, manifest, _) = World == RunWorld.Rehearsed
                ? new RehearsedRun(point.Configuration, folder, console).Go(cancellation)
                : new ExperimentRun(point.Configuration, folder, console).Go(cancellation);
            _result = _result with { Reports = _result.Reports.SetItem(number, report), Manifests = _result.Manifests.Add(number, manifest) };
        }
        catch (Exception error) when (!cancellation.IsCancellationRequested && ExitCodes.CodeOf(error) is not null)
        {
            var reason = ExitCodes.MessageOf(error);
            Say($"experiment {number + 1} failed: {reason}");
            _result = _result with { Failures = _result.Failures.Add(number, reason) };
        }
    }

    /// <summary>Writes tables and figures of what there is, and how the sweep stands.</summary>
    private ImmutableArray<string> Write(RunWriter writer, RunStatus status)
    {
        var files = SweepWriter.Write(_result, writer, warning => Say($"warning: {warning}"));
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
            done.Sum(run => run.JobsRun), done.Sum(run => run.JobsRemembered), Together(done, run => run.JobsRunByKind), Together(done, run => run.JobsRememberedByKind),
            new ManifestRun(
                status, reason, _started, _watch.Elapsed.TotalSeconds, settings.Compute.Threads,
                Places.Store(settings).Path, typeof(SweepRun).Assembly.GetName().Version!.ToString(3)))
        {
            World = World,
            Inputs = done.Select(run => run.Inputs).Distinct().Count() == 1 ? done[0].Inputs : null,
        };
    }

    private static ImmutableSortedDictionary<string, long> Together(
        ImmutableArray<Manifest> done, Func<Manifest, ImmutableSortedDictionary<string, long>> countsOf) => done
        .SelectMany(countsOf).GroupBy(count => count.Key, StringComparer.Ordinal)
        .ToImmutableSortedDictionary(kind => kind.Key, kind => kind.Sum(count => count.Value), StringComparer.Ordinal);

    private ImmutableArray<Manifest> Done => [.. _result.Manifests.Values];

    /// <summary>A point's labels; the sweep's name where it has none.</summary>
    public string NameOf(SweepPoint point) => point.Labels.IsEmpty ? plan.Name : string.Join(", ", point.Labels);

    private void Say(FormattableString line) => console.Profile.Out.Writer.WriteLine(FormattableString.Invariant(line));

    /// <summary>Data that the last experiment could not deal is refused before the first has run for hours.</summary>
    private void CheckShards()
    {
        // Of a rehearsed one the sizes alone count.
        foreach (var settings in plan.Points.Select(point => point.Configuration.Settings).Where(_ => World != RunWorld.Rehearsed))
            _ = Shards.Of(settings, Places.Catalog(settings));
    }
}

/// <summary>A sweep that came to its end.</summary>
/// <param name="Result">All reports.</param>
/// <param name="Files">Tables and figures.</param>
/// <param name="Run">Jobs that were run in experiments that did not fail.</param>
/// <param name="Remembered">Jobs that were remembered in those.</param>
/// <param name="Before">What was in its folder and is another result; null where there was none.</param>
internal sealed record FinishedSweep(SweepResult Result, ImmutableArray<string> Files, long Run, long Remembered, PutAside? Before);
