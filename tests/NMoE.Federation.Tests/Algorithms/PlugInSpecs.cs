using System.Collections.Immutable;
using NMoE.Compute.Blobs;
using NMoE.Compute.Execution;
using NMoE.Compute.Jobs;
using NMoE.Federation.Experiments;
using NMoE.Federation.Protocol;
using NMoE.Federation.Roles;
using NMoE.Federation.Settings;
using NMoE.Federation.Tests.Devices;
using NMoE.Learning.Cost;
using NMoE.Learning.Data;
using NMoE.Learning.Jobs;
using NMoE.Learning.Models;
using NMoE.Learning.Registry;
using NMoE.Learning.SelfSupervised;

namespace NMoE.Federation.Tests.Algorithms;

/// <summary>Whole experiments, rehearsed, with an objective and a server optimiser that the program does not have: one class each.</summary>
public sealed class PlugInSpecs
{
    private readonly List<Job> _jobs = [];

    [Fact]
    public void An_objective_without_labels_needs_no_line_in_any_role()
    {
        var (plan, views) = (DeviceSpec.PlanOf("extractor.rounds=2"), new LonelyViews());
        var outcome = Run(plan with { Pipeline = plan.Pipeline with { Objective = views }, Model = plan.Model with { Parts = views.Parts, Dimension = views.Projection(plan.Settings) } });

        // Three clients and two rounds of one exchange: F and the projection head down and up, and F alone at the end.
        Assert.Equal(6, _jobs.Count(job => job.Kind == FedScParameters.Kind));
        Assert.All(_jobs.Where(job => job.Kind == FedScParameters.Kind), job => Assert.Equal(3, job.Inputs.Length));
        Assert.DoesNotContain(_jobs, job => job.Kind == CorrelationParameters.Kind || job.Kind == FedCeParameters.Kind);
        var published = Assert.Single(outcome.Models, model => model.Name == "extractor").Model;
        Assert.Equal(3, _jobs.Count(job => job.Kind == LatentsParameters.Kind && job.Inputs[0] == published && IsTraining(job)));

        // It predicts nothing, so that a linear probe stands for its score.
        Assert.Equal(2, _jobs.Count(job => job.Kind == LinearProbeParameters.Kind));
    }

    [Fact]
    public void An_exchange_before_each_round_needs_no_line_in_any_role()
    {
        var (plan, views) = (DeviceSpec.PlanOf("extractor.rounds=2"), new SharedViews());
        Run(plan with
        {
            Pipeline = plan.Pipeline with { Objective = views, Noise = NoiseKey.Seed },
            Model = plan.Model with { Parts = views.Parts, Dimension = views.Projection(plan.Settings) },
        });

        // Three clients and two rounds: a matrix of each, noised, and to each the sum of the two others', weighed as the objective says; then training with it.
        Assert.Equal(6, _jobs.Count(job => job.Kind == CorrelationParameters.Kind));
        Assert.Equal(Enumerable.Repeat(0.5, 6), _jobs.Where(job => job.Kind == ReleaseParameters.Kind).Select(job => LearningJob.Parameters<ReleaseParameters>(job).Sigma));
        var sums = _jobs.Where(job => job.Kind == ExternalParameters.Kind).ToArray();
        Assert.Equal(["1,2", "1,2", "1,3", "1,3", "2,3", "2,3"], sums.Select(job => string.Join(',', LearningJob.Parameters<ExternalParameters>(job).Weights)).Order(StringComparer.Ordinal));
        var trained = _jobs.Where(job => job.Kind == FedScParameters.Kind).ToArray();
        Assert.Equal(6, trained.Length);
        Assert.All(trained, job => Assert.Equal(4, job.Inputs.Length));
    }

    [Fact]
    public void A_server_optimiser_needs_no_line_in_any_role()
    {
        var plan = DeviceSpec.PlanOf("extractor.rounds=2");
        Run(plan with { Pipeline = plan.Pipeline with { Optimiser = new HalfWay() } });

        var steps = _jobs.Where(job => job.Kind == MomentumAverageParameters.Kind).ToArray();
        Assert.Equal(4, steps.Length);
        Assert.All(steps[..2], job => Assert.Equal(1 + 3, job.Inputs.Length));
        Assert.All(steps[2..], job => Assert.Equal(1 + 3 + 1, job.Inputs.Length));

        // FedCE's jobs carry the pull that it asks for.
        Assert.All(_jobs.Where(job => job.Kind == FedCeParameters.Kind), job => Assert.Equal(0.25, LearningJob.Parameters<FedCeParameters>(job).Proximal));
    }

    private bool IsTraining(Job latents) => _jobs.Any(job => job.Kind == ExpertParameters.Kind && job.Inputs[2] == latents.Inputs[1]);

    private Outcome Run(Plan plan)
    {
        var executor = new RehearsalExecutor(LearningFunctions.All(new DataCatalog(null)), job =>
        {
            _jobs.Add(job);
            return null;
        });
        return new Experiment(plan, executor, _ => { }).Run(CancellationToken.None);
    }

    /// <summary>HaoChen et al.'s spectral loss (2021) on each client alone.</summary>
    private class LonelyViews : IObjective
    {
        public string Name => "lonely-views";

        public ImmutableArray<ModelPart> Parts { get; } = [ModelPart.Extractor, ModelPart.Projection];

        public virtual IExchange? Exchange => null;

        public int Projection(ExperimentSettings settings) => 32;

        public Job Local(LocalRound round) => LearningJob.Create(
            new FedScParameters(round.Plan.Model.Spec, Projection(round.Plan.Settings), 4, 1, 1, 0.03, 0.9, 0, 8, 1, 3, 0),
            round.Plan.Seeds.Key(Name, round.Client, round.Round), [.. round.Model, round.Shard, .. round.External]);

        public double Flops(Plan plan, int rows) => LearningCost.SelfSupervised(plan.Model.Spec, Projection(plan.Settings), rows, 1);
    }

    /// <summary>The same against a sum of the others' correlation matrices, client i's weighed by i + 1.</summary>
    private sealed class SharedViews : LonelyViews, IExchange
    {
        public override IExchange? Exchange => this;

        public long Numbers(Plan plan) => 32 * 32;

        public StaleMatrices Stale(ExperimentSettings settings) => StaleMatrices.Drop;

        public ReleaseNoise? Noise(ExperimentSettings settings, int rows) => new(0.5, 1, 1e-5, NoiseKey.Seed);

        public Job Matrix(Plan plan, int client, Correlate asked, BlobRef shard) =>
            LearningJob.Create(new CorrelationParameters(plan.Model.Spec, 32, 4), plan.Seeds.Key("views", client, asked.Round), [.. asked.Model, shard]);

        public ImmutableArray<double> Weights(Plan plan, AggregatorMemory known, int client, ImmutableArray<int> others) => [.. others.Select(other => other + 1.0)];
    }

    /// <summary>Half-way to the average, with something kept from round to round.</summary>
    private sealed class HalfWay : IServerOptimiser
    {
        public string Name => "half-way";

        public double Proximal(ExtractorSection stage) => 0.25;

        public Job Step(ExtractorSection stage, PartUpdates updates) => LearningJob.Create(
            new MomentumAverageParameters(updates.Weights, 0, 0.5), 0,
            [updates.Before, .. updates.Models, .. updates.Kept is { } kept ? [kept] : Array.Empty<Compute.Blobs.BlobRef>()]);
    }
}
