using System.Collections.Immutable;
using NMoE.Compute.Blobs;
using NMoE.Federation.Protocol;
using NMoE.Federation.Roles;
using NMoE.Federation.Settings;
using NMoE.Learning.Jobs;
using NMoE.Simulation.Network;

namespace NMoE.Federation.Client;

/// <summary>A client's state: what outlives a crash, and what each step holds while it is under way.</summary>
/// <param name="Durable">What outlives a crash.</param>
public sealed record ClientState(ClientDurable Durable)
{
    /// <summary>Own data, once dealt.</summary>
    public ShardsState Shards { get; init; } = ShardsState.None;

    /// <summary>The round under way.</summary>
    public LocalRoundState Round { get; init; } = LocalRoundState.None;

    /// <summary>Whether the expert is being trained.</summary>
    public bool LearnsExpert { get; init; }

    /// <summary>How far it is with asking its peers' experts.</summary>
    public Asking Asking { get; init; }

    /// <summary>What was passed on in each ring and is not acknowledged yet, by its stage.</summary>
    public ImmutableSortedDictionary<string, TravellingModel> Passing { get; init; } = ImmutableSortedDictionary<string, TravellingModel>.Empty;

    /// <summary>The pass under way, once serving.</summary>
    public ServingState? Serving { get; init; }

    /// <summary>What it knows of accesses, where a gate asks for it.</summary>
    public LinksState Links { get; init; } = LinksState.None;

    /// <summary>What it heard of the servers.</summary>
    public SilenceState Silence { get; init; } = SilenceState.None;

    /// <summary>Whether a round or the expert is being trained: who works is not waiting for a word.</summary>
    public bool IsAtWork => Round.Training is not null || Round.Against > 0 || LearnsExpert;

    /// <summary>What a client asks that was away, or has heard nothing for long.</summary>
    /// <param name="rows">Its training pictures.</param>
    public Rejoin Question(int rows) => new(Shards.Training is null ? 0 : rows) { Has = rows == 0 && Durable.Expert.Extractor is not null ? Durable.Expert.Lineage + 1 : 0 };

    /// <summary>Whether F, an expert and each trained gate are there.</summary>
    /// <param name="serving">What is served.</param>
    public bool CanServe(ServingRules serving) =>
        Durable.Expert is { Extractor: not null, Model: not null }
        && serving.GateStages.All(Durable.Gates.ContainsKey);
}

/// <summary>A client's own data.</summary>
/// <param name="Training">Training data, once dealt.</param>
/// <param name="Tests">Test data by test set, once dealt.</param>
public sealed record ShardsState(BlobRef? Training, ImmutableSortedDictionary<TestPartition, BlobRef> Tests)
{
    /// <summary>Nothing is dealt.</summary>
    public static ShardsState None { get; } = new(null, ImmutableSortedDictionary<TestPartition, BlobRef>.Empty);
}

/// <summary>What a client does in a round.</summary>
/// <param name="Training">The invitation to the round that is being trained.</param>
/// <param name="Waiting">The newest invitation that came meanwhile.</param>
/// <param name="Merging">A model that waits for the own norms to be put into it, where norms are local.</param>
/// <param name="Correlating">The model of the round with an exchange that is under way, once it has come.</param>
/// <param name="Against">The round after an exchange that is being trained; 0 for none.</param>
public sealed record LocalRoundState(TrainRound? Training, TrainRound? Waiting, IMessage? Merging, Correlate? Correlating, int Against)
{
    /// <summary>The edge server that asked for what is waiting; null where it was the aggregator.</summary>
    public DeviceId? WaitingEdge { get; init; }

    /// <summary>Likewise, of what is merging.</summary>
    public DeviceId? MergingEdge { get; init; }

    /// <summary>None is under way.</summary>
    public static LocalRoundState None { get; } = new(null, null, null, null, 0);
}

/// <summary>What a client heard of the servers.</summary>
/// <param name="Asked">Questions in a row that no server answered.</param>
/// <param name="Left">Whether the client waits no more, and cannot serve either.</param>
/// <param name="Returned">Whether the client was there before, and crashed.</param>
public sealed record SilenceState(int Asked, bool Left, bool Returned)
{
    /// <summary>They were heard, or nobody has waited yet.</summary>
    public static SilenceState None { get; } = new(0, false, false);
}

/// <summary>What a client knows of accesses: gone after a crash, and learned anew.</summary>
/// <param name="Own">Its own, as it last measured and reported it; null before.</param>
/// <param name="Reported">Those of others, as they last reported them.</param>
public sealed record LinksState(SensedAccess? Own, ImmutableSortedDictionary<int, SensedAccess> Reported)
{
    /// <summary>Nothing is known.</summary>
    public static LinksState None { get; } = new(null, ImmutableSortedDictionary<int, SensedAccess>.Empty);
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
/// <param name="Experts">Whom the gate may choose in this pass, ascending.</param>
/// <param name="Latents">F(x) of the test shard.</param>
/// <param name="Weights">The gate's weights, [rows, k].</param>
/// <param name="Chosen">The gate's choices, [rows * k].</param>
/// <param name="Answered">Who answers each choice, [rows * k]; the choice itself until another takes its place.</param>
/// <param name="Outputs">Logits that arrived in this pass, by expert.</param>
public sealed record ServingState(
    int Pass, RequestState Request, ImmutableArray<int> Experts, BlobRef? Latents, BlobRef? Weights,
    ImmutableArray<int> Chosen, ImmutableArray<int> Answered, ImmutableSortedDictionary<int, BlobRef> Outputs)
{
    /// <summary>What was known of the links to those that the client may ask, when each request was routed; empty where the gate does not look at links.</summary>
    public ImmutableArray<ImmutableArray<Link>> Seen { get; init; } = [];

    /// <summary>A pass that has not begun.</summary>
    /// <param name="pass">Its number.</param>
    /// <param name="experts">Whom the gate may choose, ascending.</param>
    public static ServingState Of(int pass, ImmutableArray<int> experts) => new(
        pass, RequestState.Of(0), experts, null, null, [], [], ImmutableSortedDictionary<int, BlobRef>.Empty);
}

/// <summary>One request of a pass.</summary>
/// <param name="Number">Which, from 0.</param>
/// <param name="Attempt">Times that it went past its deadline.</param>
/// <param name="Substitution">How often next-best experts were asked in the place of those: an answer to what was asked before is of other rows.</param>
/// <param name="Asked">Choices that the experts were last asked about: what one has answered before, it need not answer again.</param>
/// <param name="Open">Experts that it still waits for.</param>
/// <param name="Late">Experts that did not answer it in time.</param>
public sealed record RequestState(
    int Number, int Attempt, int Substitution, ImmutableArray<int> Asked, ImmutableSortedSet<int> Open, ImmutableSortedSet<int> Late)
{
    /// <summary>One that nobody was asked for yet.</summary>
    public static RequestState Of(int number) => new(number, 0, 0, [], [], []);
}
