using System.Collections.Immutable;
using NMoE.Compute.Blobs;
using NMoE.Compute.Jobs;
using NMoE.Federation.Protocol;
using NMoE.Federation.Roles;
using NMoE.Federation.Settings;
using NMoE.Learning.Cost;
using NMoE.Learning.Jobs;
using NMoE.Learning.Models;
using NMoE.Learning.SelfSupervised;

namespace NMoE.Federation.Algorithms.FedSc;

/// <summary>
/// FedSC, Eq. (4): two views of each picture, without labels, against the other clients' correlation matrices. Those are exchanged before the training of each round: each client's goes up, noised
/// where that is asked for, and the weighed sum of the others' comes down.
/// </summary>
internal sealed class FedScObjective : IObjective, IExchange, ICaseSettings
{
    private const double LastSelfWeight = 0.2;

    public string Name => "fedsc";

    public ImmutableArray<ModelPart> Parts { get; } = [ModelPart.Extractor, ModelPart.Projection];

    public IExchange Exchange => this;

    public int CaseWeight => 3;

    public int Projection(ExperimentSettings settings) => settings.FedSc.Dimension;

    public Job Local(LocalRound round)
    {
        var plan = round.Plan;
        var (stage, settings) = (plan.Settings.Extractor, plan.Settings.FedSc);
        var self = OwnWeight(settings.SelfWeight, round.Share, round.Round, stage.Rounds);
        var parameters = new FedScParameters(
            plan.Model.Spec, settings.Dimension, settings.Cap, self, round.Share < 1 ? (1 - self) / (1 - round.Share) : 1,
            Schedule.LearningRate(plan, round.Round), stage.Momentum, stage.WeightDecay, stage.Batch, round.Epochs, stage.Clip,
            plan.Pipeline.Optimiser.Proximal(stage));
        return LearningJob.Create(parameters, plan.Seeds.Key("fedsc", round.Client, round.Round), [.. round.Model, round.Shard, .. round.External]);
    }

    public double Flops(Plan plan, int rows) => LearningCost.SelfSupervised(plan.Model.Spec, plan.Settings.FedSc.Dimension, rows, plan.Settings.Extractor.Epochs);

    public SettingConflict? Conflict(ExperimentSettings settings) => FedScPrivacy.Conflict(settings);

    public IEnumerable<string> Warnings(ExperimentSettings settings) => FedScPrivacy.Warnings(settings);

    long IExchange.Numbers(Plan plan) => (long)plan.Settings.FedSc.Dimension * plan.Settings.FedSc.Dimension;

    double IExchange.Flops(Plan plan, int rows) => LearningCost.Correlation(plan.Model.Spec, plan.Settings.FedSc.Dimension, rows);

    StaleMatrices IExchange.Stale(ExperimentSettings settings) => settings.FedSc.Stale;

    ReleaseNoise? IExchange.Noise(ExperimentSettings settings, int rows) => FedScPrivacy.Noise(settings, rows);

    Job IExchange.Matrix(Plan plan, int client, Correlate asked, BlobRef shard) => LearningJob.Create(
        new CorrelationParameters(plan.Model.Spec, plan.Settings.FedSc.Dimension, plan.Settings.FedSc.Cap), plan.Seeds.Key("correlation", client, asked.Round), [.. asked.Model, shard]);

    /// <summary>q_j, or equal weights. Both add up to 1 - q_i, also where the matrices of some are missing.</summary>
    ImmutableArray<double> IExchange.Weights(Plan plan, AggregatorMemory known, int client, ImmutableArray<int> others)
    {
        double all = known.Joined.Values.Sum();
        double Share(int of) => known.Joined[of] / all;
        var rest = 1 - Share(client);
        var isWhole = others.Length == known.Joined.Count - 1;
        var there = others.Sum(Share);
        return
        [
            .. others.Select(other => plan.Settings.FedSc.External == ExternalWeights.Unweighted ? rest / others.Length
                : isWhole ? Share(other)
                : Share(other) * rest / there),
        ];
    }

    ImmutableArray<string> ICaseSettings.Own => ["fedsc.privacy", "fedsc.stale"];

    ExperimentSettings ICaseSettings.Draw(ExperimentSettings settings, Draw draw) => settings with
    {
        FedSc = settings.FedSc with
        {
            Dimension = 4,
            Secret = NoiseKey.Seed,
            Privacy = draw.Of(PrivacyMode.Off, PrivacyMode.Noise),
            Stale = draw.Of(StaleMatrices.Keep, StaleMatrices.Drop),
            External = draw.Of(ExternalWeights.Weighted, ExternalWeights.Unweighted),
        },
    };

    ExperimentSettings ICaseSettings.Keep(ExperimentSettings drawn, ExperimentSettings own) => drawn with
    {
        FedSc = drawn.FedSc with { External = own.FedSc.External, Stale = own.FedSc.Stale, Privacy = own.FedSc.Privacy },
    };

    /// <summary>a of a client with data share <paramref name="share"/>.</summary>
    private static double OwnWeight(SelfWeight rule, double share, int round, int rounds) => rule == SelfWeight.DataShare
        ? share
        : 1 + ((LastSelfWeight - 1) * (round - 1) / Math.Max(1.0, rounds - 1));
}
