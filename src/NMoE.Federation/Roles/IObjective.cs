using System.Collections.Immutable;
using NMoE.Compute.Blobs;
using NMoE.Compute.Jobs;
using NMoE.Federation.Settings;
using NMoE.Learning.Models;

namespace NMoE.Federation.Roles;

/// <summary>
/// What clients minimise in stage 1. A new one is one class and one line in <c>Objectives</c>, beside the kind of job that computes it (an <c>IJobFunction</c>
/// and its parameters, registered in <c>LearningFunctions.All</c>). A round is one exchange, the model down and up, unless
/// <see cref="ExchangesMatrices"/>; one that is also an <see cref="IRingStage"/> has no rounds: its model goes around the clients, and a lap counts as a round.
/// </summary>
public interface IObjective
{
    /// <summary>Its name in <c>extractor.method</c>, and of its section in a profile.</summary>
    string Name { get; }

    /// <summary>The two parts of the model that a job trains: F, and the predictor (learning from labels) or a projection head (without).</summary>
    ImmutableArray<ModelPart> Parts { get; }

    /// <summary>Whether a round has FedSC's exchange of correlation matrices before its training.</summary>
    bool ExchangesMatrices => false;

    /// <summary>Numbers of a matrix of that exchange.</summary>
    /// <param name="plan">The experiment.</param>
    long MatrixNumbers(Plan plan) => 0;

    /// <summary>FLOP of a client's matrix.</summary>
    /// <param name="plan">The experiment.</param>
    /// <param name="rows">The client's training pictures.</param>
    double MatrixFlops(Plan plan, int rows) => 0;

    /// <summary>A client's epochs of one round. Outputs: the parts, trained; then what control variates leave. Metric: <c>loss</c>.</summary>
    Job Local(LocalRound round);

    /// <summary>A setting that it cannot be used with; null where there is none.</summary>
    /// <param name="settings">The experiment.</param>
    SettingConflict? Conflict(ExperimentSettings settings) => null;

    /// <summary>FLOP of those epochs, which the client's device is charged.</summary>
    /// <param name="plan">The experiment.</param>
    /// <param name="rows">The client's training pictures.</param>
    double Flops(Plan plan, int rows);
}

/// <summary>What a client's epochs of one round of stage 1 start from.</summary>
/// <param name="Plan">The experiment.</param>
/// <param name="Client">The client.</param>
/// <param name="Round">The round, from 1.</param>
/// <param name="Model">The objective's two parts.</param>
/// <param name="Shard">The client's training shard.</param>
public sealed record LocalRound(Plan Plan, int Client, int Round, ImmutableArray<BlobRef> Model, BlobRef Shard)
{
    /// <summary>The server's control variate, where there is one.</summary>
    public ImmutableArray<BlobRef> Control { get; init; } = [];

    /// <summary>The client's own, once it has one.</summary>
    public BlobRef? OwnControl { get; init; }

    /// <summary>The weighed sum of the other clients' correlation matrices, where they are exchanged and there are others.</summary>
    public ImmutableArray<BlobRef> External { get; init; } = [];

    /// <summary>q_i, the client's share of the data, in (0, 1].</summary>
    public double Share { get; init; } = 1;
}
