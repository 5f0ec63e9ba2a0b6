using System.Collections.Immutable;
using NMoE.Compute.Execution;
using NMoE.Compute.Jobs;
using NMoE.Federation.Experiments;
using NMoE.Federation.Roles;
using NMoE.Federation.Settings;
using NMoE.Federation.Tests.Devices;
using NMoE.Learning.Cost;
using NMoE.Learning.Data;
using NMoE.Learning.Jobs;
using NMoE.Learning.Models;
using NMoE.Learning.Registry;

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
    private sealed class LonelyViews : IObjective
    {
        public string Name => "lonely-views";

        public ImmutableArray<ModelPart> Parts { get; } = [ModelPart.Extractor, ModelPart.Projection];

        public int Projection(ExperimentSettings settings) => 32;

        public Job Local(LocalRound round) => LearningJob.Create(
            new FedScParameters(round.Plan.Model.Spec, Projection(round.Plan.Settings), 4, 1, 1, 0.03, 0.9, 0, 8, 1, 3, 0),
            round.Plan.Seeds.Key(Name, round.Client, round.Round), [.. round.Model, round.Shard]);

        public double Flops(Plan plan, int rows) => LearningCost.SelfSupervised(plan.Model.Spec, Projection(plan.Settings), rows, 1);
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
