using System.Text.Json;

namespace NMoE.Processes.Tests;

/// <summary>One client with nobody beside it: every stage and gate works, nothing travels between clients, and each gate can only choose it.</summary>
public sealed class LonelySpecs : IDisposable
{
    private readonly CommandLine _line = new();

    public void Dispose() => _line.Dispose();

    [Theory]
    [InlineData("extractor.method=fedce")]
    [InlineData("extractor.method=fedsc", "fedsc.dimension=16", "fedsc.privacy=noise", "latent.precision=int8")]
    [InlineData("data.partition=non-iid", "extractor.rounds=1", "gate.noise-form=shazeer", "gate.data=holdout")]
    public void A_client_alone_goes_through_every_stage(params string[] sets)
    {
        var ended = _line.RunExperiment(
            CommandLine.Small, [.. sets, "experiment.clients=1", "inference.gates=[fedgate, rangate, localgate]", "inference.test-partitions=[same, iid]"]);
        Assert.True(ended.Code == 0, ended.Error);

        var folder = Assert.Single(Directory.GetDirectories(_line.PathOf("runs")));
        using var report = JsonDocument.Parse(File.ReadAllText(Path.Combine(folder, "report.json")));
        var passes = report.RootElement.GetProperty("passes").EnumerateArray().Where(pass => pass.GetProperty("gate").GetString() is not ("oraclegate" or "best-expert" or "specialist")).ToArray();
        Assert.Equal(2 * 3, passes.Length);
        Assert.All(passes, pass =>
        {
            Assert.Equal(1, pass.GetProperty("localRatio").GetDouble());
            Assert.Equal(0, pass.GetProperty("bytesPerSample").GetDouble());
        });
        Assert.Single(passes.Where(pass => pass.GetProperty("test").GetString() == "same").Select(pass => pass.GetProperty("accuracy").GetDouble()).Distinct());
    }
}
