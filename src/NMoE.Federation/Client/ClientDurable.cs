using System.Collections.Immutable;
using NMoE.Compute.Blobs;
using NMoE.Federation.Protocol;
using NMoE.Federation.Roles;
using NMoE.Simulation.Network;

namespace NMoE.Federation.Client;

/// <summary>What a client keeps across a crash: what each stage leaves to itself and to those after it.</summary>
public sealed record ClientDurable
{
    /// <summary>Nothing learned yet.</summary>
    public static ClientDurable Empty { get; } = new();

    /// <summary>Of rounds.</summary>
    public TrainingMemory Training { get; init; } = TrainingMemory.None;

    /// <summary>Of stage 2.</summary>
    public ExpertMemory Expert { get; init; } = ExpertMemory.None;

    /// <summary>Of what peers' experts say.</summary>
    public SharingMemory Sharing { get; init; } = SharingMemory.None;

    /// <summary>Each gate once it is final, by the stage that trained it.</summary>
    public ImmutableSortedDictionary<string, GateMemory> Gates { get; init; } = ImmutableSortedDictionary<string, GateMemory>.Empty;

    /// <summary>The last turn taken in each ring, by its stage.</summary>
    public ImmutableSortedDictionary<string, RingTurn> Turns { get; init; } = ImmutableSortedDictionary<string, RingTurn>.Empty;

    /// <summary>Of inference.</summary>
    public ServingMemory Serving { get; init; } = ServingMemory.None;

    /// <summary>The last place where the aggregator is known to be, from 0: the word of an earlier one counts no more.</summary>
    public int Place { get; init; }

    /// <summary>The device where the aggregator is.</summary>
    public DeviceId Aggregator => DeviceId.AggregatorAt(Place);

    /// <summary>The edge server in whose round it last began to train; null where that was the aggregator's.</summary>
    public DeviceId? Edge { get; init; }

    /// <summary>Whether stage 1 has ended: its model was published, and an invitation to one of its rounds comes late.</summary>
    public bool EndedStageOne => Expert.Extractor is not null;

    /// <summary>The same with other parts of stage 1 that are the client's own.</summary>
    internal ClientDurable Keeping(Func<OwnParts, OwnParts> change) => this with { Training = Training with { Own = change(Training.Own) } };

    /// <summary>The same with another turn in a stage's ring.</summary>
    internal ClientDurable Turning(string stage, RingTurn turn) => this with { Turns = Turns.SetItem(stage, turn) };

    /// <summary>The same with a stage's final gate.</summary>
    internal ClientDurable Learning(string stage, GateMemory gate) => this with { Gates = Gates.SetItem(stage, gate) };
}

/// <summary>What a client keeps of rounds.</summary>
/// <param name="Own">What of stage 1 is the client's own.</param>
/// <param name="Before">The last round, and what was its own before that: a round that is asked for again starts there again.</param>
/// <param name="Sent">What was sent for the last round that was trained: asked for again, it is sent again and not trained again.</param>
public sealed record TrainingMemory(OwnParts Own, OwnBefore? Before, SentUpdate? Sent)
{
    /// <summary>No round was trained.</summary>
    public static TrainingMemory None { get; } = new(OwnParts.None, null, null);

    /// <summary>What was the client's own at the start of each round that changed it; kept where the aggregator can move, because then rounds can be lost that are long over.</summary>
    public ImmutableSortedDictionary<int, OwnParts> History { get; init; } = ImmutableSortedDictionary<int, OwnParts>.Empty;

    /// <summary>What was the client's own when a round began, or now where that round has not been trained.</summary>
    public OwnParts OwnAt(int round) => Before?.Round == round ? Before.Own : Own;

    /// <summary>
    /// What is the client's own at a round's start, once the aggregator has said which update it counted last. Where the last update was not counted, c_i goes back to what it was before:
    /// the server's c must stay the mean of the clients' c_i.
    /// </summary>
    public TrainingMemory Settled(int round, int counted) => Before is { } before && before.Round != round && before.Round != counted && before.Own.Control != Own.Control
        ? this with { Own = Own with { Control = before.Own.Control }, Before = null }
        : this;

    /// <summary>
    /// What is the client's own as it was at the start of a round, where that or a later one was trained and another aggregator asks for it anew: the rounds from there on are lost.
    /// </summary>
    /// <param name="round">The round, from 1; 0 for what comes in none.</param>
    public TrainingMemory Undone(int round) => History.IsEmpty ? this : UndoneFrom(round);

