using System.Collections.Immutable;
using NMoE.Reporting.Files;
using NMoE.Reporting.Records;

namespace NMoE.Reporting.Tests;

internal static class Manifests
{
    public static Manifest Finished() => new(
        "quickstart", "c0ffee", "5ea1", "aa", "bb", "cc", "dd", 421, 5, 12, 3,
        ImmutableSortedDictionary.CreateRange(StringComparer.Ordinal, [KeyValuePair.Create("train", 10L), KeyValuePair.Create("average", 2L)]),
        ImmutableSortedDictionary.CreateRange(StringComparer.Ordinal, [KeyValuePair.Create("evaluate", 3L)]),
        new ManifestRun(RunStatus.Finished, null, new DateTimeOffset(2026, 3, 1, 12, 0, 0, TimeSpan.Zero), 61.5, 2, null, "0.1.0"));

    /// <summary>Makes a folder that of a run of an older version, whose manifest listed no files.</summary>
    public static void OfOlderVersion(string folder)
    {
        var path = Path.Combine(folder, RunFiles.Manifest);
        var manifest = System.Text.Json.Nodes.JsonNode.Parse(File.ReadAllText(path))!.AsObject();
        Assert.True(manifest.Remove("files"));
        File.WriteAllText(path, manifest.ToJsonString());
    }

    public static Manifest Running() => Finished() with
    {
        StateHash = null,
        TraceHash = null,
        ModelHash = null,
        MetricsHash = null,
        LedgerHash = null,
        Run = Finished().Run with { Status = RunStatus.Running },
    };
}
