using NMoE.Compute.Execution;
using NMoE.Compute.Jobs;
using NMoE.Federation.Experiments;
using NMoE.Federation.Protocol;
using NMoE.Federation.Tests.Devices;
using NMoE.Learning.Data;
using NMoE.Learning.Jobs;
using NMoE.Learning.Registry;

namespace NMoE.Federation.Tests.Experiments;

/// <summary>Whole experiments of three clients whose trained gates have hidden layers, with made-up results.</summary>
public sealed class GateModelSpecs
{
    private const string AllGates = "inference.gates=[fedgate, priorgate, entropy-gate, rollgate, rangate, localgate]";
    private readonly List<Job> _jobs = [];

    [Fact]
    public void Who_trains_or_reads_a_gate_knows_its_model_and_nobody_else()
    {
        var names = new[] { "linear", "mlp-8" };
        var jobs = names.ToDictionary(name => name, name => Jobs($"gate.model={name}", AllGates, "gate.input=normalised", "evaluation.references=[globalgate]", "evaluation.baselines=[centralised-moe]"));

        Assert.All(jobs["linear"], job => Assert.DoesNotContain("\"mlp-8\"", job.Parameters, StringComparison.Ordinal));
        Assert.Equal(
            ["centralised-moe", "fedgate", "globalgate", "init", "rollgate", "route"],
            jobs["mlp-8"].Where(job => job.Parameters.Contains("\"Gate\":\"mlp-8\"", StringComparison.Ordinal)).Select(job => job.Kind).Distinct().Order(StringComparer.Ordinal));
        Assert.Equal(
            ["entropy-gate", "fedgate", "priorgate", "rollgate"],
            Routes(jobs["mlp-8"]).Where(route => route.Model.Gate is not null).Select(route => route.Gate).Distinct().Order(StringComparer.Ordinal));

        // Stages 1 and 2 are remembered from one gate to the other.
        Assert.Equal(Before(jobs["linear"]), Before(jobs["mlp-8"]));
    }

    /// <summary>D = 128, 8 and three experts: 4 (129 * 8 + 9 * 3) bytes each way for each client of a round, and a few of headers; a linear one takes 4 * 129 * 3.</summary>
    [Theory]
    [InlineData("linear", 129 * 3)]
    [InlineData("mlp-8", (129 * 8) + (9 * 3))]
    public void It_travels_with_its_own_size(string model, int numbers)
    {
        var rounds = Run($"gate.model={model}", "gate.rounds=2", "gate.participation=1").Report.Ledger.Where(entry => entry is { Stage: "gate", Kind: nameof(RoundUpdate) }).ToArray();

        Assert.Equal(6, rounds.Sum(entry => entry.Messages));
        Assert.InRange(rounds.Sum(entry => entry.Sent), 6 * 4 * numbers, 6 * ((4 * numbers) + 600));
    }

    [Fact]
    public void Where_nothing_trains_a_gate_its_model_is_no_part_of_anything() =>
        Assert.All(Jobs("gate.model=mlp-8", "inference.gates=[rangate, localgate]"), job => Assert.DoesNotContain("mlp-8", job.Parameters, StringComparison.Ordinal));

    private static (string Kind, string Parameters, ulong Seed)[] Before(Job[] jobs) =>
        [.. jobs.Where(job => job.Kind is "shard" or "fedce" or "latents" or "expert" or "expert-logits").Select(job => (job.Kind, job.Parameters, job.Seed)).Distinct().Order()];

    private static IEnumerable<RouteParameters> Routes(Job[] jobs) => jobs.Where(job => job.Kind == RouteParameters.Kind).Select(LearningJob.Parameters<RouteParameters>);

    private Job[] Jobs(params string[] sets)
    {
        _jobs.Clear();
        Run(sets);
        return [.. _jobs];
    }

    private Outcome Run(params string[] sets)
    {
        var executor = new RehearsalExecutor(LearningFunctions.All(new DataCatalog(null)), job =>
        {
            _jobs.Add(job);
            return null;
        });
        return new Experiment(DeviceSpec.PlanOf(["extractor.rounds=1", .. sets]), executor, _ => { }).Run(CancellationToken.None);
    }
}
