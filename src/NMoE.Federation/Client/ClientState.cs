using System.Collections.Immutable;
using NMoE.Compute.Blobs;
using NMoE.Federation.Protocol;
using NMoE.Federation.Roles;
using NMoE.Federation.Settings;
using NMoE.Simulation.Network;

namespace NMoE.Federation.Client;

/// <summary>What a client keeps across a crash.</summary>
/// <param name="Extractor">F, once published.</param>
/// <param name="Own">What of stage 1 is the client's own.</param>
/// <param name="Before">The last round, and what was its own before that: a round that is asked for again starts there again.</param>
/// <param name="Latents">F(x) of the training shard.</param>
/// <param name="Expert">H_i, once trained.</param>
/// <param name="Gate">G, once published.</param>
/// <param name="Opinions">Each expert's logits of the own training latents, by client number.</param>
/// <param name="Experts">Clients with experts, as the aggregator said.</param>
/// <param name="MayServe">Whether the supervisor has said so.</param>
public sealed record ClientDurable(
    BlobRef? Extractor, OwnParts Own, OwnBefore? Before, BlobRef? Latents, BlobRef? Expert, BlobRef? Gate,
    ImmutableSortedDictionary<int, BlobRef> Opinions, ImmutableArray<int> Experts, bool MayServe)
{
    /// <summary>Experts that G has learned to choose; none named means all.</summary>
    public ImmutableArray<int> Learned { get; init; } = [];

    /// <summary>RollGate's G, once it is final.</summary>
    public BlobRef? Rolled { get; init; }

    /// <summary>Experts that it has learned to choose; none named means all.</summary>
    public ImmutableArray<int> RolledLearned { get; init; } = [];

    /// <summary>Clients that have experts and are there, as the supervisor said; none named means all, and null that it has not said.</summary>
    public ImmutableArray<int>? There { get; init; }

    /// <summary>The moments of <see cref="Latents"/>, where the gate is trained relative to those of all clients.</summary>
    public BlobRef? Moments { get; init; }

    /// <summary>What was sent for the last round that was trained: asked for again, it is sent again and not trained again.</summary>
    public SentUpdate? Sent { get; init; }

    /// <summary>The last place where the aggregator is known to be, from 0: the word of an earlier one counts no more.</summary>
    public int Place { get; init; }

    /// <summary>The place at which the aggregator ended the stage 1 whose model this is.</summary>
    public int Lineage { get; init; }

    /// <summary>What was the client's own at the start of each round that changed it; kept where the aggregator can move, because then rounds can be lost that are long over.</summary>
    public ImmutableSortedDictionary<int, OwnParts> History { get; init; } = ImmutableSortedDictionary<int, OwnParts>.Empty;

    /// <summary>The device where the aggregator is.</summary>
    public DeviceId Aggregator => DeviceId.AggregatorAt(Place);

    /// <summary>Passes of inference answered.</summary>
    public int PassesDone { get; init; }

    /// <summary>The last turn taken in RollGate's ring.</summary>
    public RollTurn? Turn { get; init; }

    /// <summary>Whether stage 1 has ended: its model was published, and an invitation to one of its rounds comes late.</summary>
    public bool EndedStageOne => Extractor is not null;

    /// <summary>What was the client's own when a round began, or now where that round has not been trained.</summary>
    public OwnParts OwnAt(int round) => Before?.Round == round ? Before.Own : Own;

    /// <summary>
    /// What is the client's own at a round's start, once the aggregator has said which update it counted last: a control variate whose change the server's c does not
    /// hold is taken back, or c would no longer be the mean of the clients'.
    /// </summary>
    public ClientDurable Settled(int round, int counted) => Before is { } before && before.Round != round && before.Round != counted && before.Own.Control != Own.Control
        ? this with { Own = Own with { Control = before.Own.Control }, Before = null }
        : this;

    /// <summary>
    /// What is the client's own as it was at the start of a round, where that or a later one was trained and another aggregator asks for it anew: the rounds from there on are lost.
    /// </summary>
    /// <param name="round">The round, from 1; 0 for what comes in none.</param>
    public ClientDurable Undone(int round) => round > 0 && History.Keys.FirstOrDefault(known => known >= round) is > 0 and var first
        ? this with { Own = History[first], Before = null, History = History.RemoveRange(History.Keys.Where(known => known >= first)) }
        : this;

    /// <summary>Nothing learned yet.</summary>
    public static ClientDurable Empty { get; } =
        new(null, OwnParts.None, null, null, null, null, ImmutableSortedDictionary<int, BlobRef>.Empty, [], false);
}

