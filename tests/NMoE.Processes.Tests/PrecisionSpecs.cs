using System.Globalization;
using System.Text.Json;

namespace NMoE.Processes.Tests;

/// <summary>Really computed runs of two clients, each with a store of its own, at each precision of the latents that travel (D = 128).</summary>
public sealed class PrecisionSpecs
{
    private const int TestRows = 2 * 20;
    private const int TrainingRows = 60;

    // Of a file with two tensors more.
    private const int HeaderBytes = 200;

    [Fact]
    public void Coarser_latents_take_fewer_bytes_to_the_byte_and_each_run_reports_its_accuracy()
    {
        var exact = Run("fp32");
        foreach (var (precision, rowBytes) in new[] { ("fp16", 256), ("int8", 136) })
        {
            var coarse = Run(precision);

            // RanGate draws the same peers whatever the latents are, and no header changes its length.
            Assert.Equal(exact.RowsToPeers, coarse.RowsToPeers);
            Assert.Equal(exact.RowsToPeers * (512L - rowBytes), exact.Served - coarse.Served);
            var shared = 2L * TrainingRows * (512 - rowBytes);
            Assert.InRange(exact.Shared - coarse.Shared, shared - (2 * HeaderBytes), shared + (2 * HeaderBytes));
            Assert.InRange(coarse.Accuracy, 0, 1);
            Assert.NotEqual(exact.GateModel, coarse.GateModel);
        }
    }

    private static Measured Run(string precision)
    {
        using var line = new CommandLine();
        var ended = line.RunExperiment(CommandLine.Small, $"latent.precision={precision}");
        Assert.True(ended.Code == 0, ended.Error);
        var folder = Assert.Single(Directory.GetDirectories(line.PathOf("runs")));
        var ledger = File.ReadAllLines(Path.Combine(folder, "ledger.csv")).Skip(1).Select(entry => entry.Split(',')).ToArray();
        long Sent(string stage, string kind) =>
            ledger.Where(entry => entry[0] == stage && entry[3] == kind).Sum(entry => long.Parse(entry[5], CultureInfo.InvariantCulture));
        using var report = JsonDocument.Parse(File.ReadAllText(Path.Combine(folder, "report.json")));
        JsonElement Pass(string gate) => report.RootElement.GetProperty("passes").EnumerateArray().Single(pass => pass.GetProperty("gate").GetString() == gate);
        return new(
            Sent("gate", "TrainingLatents"), Sent("inference/rangate/same", "RouteLatents"),
            (int)Math.Round((1 - Pass("rangate").GetProperty("localRatio").GetDouble()) * TestRows), Pass("fedgate").GetProperty("accuracy").GetDouble(),
            Convert.ToHexString(File.ReadAllBytes(Path.Combine(folder, "models", "gate.safetensors"))));
    }

    private sealed record Measured(long Shared, long Served, int RowsToPeers, double Accuracy, string GateModel);
}
