using System.Collections.Immutable;
using NMoE.Compute.Blobs;
using NMoE.Federation.Protocol;
using NMoE.Federation.Roles;
using NMoE.Federation.Settings;

namespace NMoE.Federation.Client;

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
        Durable.Expert is { Extractor: not null, Model: not null }
        && (Durable.FedGate.Model is not null || !plan.TrainsGate) && (Durable.RollGate.Gate.Model is not null || !plan.RollsGate);
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
