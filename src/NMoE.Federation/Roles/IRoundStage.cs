using System.Collections.Immutable;
using NMoE.Compute.Blobs;
using NMoE.Compute.Jobs;
using NMoE.Federation.Protocol;
using NMoE.Federation.Settings;

namespace NMoE.Federation.Roles;

/// <summary>
/// A stage that trains in rounds: whom the server invites, with what, what a client does, and what the server makes of the updates. How a round goes (collecting, quorum, deadline, retries,
/// updates that are late) is the same for all.
/// </summary>
internal interface IRoundStage
{
    /// <summary>The stage's name, and that of the model that it leaves.</summary>
    string Stage { get; }

    /// <summary>Who can be invited to the round under way.</summary>
    ImmutableSortedSet<int> Pool(Plan plan, AggregatorMemory known);

    /// <summary>Of so many, how many are invited, and for how many updates the round waits.</summary>
    /// <param name="plan">The experiment.</param>
    /// <param name="pool">Who can be invited.</param>
    /// <param name="all">Who could be, if nobody were missing.</param>
    (int Invited, int Target) Sizes(Plan plan, int pool, int all);

    /// <summary>How many could be invited, if nobody were missing.</summary>
    int All(Plan plan, AggregatorMemory known) => plan.Deal.Learners.Length;

    /// <summary>A client's lot in the draw of a round: it depends on its own key only.</summary>
    ulong Lot(Plan plan, int client, int round);

    /// <summary>What of the updates waited for is enough at the deadline, in (0, 1].</summary>
    double Quorum(Plan plan);

    /// <summary>How long a round waits.</summary>
    TimeSpan Deadline(Plan plan);

    /// <summary>What says how long that is.</summary>
    string DeadlineWords => $"{Stage}.deadline";

    /// <summary>What a client's part of a round takes at the least.</summary>
    LeastTime Least(Plan plan);

    /// <summary>Whether the server moves whenever some updates have come, and clients are given the model as it is then, without rounds in step.</summary>
    bool IsBuffered(Plan plan) => false;

    /// <summary>What is exchanged before the training of a round; null for nothing.</summary>
    IExchange? Exchange(Plan plan) => null;

    /// <summary>What becomes of an update of an earlier round.</summary>
    LateUpdates Late(Plan plan);

    /// <summary>The model's parts, as they are.</summary>
    ImmutableArray<BlobRef> Model(AggregatorMemory known);

    /// <summary>What a client of the round is asked.</summary>
    IMessage Invitation(Plan plan, AggregatorMemory known, int client);

    /// <summary>What an edge server knows once it has an invitation to lead rounds of its own, beside what it knew before.</summary>
    AggregatorMemory Given(AggregatorMemory known, TrainRound round);

    /// <summary>A client's part of a round, and its FLOP; null where the client has not what it needs for it.</summary>
    (Job Job, double Flops)? Local(RoundPart part);

    /// <summary>What a client sends of the result.</summary>
    /// <param name="plan">The experiment.</param>
    /// <param name="client">The client.</param>
    /// <param name="round">The round.</param>
    /// <param name="outputs">What the job left.</param>
    /// <param name="loss">Its loss.</param>
    RoundUpdate Update(Plan plan, int client, int round, ImmutableArray<BlobRef> outputs, double loss);

    /// <summary>Whether an update has all that is to be averaged.</summary>
    bool IsWhole(Plan plan, AggregatorMemory known, RoundUpdate update);

    /// <summary>The final model as a client is told of it once the stage is over; null where those who need it are told by the next stage.</summary>
    PublishModel? Publication(Plan plan, AggregatorMemory known, int client) => null;

    /// <summary>Whether a round is the last of those that follow each other.</summary>
    bool IsLast(Plan plan, int round) => round >= plan.Pipeline.Rounds[Stage];

    /// <summary>What is to be seen of a round that has ended.</summary>
    Observation Seen(RoundEnded ended) => ended;

    /// <summary>How many jobs make the next model.</summary>
    int CountSteps(Plan plan);

    /// <summary>The jobs that make the next model, first those of its parts, and the FLOP of each.</summary>
    /// <param name="plan">The experiment.</param>
    /// <param name="known">What the aggregator keeps.</param>
    /// <param name="updates">The updates, by client.</param>
    /// <param name="weights">What each weighs.</param>
    ImmutableArray<(Job Job, double Flops)> Steps(Plan plan, AggregatorMemory known, ByClient<RoundUpdate> updates, ImmutableArray<double> weights);

    /// <summary>What the aggregator keeps of those jobs.</summary>
    /// <param name="known">What it kept before.</param>
    /// <param name="outputs">Their outputs, in their order.</param>
    /// <param name="counted">The round of each client's update that went in.</param>
    AggregatorMemory Keep(AggregatorMemory known, ImmutableArray<ImmutableArray<BlobRef>> outputs, IEnumerable<KeyValuePair<int, int>> counted);
}

/// <summary>What a client's part of a round starts from.</summary>
/// <param name="Plan">The experiment.</param>
/// <param name="Client">The client.</param>
/// <param name="Round">The invitation.</param>
/// <param name="Shard">The client's training shard.</param>
internal sealed record RoundPart(Plan Plan, int Client, TrainRound Round, BlobRef Shard)
{
    /// <summary>The client's own predictor, where it has one.</summary>
    public BlobRef? Predictor { get; init; }

    /// <summary>What else of the model is its own.</summary>
    public ImmutableArray<BlobRef> Private { get; init; } = [];

    /// <summary>Its own control variate, once it has one.</summary>
    public BlobRef? Control { get; init; }

    /// <summary>F(x) of the shard; null before there are experts.</summary>
    public BlobRef? Latents { get; init; }

    /// <summary>What each expert that answered says of them, by expert.</summary>
    public required ImmutableSortedDictionary<int, BlobRef> Opinions { get; init; }
}
