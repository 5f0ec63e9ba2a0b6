using System.Collections.Immutable;
using NMoE.Compute.Blobs;
using NMoE.Compute.Jobs;
using NMoE.Federation.Protocol;
using NMoE.Federation.Settings;
using NMoE.Learning.Models;

namespace NMoE.Federation.Roles;

/// <summary>
/// A stage in which a model goes around a ring of clients, each of which trains it in its turn. It says what is trained; how it gets around although messages are lost and devices die is
/// the same for all. A new one is one class, and one line in <c>RingStages</c>.
/// </summary>
public interface IRingStage
{
    /// <summary>The stage's name, and that of the model that it leaves.</summary>
    string Stage { get; }

    /// <summary>Whether an experiment has it.</summary>
    bool IsOf(ExperimentSettings settings);

    /// <summary>When the model stops going around.</summary>
    RingRules Rules(ExperimentSettings settings);

    /// <summary>An experiment in which it surely goes all its laps: what it takes at the most.</summary>
    ExperimentSettings Longest(ExperimentSettings settings) => settings;

    /// <summary>Parts of the model, in their order.</summary>
    ImmutableArray<ModelPart> Parts { get; }

    /// <summary>How long a client has to acknowledge the model, a turn of another one included; null for a forecast.</summary>
    TimeSpan? Deadline(ExperimentSettings settings);

    /// <summary>The key of that.</summary>
    string DeadlineKey { get; }

    /// <summary>A client's turn. Outputs: the parts, trained. Metric: <c>loss</c>.</summary>
    Job Turn(LocalTurn turn);

    /// <summary>FLOP of a turn, which the client's device is charged.</summary>
    /// <param name="plan">The experiment.</param>
    /// <param name="rows">The client's training pictures.</param>
    double Flops(Plan plan, int rows);
}

/// <summary>When a model stops going around a ring.</summary>
/// <param name="Laps">At most so many laps.</param>
/// <param name="Tolerance">It stops after a lap whose mean loss moved by less than this.</param>
/// <param name="Kind">Who takes part, and what comes after the last lap.</param>
public sealed record RingRules(int Laps, double Tolerance, RingKind Kind);

/// <summary>Who takes part in a ring, and what comes after its last lap.</summary>
public enum RingKind
{
    /// <summary>All that have data, before there are experts: the model goes to the aggregator, which publishes it.</summary>
    OfJoined,

    /// <summary>All that have experts: the model goes around once more, and each keeps it.</summary>
    OfExperts,
}

/// <summary>What a client's turn starts from.</summary>
/// <param name="Plan">The experiment.</param>
/// <param name="Client">The client.</param>
/// <param name="Model">The model as it came.</param>
/// <param name="Shard">The client's training shard; null after a crash, until it is dealt again.</param>
/// <param name="Latents">Its latents; null before there are experts.</param>
public sealed record LocalTurn(Plan Plan, int Client, TravellingModel Model, BlobRef? Shard, BlobRef? Latents);
