using System.Collections.Immutable;
using NMoE.Federation.Records;
using NMoE.Federation.Roles;
using NMoE.Federation.Sweeps;
using NMoE.Reporting.Sweeps;
using Spectre.Console;

namespace NMoE.Cli.Running;

/// <summary>A sweep from the command line: its experiments one after the other, sharing what the store remembers.</summary>
/// <param name="plan">The sweep.</param>
/// <param name="output">Folder for run directories.</param>
/// <param name="console">Where progress is shown.</param>
public sealed class SweepRun(SweepPlan plan, string output, IAnsiConsole console)
{
    /// <summary>The sweep's own folder, with a folder for each run below it.</summary>
    public string Folder { get; } = Path.Combine(output, plan.Name);

    /// <summary>
    /// Runs what there is to run, and writes tables and figures after each experiment, so that an interruption loses none. An experiment that fails is recorded
    /// with its reason, and the others are run.
    /// </summary>
    /// <returns>All reports, the files written, and how many jobs were run and remembered in experiments that did not fail.</returns>
    /// <exception cref="OperationCanceledException">Stopped; the same command goes on from there.</exception>
    public (SweepResult Result, ImmutableArray<string> Files, long Run, long Remembered) Go(CancellationToken cancellation)
    {
        CheckShards();
        var result = new SweepResult(plan, ImmutableArray.CreateRange(new RunReport?[plan.Points.Length]));
        var files = ImmutableArray<string>.Empty;
        var (run, remembered) = (0L, 0L);
        for (var number = 0; number < plan.Points.Length; number++)
        {
            var point = plan.Points[number];
            Say($"experiment {number + 1} of {plan.Points.Length}: {NameOf(point)}");
            try
            {
                var (_, report, manifest) = new ExperimentRun(point.Configuration, Folder, console).Go(cancellation);
                result = result with { Reports = result.Reports.SetItem(number, report) };
                (run, remembered) = (run + manifest.JobsRun, remembered + manifest.JobsRemembered);
            }
            catch (Exception error) when (!cancellation.IsCancellationRequested && ExitCodes.CodeOf(error) is not null)
            {
                var reason = ExitCodes.MessageOf(error);
                Say($"experiment {number + 1} failed: {reason}");
                result = result with { Failures = result.Failures.Add(number, reason) };
            }

            files = SweepWriter.Write(result, Folder);
        }

        return (result, files, run, remembered);
    }

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
        {
            var catalog = Places.Catalog(settings);
            Shards.Check(new Plan(settings, catalog.Open(settings.Data.Name, settings.Seed).Spec), catalog);
        }
    }
}
