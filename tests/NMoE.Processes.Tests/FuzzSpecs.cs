using System.Text.Json;

namespace NMoE.Processes.Tests;

/// <summary>Searches as a process of its own.</summary>
public sealed class FuzzSpecs : IDisposable
{
    private readonly CommandLine _line = new();

    public void Dispose() => _line.Dispose();

    [Fact]
    public void A_short_search_runs_all_its_seeds_and_counts_what_faults_met()
    {
        var ended = _line.Run("fuzz", _line.Write("x.conf", CommandLine.Small), "--seeds", "20", "--threads", "2", "--json");
        Assert.True(ended.Code == 0, ended.Error + ended.Output);
        using var found = JsonDocument.Parse(ended.Output);
        Assert.Equal(20, found.RootElement.GetProperty("seeds").GetInt64());
        Assert.Equal(0, found.RootElement.GetProperty("violations").GetArrayLength());

        // Twenty-three states of roles and eleven kinds of faults.
        Assert.Equal(23 * 11, found.RootElement.GetProperty("coverage").GetArrayLength());
        Assert.Contains(found.RootElement.GetProperty("coverage").EnumerateArray(), cell => cell.GetProperty("times").GetInt64() > 0);
    }

    [Fact]
    public void A_seed_is_replayed_to_the_same_trace_and_another_is_another_case()
    {
        var file = _line.Write("x.conf", CommandLine.Small);
        var (first, again, other) = (_line.Run("fuzz", file, "--seed", "3"), _line.Run("fuzz", file, "--seed", "3"), _line.Run("fuzz", file, "--seed", "4"));
        Assert.True(first.Code == 0, first.Error + first.Output);
        Assert.Contains("trace ", first.Output, StringComparison.Ordinal);
        Assert.Equal(first.Output, again.Output);
        Assert.NotEqual(first.Output, other.Output);
    }

    [Theory]
    [InlineData("--time", "soon")]
    [InlineData("--seeds", "0")]
    [InlineData("--threads", "0")]
    public void What_makes_no_sense_is_refused_by_its_name(string option, string value)
    {
        var ended = _line.Run("fuzz", _line.Write("x.conf", CommandLine.Small), option, value);
        Assert.Equal(2, ended.Code);
        Assert.Contains(option, ended.Error, StringComparison.Ordinal);
    }
}
