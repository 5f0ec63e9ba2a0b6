using System.Text.Json;

namespace NMoE.Processes.Tests.Golden;

/// <summary>
/// Six small experiments, really computed, have the events, the models and the state (with all measures and bytes) that <c>six.txt</c> says. On AVX2's arithmetic, which all of today's x86 processors have:
/// others round differently.
/// </summary>
public sealed class GoldenRuns : IDisposable
{
    private static readonly string Folder = Path.Combine(AppContext.BaseDirectory, "golden");
    private readonly CommandLine _line = new();

    public void Dispose() => _line.Dispose();

    [Fact]
    public void Six_really_computed_experiments_end_as_they_did()
    {
        var ended = _line.RunApart(
            new() { ["ATEN_CPU_CAPABILITY"] = "avx2", ["ONEDNN_MAX_CPU_ISA"] = "AVX2", ["MKL_CBWR"] = "AVX2", ["NMOE_ISA"] = "avx2" },
            ["sweep", Path.Combine(Folder, "six.conf"), "--out", _line.PathOf("runs"), "--set", $"compute.store.path={_line.PathOf("store")}"]);
        Assert.True(ended.Code == 0, ended.Error);

        var sweep = Assert.Single(Directory.GetDirectories(_line.PathOf("runs")));
        var now = Directory.GetDirectories(sweep).Select(run => Line(Path.Combine(run, "manifest.json"))).Order(StringComparer.Ordinal).ToArray();
        File.WriteAllLines(Path.Combine(Folder, "six.now.txt"), now);
        Assert.Equal(File.ReadAllLines(Path.Combine(Folder, "six.txt")), now);
    }

    private static string Line(string manifest)
    {
        using var document = JsonDocument.Parse(File.ReadAllText(manifest));
        var run = document.RootElement;
        string Hash(string of) => $"{of} {run.GetProperty($"{of}Hash").GetString()![..16]}";
        return $"{run.GetProperty("name").GetString()}: {Hash("trace")}, {Hash("model")}, {Hash("state")}";
    }
}
