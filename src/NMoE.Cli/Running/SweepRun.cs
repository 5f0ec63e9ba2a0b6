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
public sealed class SweepRun(SweepPlan plan, string output, IAnsiConsole console)
{
    private readonly Stopwatch _watch = Stopwatch.StartNew();
    private readonly DateTimeOffset _started = DateTimeOffset.UtcNow;

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
        foreach (var notice in SweepLabels.Notices(plan))
            ProgressView.Say(console, $"note       {notice}");
        using var folder = RunFolder.Take(output, $"{plan.Name}-{plan.Hash[..12]}", Leftovers.Kept);
        var done = ImmutableArray<Manifest>.Empty;
        var result = new SweepResult(plan, ImmutableArray.CreateRange(new RunReport?[plan.Points.Length]));
        try
        {
            for (var number = 0; number < plan.Points.Length; number++)
            {
                var point = plan.Points[number];
                Say($"experiment {number + 1} of {plan.Points.Length}: {NameOf(point)}");
                try
                {
                    var (_, report, manifest, _) = new ExperimentRun(point.Configuration, folder.Unfinished, console).Go(cancellation);
                    result = result with { Reports = result.Reports.SetItem(number, report) };
                    done = done.Add(manifest);
                }
                catch (Exception error) when (!cancellation.IsCancellationRequested && ExitCodes.CodeOf(error) is not null)
                {
                    var reason = ExitCodes.MessageOf(error);
                    Say($"experiment {number + 1} failed: {reason}");
                    result = result with { Failures = result.Failures.Add(number, reason) };
                }

                SweepWriter.Write(result, folder.Writer, warning => Say($"warning: {warning}"));
                folder.Writer.WriteManifest(State(done, RunStatus.Running, null));
            }

            var files = SweepWriter.Write(result, folder.Writer, warning => Say($"warning: {warning}"));
            folder.Writer.WriteManifest(State(done, RunStatus.Finished, null));
            var before = folder.MoveIn();
            return new(
                result, [.. files.Select(file => Path.Combine(folder.Place, Path.GetRelativePath(folder.Unfinished, file)))],
                done.Sum(run => run.JobsRun), done.Sum(run => run.JobsRemembered), before);
        }
        catch (Exception end)
        {
            folder.Writer.WriteManifest(State(
                done, cancellation.IsCancellationRequested ? RunStatus.Interrupted : RunStatus.Failed,
                cancellation.IsCancellationRequested ? "it was stopped; the same command goes on from there" : end.Message));
            throw;
        }
    }

    /// <summary>The sweep as one result: its state is that of its runs.</summary>
    private Manifest State(ImmutableArray<Manifest> done, RunStatus status, string? reason)
    {
        var settings = plan.Points[0].Configuration.Settings;
        var state = StateHash.Of(Encoding.UTF8.GetBytes(string.Concat(done.Select(run => $"{run.Name} {run.StateHash}\n"))));
        return new Manifest(
            plan.Name, plan.Hash, status == RunStatus.Finished ? state : null, null, null, null, null, done.Sum(run => run.VirtualSeconds), done.Sum(run => run.Events),
            done.Sum(run => run.JobsRun), done.Sum(run => run.JobsRemembered), Together(done, run => run.JobsRunByKind), Together(done, run => run.JobsRememberedByKind),
            new ManifestRun(
                status, reason, _started, _watch.Elapsed.TotalSeconds, settings.Compute.Threads,
                Places.Store(settings).Path, typeof(SweepRun).Assembly.GetName().Version!.ToString(3)))
        {
            World = RunWorld.Simulated,
            Inputs = done.Select(run => run.Inputs).Distinct().Count() == 1 ? done[0].Inputs : null,
        };
    }

    private static ImmutableSortedDictionary<string, long> Together(
        ImmutableArray<Manifest> done, Func<Manifest, ImmutableSortedDictionary<string, long>> countsOf) => done
        .SelectMany(countsOf).GroupBy(count => count.Key, StringComparer.Ordinal)
        .ToImmutableSortedDictionary(kind => kind.Key, kind => kind.Sum(count => count.Value), StringComparer.Ordinal);

    /// <summary>A point's labels; the sweep's name where it has none.</summary>
    public string NameOf(SweepPoint point)
    {
        ArgumentNullException.ThrowIfNull(point);
        return point.Labels.IsEmpty ? plan.Name : string.Join(", ", point.Labels);
    }

    private void Say(FormattableString line) => console.Profile.Out.Writer.WriteLine(FormattableString.Invariant(line));

    /// <summary>Data that the last experiment could not deal is refused before the first has run for hours.</summary>
    private void CheckShards()
    {
        foreach (var settings in plan.Points.Select(point => point.Configuration.Settings))
            _ = Shards.Of(settings, Places.Catalog(settings));
    }
}

/// <summary>A sweep that came to its end.</summary>
/// <param name="Result">All reports.</param>
/// <param name="Files">Tables and figures.</param>
/// <param name="Run">Jobs that were run in experiments that did not fail.</param>
/// <param name="Remembered">Jobs that were remembered in those.</param>
/// <param name="Before">What was in its folder and is another result; null where there was none.</param>
public sealed record FinishedSweep(SweepResult Result, ImmutableArray<string> Files, long Run, long Remembered, PutAside? Before);