    private TrainingMemory UndoneFrom(int round) => round > 0 && History.Keys.FirstOrDefault(known => known >= round) is > 0 and var first
        ? this with { Own = History[first], Before = null, History = History.RemoveRange(History.Keys.Where(known => known >= first)) }
        : this;
}

/// <summary>What of stage 1 a client keeps to itself.</summary>
/// <param name="Predictor">The predictor where the expert starts from: the published one, or the client's own.</param>
/// <param name="Control">SCAFFOLD's c_i, once it has taken part.</param>
/// <param name="Extractor">F as it last trained it, for its norms, where norms are local.</param>
public sealed record OwnParts(BlobRef? Predictor, BlobRef? Control, BlobRef? Extractor)
{
    /// <summary>Parts of the model that are the client's own beside a predictor (<see cref="IPrivateParts"/>); none where the objective has no such.</summary>
    public ImmutableArray<BlobRef> Private { get; init; } = [];

    /// <summary>What the updates so far left out of each part that travels compressed; none where nothing is kept.</summary>
    public ImmutableArray<BlobRef> Kept { get; init; } = [];

    /// <summary>Nothing.</summary>
    public static OwnParts None { get; } = new(null, null, null);
}

/// <summary>What was a client's own before a round.</summary>
/// <param name="Round">The round.</param>
/// <param name="Own">It, at the round's start.</param>
public sealed record OwnBefore(int Round, OwnParts Own);

/// <summary>An update, and what asked for it.</summary>
/// <param name="Asked">The invitation.</param>
/// <param name="Update">The update.</param>
public sealed record SentUpdate(TrainRound Asked, RoundUpdate Update)
{
    /// <summary>The place of the aggregator that asked.</summary>
    public int Place { get; init; }
}

/// <summary>What a client keeps of stage 2.</summary>
/// <param name="Extractor">F, once published.</param>
/// <param name="Lineage">The place at which the aggregator ended the stage 1 whose model this is.</param>
/// <param name="Latents">F(x) of the training shard.</param>
/// <param name="Moments">Their moments, where the gate is trained relative to those of all clients.</param>
/// <param name="Model">The expert H_i, once trained.</param>
public sealed record ExpertMemory(BlobRef? Extractor, int Lineage, BlobRef? Latents, BlobRef? Moments, BlobRef? Model)
{
    /// <summary>Nothing was published.</summary>
    public static ExpertMemory None { get; } = new(null, 0, null, null, null);

    /// <summary>The client's own gates between its expert and stage 1's predictor, by the name of the gate that serves with them.</summary>
    public ImmutableSortedDictionary<string, BlobRef> HomeGates { get; init; } = ImmutableSortedDictionary<string, BlobRef>.Empty;
}

/// <summary>What a client keeps of asking its peers' experts.</summary>
/// <param name="Experts">Clients with experts, as the aggregator said.</param>
/// <param name="Opinions">Each expert's logits of the own training latents, by client number.</param>
public sealed record SharingMemory(ImmutableArray<int> Experts, ImmutableSortedDictionary<int, BlobRef> Opinions)
{
    /// <summary>Nobody was asked.</summary>
    public static SharingMemory None { get; } = new([], ImmutableSortedDictionary<int, BlobRef>.Empty);
}

/// <summary>A trained gate.</summary>
/// <param name="Model">G.</param>
/// <param name="Learned">Experts that it has learned to choose; none named means all.</param>
public sealed record GateMemory(BlobRef Model, ImmutableArray<int> Learned);

/// <summary>A client's turn in a ring.</summary>
/// <param name="Model">The model as it came.</param>
/// <param name="Passed">Whether someone has taken it from here; else it is still to be trained or passed on.</param>
public sealed record RingTurn(TravellingModel Model, bool Passed);

/// <summary>What a client keeps of inference.</summary>
/// <param name="MayServe">Whether the supervisor has said so.</param>
/// <param name="There">Clients that have experts and are there, as the supervisor said; none named means all, and null that it has not said.</param>
/// <param name="PassesDone">Passes answered.</param>
public sealed record ServingMemory(bool MayServe, ImmutableArray<int>? There, int PassesDone)
{
    /// <summary>It may not serve yet.</summary>
    public static ServingMemory None { get; } = new(false, null, 0);
}
