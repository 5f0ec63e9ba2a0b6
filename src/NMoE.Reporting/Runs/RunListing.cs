using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using System.Text.Json;
using NMoE.Federation.Records;
using NMoE.Reporting.Figures;
using NMoE.Reporting.Files;
using NMoE.Reporting.Records;
using NMoE.Reporting.Tables;

namespace NMoE.Reporting.Runs;

/// <summary>A run or a sweep as <c>nmoe list</c> shows it.</summary>
/// <param name="Folder">Its folder, below the one that was listed.</param>
/// <param name="Name">The experiment's name; null where the manifest cannot be read.</param>
/// <param name="State"><c>finished</c>, <c>rehearsed</c> (finished, and nothing was learned), <c>running</c>, <c>killed</c>, <c>interrupted</c>, <c>failed</c> or <c>unreadable</c>.</param>
/// <param name="StartedUtc">When it was started; null where the manifest cannot be read.</param>
/// <param name="WallSeconds">How long it took, or has taken so far.</param>
/// <param name="VirtualSeconds">Virtual time that it reached; of a sweep all together.</param>
/// <param name="Runs">Runs of a sweep that lie in its folder; null for a single run.</param>
/// <param name="Gate">The gate whose accuracy follows: FedGate, else the run's first; null where nothing was served, and for sweeps.</param>
/// <param name="Test">The test set of it.</param>
/// <param name="Accuracy">Accuracy of that gate, 0..1.</param>
/// <param name="Remark">Why it stands so; null where there is nothing to say.</param>
public sealed record ListedRun(
    string Folder, string? Name, string State, DateTimeOffset? StartedUtc, double? WallSeconds, double? VirtualSeconds, int? Runs, string? Gate, string? Test, double? Accuracy, string? Remark);

/// <summary>What lies in a folder of runs.</summary>
public static class RunListing
{
    /// <summary>Every folder with a manifest, by the time it was started, those that cannot be read last. Runs within a sweep count as its own.</summary>
    /// <param name="output">Folder of run directories.</param>
    /// <exception cref="RunUnreadableException">There is no such folder, or it cannot be read.</exception>
    public static ImmutableArray<ListedRun> Of(string output)
    {
        try
        {
            return [.. Directory.GetDirectories(output).Where(HoldsManifest).Select(Listed).OrderBy(run => run.StartedUtc ?? DateTimeOffset.MaxValue).ThenBy(run => run.Folder, StringComparer.Ordinal)];
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            throw new RunUnreadableException(output, "the folder cannot be read.", "Name a folder of runs, as --out of nmoe run gave it.", problem);
        }
    }

    /// <summary>The table for a terminal, and below it what is to be said of single ones: sentences would make each row several lines.</summary>
    /// <param name="runs">The runs.</param>
    /// <param name="width">The columns of the terminal.</param>
    public static string PlainText(ImmutableArray<ListedRun> runs, int width)
    {
        var text = new StringBuilder();
        TableText.AppendPlain(text, Table(runs), width);
        foreach (var run in runs.Where(run => run.Remark is not null))
            text.Append(run.Folder).Append(": ").Append(run.Remark).Append('\n');
        return text.ToString();
    }

    private static Table Table(ImmutableArray<ListedRun> runs) => new(
        FormattableString.Invariant($"{runs.Length} runs and sweeps"),
        [
            new("Folder", Side.Left), new("State", Side.Left), new("Started (UTC)", Side.Left), new("Took", Side.Right), new("Accuracy (%)", Side.Right), new("Of", Side.Left),
        ],
        [
            .. runs.Select(run => ImmutableArray.Create(
                run.Folder, run.State, run.StartedUtc?.UtcDateTime.ToString("yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture) ?? "-",
                run.WallSeconds is { } seconds ? TimeSpan.FromSeconds(Math.Round(seconds, MidpointRounding.AwayFromZero)).ToString("c", CultureInfo.InvariantCulture) : "-",
                run.Accuracy is { } share ? (100 * share).ToString("F2", CultureInfo.InvariantCulture) : "-",
                run.Runs is { } count ? FormattableString.Invariant($"a sweep, {count} runs") : run.Gate is { } gate ? $"{Names.OfGate(gate)}, {run.Test}" : "-")),
        ]);

    private static bool HoldsManifest(string folder) => File.Exists(Path.Combine(folder, RunFiles.Manifest));

    private static ListedRun Listed(string folder)
    {
        var name = Path.GetFileName(folder);
        try
        {
            var manifest = RunReader.ReadManifest(folder);
            var runs = Directory.GetDirectories(folder).Count(HoldsManifest);
            var pass = runs > 0 || manifest.Run.Status != RunStatus.Finished || manifest.World == RunWorld.Rehearsed ? null : Shown(RunReader.ReadPasses(folder));
            return new(
                name, manifest.Name, State(folder, manifest), manifest.Run.StartedUtc, manifest.Run.WallSeconds, manifest.VirtualSeconds, runs > 0 ? runs : null, pass?.Gate, pass?.Test,
                pass?.Accuracy, manifest.Run.Reason);
        }
        catch (RunUnreadableException problem)
        {
            return new(name, null, "unreadable", null, null, null, null, null, null, null, problem.Message);
        }
    }

    private static PassRecord? Shown(ImmutableArray<PassRecord> passes) =>
        passes.FirstOrDefault(pass => pass.Gate == Names.FedGate) ?? passes.FirstOrDefault(pass => !Names.IsReference(pass.Gate));

    /// <summary>How a run or a sweep stands, as <see cref="ListedRun.State"/>.</summary>
    internal static string StateOf(string folder) => State(folder, RunReader.ReadManifest(folder));

    /// <summary>A process that was killed did not say so; it no longer holds its folder.</summary>
    private static string State(string folder, Manifest manifest) => manifest.Run.Status == RunStatus.Running
        ? FolderLock.IsHeld(RunFolder.PlaceOf(folder)) ? "running" : "killed"
        : manifest is { World: RunWorld.Rehearsed, Run.Status: RunStatus.Finished } ? "rehearsed"
        : JsonNamingPolicy.CamelCase.ConvertName(manifest.Run.Status.ToString());
}