/// <summary>What of stage 1 a client keeps to itself.</summary>
/// <param name="Predictor">The predictor where the expert starts from: the published one, or the client's own.</param>
/// <param name="Control">SCAFFOLD's c_i, once it has taken part.</param>
/// <param name="Extractor">F as it last trained it, for its norms, where norms are local.</param>
public sealed record OwnParts(BlobRef? Predictor, BlobRef? Control, BlobRef? Extractor)
{
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

/// <summary>A client's turn in RollGate's ring.</summary>
/// <param name="Gate">The gate as it came.</param>
/// <param name="Passed">Whether someone has taken it from here; else it is still to be trained or passed on.</param>
public sealed record RollTurn(RollingGate Gate, bool Passed);

/// <summary>A client's state.</summary>
/// <param name="Durable">What outlives a crash.</param>
/// <param name="TrainingShard">Own training data, once dealt.</param>
/// <param name="TestShards">Own test data by test set, once dealt.</param>
/// <param name="Correlating">The model of the round of FedSC under way, once it has come.</param>
/// <param name="Merging">A model that waits for the own norms to be put into it, where norms are local.</param>
/// <param name="Serving">The pass under way, once serving.</param>
public sealed record ClientState(
    ClientDurable Durable,
    BlobRef? TrainingShard,
    ImmutableSortedDictionary<TestPartition, BlobRef> TestShards,
    Correlate? Correlating,
    IMessage? Merging,
    ServingState? Serving)
{
    /// <summary>The invitation to the round that is being trained.</summary>
    public TrainRound? Training { get; init; }

    /// <summary>The newest invitation that came meanwhile.</summary>
    public TrainRound? Waiting { get; init; }

    /// <summary>The round of FedSC that is being trained; 0 for none.</summary>
    public int Against { get; init; }

    /// <summary>How far it is with asking its peers' experts.</summary>
    public Asking Asking { get; init; }

    /// <summary>Whether a round or the expert is being trained: who works is not waiting for a word.</summary>
    public bool IsAtWork => Training is not null || Against > 0 || LearnsExpert;

    /// <summary>Whether the expert is being trained.</summary>
    public bool LearnsExpert { get; init; }

    /// <summary>Whether the client was there before, and crashed.</summary>
    public bool Returned { get; init; }

    /// <summary>Questions in a row that no server answered.</summary>
    public int Silent { get; init; }

    /// <summary>Whether the client waits no more, and cannot serve either.</summary>
    public bool Left { get; init; }

    /// <summary>What was passed on in RollGate's ring and is not acknowledged yet.</summary>
    public RollingGate? Passing { get; init; }

    /// <summary>A client that was just switched on.</summary>
    public static ClientState Fresh(ClientDurable durable) =>
        new(durable, null, ImmutableSortedDictionary<TestPartition, BlobRef>.Empty, null, null, null);

    /// <summary>Whether F, an expert and each trained gate are there.</summary>
    /// <param name="plan">The experiment.</param>
    public bool CanServe(Plan plan) =>
        Durable is { Extractor: not null, Expert: not null }
        && (Durable.Gate is not null || !plan.TrainsGate) && (Durable.Rolled is not null || !plan.RollsGate);
}

/// <summary>How far a client is with asking its peers' experts about its training latents.</summary>
public enum Asking
{
    /// <summary>It has not begun.</summary>
    Not,

    /// <summary>It waits for the answers.</summary>
    Waits,

    /// <summary>It has all, or those that came in time.</summary>
    Enough,
}

/// <summary>One inference pass of a client.</summary>
/// <param name="Pass">Its number.</param>
/// <param name="Request">The request under way.</param>
/// <param name="Latents">F(x) of the test shard.</param>
/// <param name="Weights">The gate's weights, [rows, k].</param>
/// <param name="Chosen">The gate's choices, [rows * k].</param>
/// <param name="Answered">Who answers each choice, [rows * k]; the choice itself until another takes its place.</param>
/// <param name="Outputs">Logits that arrived in this pass, by expert.</param>
/// <param name="Open">Experts that this request still waits for.</param>
public sealed record ServingState(
    int Pass, int Request, BlobRef? Latents, BlobRef? Weights,
    ImmutableArray<int> Chosen, ImmutableArray<int> Answered,
    ImmutableSortedDictionary<int, BlobRef> Outputs, ImmutableSortedSet<int> Open)
{
    /// <summary>Whom the gate may choose in this pass, ascending.</summary>
    public ImmutableArray<int> Experts { get; init; } = [];

    /// <summary>Times that this request went past its deadline.</summary>
    public int Attempt { get; init; }

    /// <summary>How often next-best experts were asked in the place of those: an answer to what was asked before is of other rows.</summary>
    public int Substitution { get; init; }

    /// <summary>Choices that the experts were last asked about: what one has answered before, it need not answer again.</summary>
    public ImmutableArray<int> Asked { get; init; } = [];

    /// <summary>Experts that did not answer it in time.</summary>
    public ImmutableSortedSet<int> Late { get; init; } = [];

    /// <summary>A pass that has not begun.</summary>
    public static ServingState Of(int pass) => new(
        pass, 0, null, null, [], [], ImmutableSortedDictionary<int, BlobRef>.Empty, []);
}
