namespace NMoE.Processes.Tests;

/// <summary>Really computed sweeps of two small experiments.</summary>
public sealed class SweepSpecs : IDisposable
{
    private const string Text = """
        experiment { name = pair, clients = 2 }
        data { train-per-client = 20, test-per-client = 10 }
        extractor { rounds = 1, epochs = 1, batch = 20 }
        expert.epochs = 1
        gate.rounds = 1
        """;

    private readonly CommandLine _line = new();

    public void Dispose() => _line.Dispose();

    [Fact]
    public void An_experiment_that_fails_does_not_stop_the_others_and_the_sweep_says_so_at_the_end()
    {
        var file = _line.Write("pair.conf", Text + "\nsweep.axes.store { small { compute.store.max-size = 2 MiB }, large { compute.store.max-size = 1 GiB } }");

        var ended = _line.Run("sweep", file, "--out", _line.PathOf("runs"), "--set", $"compute.store.path={_line.PathOf("store")}");

        Assert.Equal(1, ended.Code);
        Assert.Contains("error: small: ", ended.Error, StringComparison.Ordinal);
        Assert.Contains("Set compute.store.max-size to at least", ended.Error, StringComparison.Ordinal);
        var table = File.ReadAllLines(Path.Combine(Assert.Single(Directory.GetDirectories(_line.PathOf("runs"))), "tables.md"));
        Assert.Contains("failed: ", Assert.Single(table, line => line.StartsWith("| small |", StringComparison.Ordinal)), StringComparison.Ordinal);
        Assert.Contains(table, line => line.StartsWith("| large | same | FedGate |", StringComparison.Ordinal));
    }
}
