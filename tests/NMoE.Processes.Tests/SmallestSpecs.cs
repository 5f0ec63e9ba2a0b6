using System.Globalization;

namespace NMoE.Processes.Tests;

/// <summary>The least of everything that an experiment may have, really computed.</summary>
public sealed class SmallestSpecs
{
    private const string Smallest = """
        experiment { name = smallest, clients = 1 }
        data { train-per-client = 1, test-per-client = 1 }
        extractor { rounds = 1, epochs = 1, batch = 1 }
        expert { epochs = 1, batch = 1 }
        gate { rounds = 1, batch = 1 }
        rollgate { laps = 1, batch = 1 }
        inference { gates = [fedgate, rangate, localgate, rollgate], test-partitions = [same, iid] }
        evaluation { baselines = [centralised-moe, local-classifier, fedavg-classifier, one-shot-classifier], references = [globalgate] }
        """;

    [Theory]
    [InlineData("data.partition=iid")]
    [InlineData("data.partition=dirichlet")]
    [InlineData("model.norm=batch")]
    public void One_client_with_one_picture_ends_with_tables_without_nonsense_and_no_verdict(string set)
    {
        using var line = new CommandLine();
        var ended = line.RunExperiment(Smallest, set);
        Assert.True(ended.Code == 0, ended.Error);
        var page = File.ReadAllText(Path.Combine(Assert.Single(Directory.GetDirectories(line.PathOf("runs"))), "report.html"));
        foreach (var text in new[] { ended.Output, page })
        {
            Assert.DoesNotContain("NaN", text, StringComparison.Ordinal);
            Assert.DoesNotContain("is better", text, StringComparison.Ordinal);
            Assert.DoesNotContain(CultureInfo.InvariantCulture.NumberFormat.PositiveInfinitySymbol, text, StringComparison.Ordinal);
            Assert.Contains("not told apart", text, StringComparison.Ordinal);
        }
    }
}
