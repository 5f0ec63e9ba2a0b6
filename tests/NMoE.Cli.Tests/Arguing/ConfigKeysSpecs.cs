using System.Text.Json;
using NMoE.Cli.Tests.StrangeInput;
using NMoE.Federation.Configuration;

namespace NMoE.Cli.Tests.Arguing;

/// <summary><c>nmoe config --keys</c> tells people and tools of every key, those of gates included.</summary>
[Collection(OneProcess.Name)]
public sealed class ConfigKeysSpecs : IDisposable
{
    private readonly Place _place = new();

    public void Dispose() => _place.Dispose();

    [Fact]
    public void The_table_has_a_row_for_every_key_with_all_that_is_told_of_it()
    {
        var (code, output, error) = InProcess.Run(_place.Path, "config", "--keys");
        var rows = output.TrimEnd().Split(Environment.NewLine);

        Assert.Equal((0, ""), (code, error));
        Assert.Equal(ExperimentReader.KnownKeys, rows.Skip(1).Select(row => row.Split(' ')[0]));
        Assert.Matches("^gate\\.balance +0\\.01 +a number in \\[0, 100\\] +fedgate in inference\\.gates, .+  Load-balance coefficient", rows.Single(row => row.StartsWith("gate.balance ", StringComparison.Ordinal)));
        Assert.Matches("^inference\\.entropy-gate\\.threshold +0\\.5 +a number in \\[0, 1\\] +entropy-gate in inference\\.gates  +A sample goes", rows.Single(row => row.StartsWith("inference.entropy", StringComparison.Ordinal)));
        Assert.Contains("a number in [-100, 100], in dBm", rows.Single(row => row.StartsWith("channel.mobility.transmit-power", StringComparison.Ordinal)), StringComparison.Ordinal);
    }

    [Fact]
    public void The_same_as_json_has_a_member_for_each_fact()
    {
        var (code, output, _) = InProcess.Run(_place.Path, "config", "--keys", "--json");
        using var json = JsonDocument.Parse(output);
        var keys = json.RootElement.EnumerateArray().ToDictionary(key => key.GetProperty("path").GetString()!);

        Assert.Equal(0, code);
        Assert.Equal(ExperimentReader.KnownKeys, keys.Keys);
        Assert.All(keys.Values, key => Assert.Equal(
            ["path", "default", "units", "legal", "range", "names", "reason", "readWith", "gate"], key.EnumerateObject().Select(member => member.Name)));
        var deadline = keys["inference.deadline"];
        Assert.Equal(("30 s", "1 ms..10000 h", 6), (deadline.GetProperty("default").GetString(), deadline.GetProperty("range").GetString(), deadline.GetProperty("units").GetArrayLength()));
        Assert.Equal("entropy-gate", keys["inference.entropy-gate.threshold"].GetProperty("gate").GetString());
        Assert.Equal(["group", "batch", "batch-local"], keys["model.norm"].GetProperty("names").EnumerateArray().Select(name => name.GetString()));
    }

    [Theory]
    [InlineData("config", "CONF: it is missing. Name an experiment file, or write nmoe config --keys.")]
    [InlineData("config|--json", "--json: only the keys are printed as JSON. Write nmoe config --keys --json.")]
    [InlineData("config|q.conf|--keys", "--keys: the keys are those of every experiment. Leave out CONF and --set.")]
    [InlineData("config|--keys|--set|seed=2", "--keys: the keys are those of every experiment. Leave out CONF and --set.")]
    public void What_does_not_go_together_is_refused(string line, string message)
    {
        var (code, output, error) = InProcess.Run(_place.Path, line.Split('|'));

        Assert.Equal((2, ""), (code, output));
        Assert.Contains(message, error, StringComparison.Ordinal);
    }
}
