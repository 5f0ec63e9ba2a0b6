using System.Collections.Immutable;
using NMoE.Compute.Jobs;
using NMoE.Learning.Analog;
using NMoE.Learning.Baselines;
using NMoE.Learning.Compression;
using NMoE.Learning.Data;
using NMoE.Learning.Experts;
using NMoE.Learning.Gates;
using NMoE.Learning.Metrics;
using NMoE.Learning.Partitions;
using NMoE.Learning.Privacy;
using NMoE.Learning.Quantisation;
using NMoE.Learning.SelfSupervised;
using NMoE.Learning.Training;

namespace NMoE.Learning.Registry;

/// <summary>The job functions of this project: where a new kind of job is registered.</summary>
public static class LearningFunctions
{
    /// <summary>All functions, without secrets: noise that follows from one cannot be made, only foretold.</summary>
    /// <param name="data">Where shards are dealt from.</param>
    public static ImmutableArray<IJobFunction> All(DataCatalog data) => All(data, ReleaseSecrets.None);

    /// <summary>All functions.</summary>
    /// <param name="data">Where shards are dealt from.</param>
    /// <param name="secrets">What private noise follows from.</param>
    public static ImmutableArray<IJobFunction> All(DataCatalog data, ReleaseSecrets secrets) =>
    [
        new ShardFunction(data),
        new InitFunction(),
        new FedCeFunction(),
        new AverageFunction(),
        new MomentumAverageFunction(),
        new BufferedStepFunction(),
        new OwnNormsFunction(),
        new CompressFunction(),
        new RestoreFunction(),
        new PackFunction(),
        new UnpackFunction(),
        new CentralisedMoeFunction(),
        new ScaffoldFunction(),
        new ScaffoldServerFunction(),
        new CorrelationFunction(),
        new ReleaseFunction(secrets),
        new ExternalFunction(),
        new FedScFunction(),
        new LatentsFunction(),
        new ExpertFunction(),
        new BlankExpertFunction(),
        new PFedMoeInitFunction(),
        new PFedMoeFunction(),
        new PFedMoeLatentsFunction(),
        new HomeGateFunction(),
        new HomeMixtureFunction(),
        new ExpertLogitsFunction(),
        new QuantiseFunction(),
        new DequantiseFunction(),
        new AnalogFunction(),
        new NoisyGateFunction(),
        new LatentMomentsFunction(),
        new GateSumsFunction(),
        new DiscriminantFunction(),
        new FedGateFunction(),
        new GateRowsAverageFunction(),
        new RollGateFunction(),
        new GlobalGateFunction(),
        new RouteFunction(),
        new AnswerFunction(),
        new LinearProbeFunction(),
        new ModelScoreFunction(),
        new ScoreFunction(),
        new OracleFunction(),
        new LabelsFunction(),
        new ExpertHitsFunction(),
    ];
}
