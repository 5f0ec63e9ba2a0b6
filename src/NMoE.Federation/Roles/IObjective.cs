using System.Collections.Immutable;
using NMoE.Compute.Blobs;
using NMoE.Compute.Jobs;
using NMoE.Federation.Settings;
using NMoE.Learning.Models;

namespace NMoE.Federation.Roles;

/// <summary>
/// What clients minimise in stage 1. A new one is one class and one line in <c>Objectives</c>, beside the kind of job that computes it (an <c>IJobFunction</c>
/// and its parameters, registered in <c>LearningFunctions.All</c>). A round is one exchange, the model down and up, unless
/// there is an <see cref="Exchange"/> before it; one that is also an <see cref="IRingStage"/> has no rounds: its model goes around the clients, and a lap counts as a round.
/// </summary>
public interface IObjective
{
    /// <summary>Its name in <c>extractor.method</c>, and of its section in a profile.</summary>
    string Name { get; }

    /// <summary>The two parts of the model that a job trains: F, and the predictor (learning from labels) or a projection head (without).</summary>
    ImmutableArray<ModelPart> Parts { get; }

    /// <summary>What clients and the server exchange before the training of each round; null for nothing.</summary>
    IExchange? Exchange => null;

    /// <summary>What a client keeps to itself beside its predictor; null for nothing.</summary>
    IPrivateParts? Private => null;

    /// <summary>A case of fuzzing with what the objective cannot be without.</summary>
    /// <param name="settings">The case, which names this objective.</param>
    ExperimentSettings Fitted(ExperimentSettings settings) => settings;

    /// <summary>Dimensions of its projection head, where that is one of the parts.</summary>
    /// <param name="settings">The experiment.</param>
    int Projection(ExperimentSettings settings) => 0;

    /// <summary>A client's epochs of one round. Outputs: the parts, trained; then what control variates leave. Metric: <c>loss</c>.</summary>
    Job Local(LocalRound round);

    /// <summary>A setting that it cannot be used with; null where there is none.</summary>
    /// <param name="settings">The experiment.</param>
    SettingConflict? Conflict(ExperimentSettings settings) => null;

    /// <summary>What of the settings is no mistake, and yet worth knowing before a run, a sentence each.</summary>
    /// <param name="settings">The experiment.</param>
    IEnumerable<string> Warnings(ExperimentSettings settings) => [];

    /// <summary>How often fuzzing draws it beside others that have a weight; 0 for as often as each of those that have none.</summary>
    int CaseWeight => 0;

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
    /// <summary>Epochs that the client's device has time for.</summary>
    public int Epochs => new Charges(Plan).Epochs(Plan.Deal.Rows(Client), Speed);

    /// <summary>FLOP of them.</summary>
    public double Flops => new Charges(Plan).Local(Plan.Deal.Rows(Client), Speed);

    private double Speed => Plan.Settings.KindOf(Client).Device.Compute;

    /// <summary>The server's control variate, where there is one.</summary>
    public ImmutableArray<BlobRef> Control { get; init; } = [];

    /// <summary>The client's own, once it has one.</summary>
    public BlobRef? OwnControl { get; init; }

    /// <summary>What the client keeps to itself beside its predictor, where the objective has that.</summary>
    public ImmutableArray<BlobRef> Private { get; init; } = [];

    /// <summary>The weighed sum of the other clients' correlation matrices, where they are exchanged and there are others.</summary>
    public ImmutableArray<BlobRef> External { get; init; } = [];

    /// <summary>q_i, the client's share of the data, in (0, 1].</summary>
    public double Share { get; init; } = 1;
}
