using NMoE.Compute.Execution;
using NMoE.Compute.Jobs;
using NMoE.Federation.Experiments;
using NMoE.Federation.Protocol;
using NMoE.Federation.Tests.Devices;
using NMoE.Learning.Data;
using NMoE.Learning.Jobs;
using NMoE.Learning.Registry;

namespace NMoE.Federation.Tests.Experiments;

/// <summary>Whole experiments of three clients whose gate is solved over random features, with made-up results.</summary>
public sealed class GateFeaturesSpecs
{
    private readonly List<Job> _jobs = [];

    [Fact]
    public void Everyone_draws_the_same_features_of_the_same_coordinates()
    {
        Run("gate.features=8", "inference.gates=[fedgate, priorgate, rollgate]");

        var (sums, solved) = (Jobs(GateSumsParameters.Kind), Assert.Single(Jobs(DiscriminantParameters.Kind)));
        var features = LearningJob.Parameters<DiscriminantParameters>(solved).Features;
        Assert.Equal(8, features!.Count);
        Assert.Equal(3, sums.Length);
        Assert.All(sums, job => Assert.Equal((features, solved.Inputs[^1]), (LearningJob.Parameters<GateSumsParameters>(job).Features, job.Inputs[^1])));

        // The moments of all three, averaged; then latents, shard and three experts' logits before them.
        Assert.Equal(3, Jobs(LatentMomentsParameters.Kind).Select(job => job.Inputs[0]).Distinct().Count());
        Assert.All(sums, job => Assert.Equal(2 + 3 + 1, job.Inputs.Length));
        Assert.Equal(
            [("fedgate", 8), ("priorgate", 8), ("rollgate", 0)],
            Jobs(RouteParameters.Kind).Select(job => LearningJob.Parameters<RouteParameters>(job)).Select(route => (route.Gate, route.Features)).Distinct().Order());
    }

    [Fact]
    public void A_linear_one_needs_no_coordinates_and_no_chance()
    {
        Run("gate.features=0");

        Assert.Empty(Jobs(LatentMomentsParameters.Kind));
        Assert.All(Jobs(GateSumsParameters.Kind), job => Assert.Null(LearningJob.Parameters<GateSumsParameters>(job).Features));
        Assert.All(Jobs(RouteParameters.Kind), job => Assert.Equal(0, LearningJob.Parameters<RouteParameters>(job).Features));
    }

    /// <summary>Sums over D = 128 and K = 8 numbers and three experts: 4 (136^2 + 3 * 136 + 3) bytes a client, and a few of headers.</summary>
    [Fact]
    public void Clients_send_larger_sums()
    {
        var sent = Run("gate.features=8").Report.Ledger.Where(entry => entry is { Stage: "gate", Kind: nameof(RoundUpdate) }).ToArray();

        Assert.Equal(3, sent.Sum(entry => entry.Messages));
        Assert.InRange(sent.Sum(entry => entry.Sent), 3 * 4 * ((136 * 136) + (3 * 136) + 3), 3 * ((4 * ((136 * 136) + (3 * 136) + 3)) + 1000));
    }

    private Job[] Jobs(string kind) => [.. _jobs.Where(job => job.Kind == kind)];

    private Outcome Run(params string[] sets)
    {
        var executor = new RehearsalExecutor(LearningFunctions.All(new DataCatalog(null)), job =>
        {
            _jobs.Add(job);
            return null;
        });
        return new Experiment(DeviceSpec.PlanOf(["extractor.rounds=1", "gate.method=discriminant", .. sets]), executor, _ => { }).Run(CancellationToken.None);
    }
}
