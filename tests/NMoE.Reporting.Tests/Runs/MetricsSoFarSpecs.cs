using NMoE.Federation.Records;
using NMoE.Reporting.Canonical;
using NMoE.Reporting.Records;
using NMoE.Reporting.Runs;

namespace NMoE.Reporting.Tests.Runs;

/// <summary>Rounds of a run that goes on can be read and drawn, and leave nothing in the finished one.</summary>
public sealed class MetricsSoFarSpecs : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly List<string> _warnings = [];

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Every_round_is_there_as_a_whole_line_when_it_is_added()
    {
        using var metrics = Begin();
        Assert.Equal("{\"line\":\"unfinished\",\"status\":\"running\"}\n", Text());

        for (var round = 1; round <= 3; round++)
        {
            metrics.Add(Extractor(round, 10 * round));
            Assert.Equal(1 + round, Text().Count(letter => letter == '\n'));
            Assert.EndsWith(
                $"{{\"line\":\"round\",\"stage\":\"extractor\",\"round\":{round},\"virtualSeconds\":{10 * round},\"bytesSoFar\":100,\"trainLoss\":1.5,\"accuracy\":null,\"participants\":2}}\n",
                Text(), StringComparison.Ordinal);
        }

        metrics.Stop(RunStatus.Interrupted);
        Assert.EndsWith("}\n{\"line\":\"unfinished\",\"status\":\"interrupted\"}\n", Text(), StringComparison.Ordinal);
        Assert.Empty(_warnings);
    }

    // Told as stage and round @ second, with accuracy where it is known: e of the extractor, g of the gate, r of RollGate.
    [Theory]
    [InlineData("", "")]
    [InlineData("e1@10 e2@20", "e1@10 e2@20")]
    [InlineData("e1@10 e2@20 e1@10=0.5 e2@20=0.6", "e1@10=0.5 e2@20=0.6")]
    [InlineData("e1@10 e2@20 e3@30 e2@50 e3@60", "e1@10 e2@50 e3@60")]
    [InlineData("e1@10 e2@20 e3@30 e2@50", "e1@10 e2@50")]
    [InlineData("e1@10 g1@20 g2@30 g1@50", "e1@10 g1@50")]
    [InlineData("e1@10 e2@20 g1@30 e2@50", "e1@10 e2@50")]
    [InlineData("e1@10 r1@20 r2@30 r1@40", "e1@10 r1@40")]
    public void The_last_line_of_a_round_counts(string told, string read)
    {
        using (var metrics = Begin())
        {
            foreach (var round in Rounds(told))
                metrics.Add(round);
        }

        Assert.Equal(Rounds(read), RunReader.ReadSoFar(_folder.Path).Rounds);
    }

    [Fact]
    public void A_line_that_was_cut_short_is_none()
    {
        using (var metrics = Begin())
        {
            metrics.Add(Extractor(1, 10));
            metrics.Add(Extractor(2, 20));
        }

        File.WriteAllText(_folder["metrics.jsonl"], Text()[..^9]);

        Assert.Equal([Extractor(1, 10)], RunReader.ReadSoFar(_folder.Path).Rounds.AsEnumerable());
    }

    [Fact]
    public void A_run_that_begins_again_begins_the_file_anew()
    {
        using (var before = Begin())
            before.Add(Extractor(1, 10));
        using var again = Begin();
        Assert.Equal("{\"line\":\"unfinished\",\"status\":\"running\"}\n", Text());
    }

    [Fact]
    public void The_finished_run_holds_its_own_lines_alone()
    {
        using var metrics = Begin();
        metrics.Add(Extractor(1, 10));
        var writer = new RunWriter(_folder.Path);

        writer.WriteReport(Samples.FiveClients(), Manifests.Finished(), _ => { });
        metrics.Stop(RunStatus.Failed);

        Assert.Equal(CanonicalForm.Metrics(Samples.FiveClients()), File.ReadAllBytes(_folder["metrics.jsonl"]));
        Assert.Equal(Samples.FiveClients().Rounds, RunReader.Read(_folder.Path).Rounds.AsEnumerable());
    }

    [Fact]
    public void A_full_disk_is_told_once_and_stops_no_run()
    {
        if (!OperatingSystem.IsLinux())
            return;
        File.CreateSymbolicLink(_folder["metrics.jsonl"], "/dev/full");

        using var metrics = Begin();
        metrics.Add(Extractor(1, 10));

        Assert.StartsWith($"'{_folder["metrics.jsonl"]}' grows no further while the run goes on: No space left on device", Assert.Single(_warnings), StringComparison.Ordinal);
    }

    private MetricsSoFar Begin()
    {
        new RunWriter(_folder.Path).WriteManifest(Manifests.Running());
        return new(_folder.Path, _warnings.Add);
    }

    private string Text() => File.ReadAllText(_folder["metrics.jsonl"]);

    private static RoundRecord Extractor(int round, double second) => new("extractor", round, second, 100, 1.5, null, 2);

    private static RoundRecord[] Rounds(string text) => [.. text.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(word =>
    {
        var parts = word[1..].Split('@', '=').Select(part => double.Parse(part, System.Globalization.CultureInfo.InvariantCulture)).ToArray();
        var stage = word[0] switch { 'e' => "extractor", 'g' => "gate", _ => "rollgate" };
        return Extractor((int)parts[0], parts[1]) with { Stage = stage, Accuracy = parts.Length > 2 ? parts[2] : null };
    })];
}
