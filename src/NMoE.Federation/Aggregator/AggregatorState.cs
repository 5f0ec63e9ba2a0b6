using System.Collections.Immutable;
using NMoE.Compute.Blobs;
using NMoE.Federation.Protocol;
using NMoE.Federation.Roles;
using NMoE.Learning.Jobs;

namespace NMoE.Federation.Aggregator;

/// <summary>Where training stands.</summary>
public enum Phase
{
    /// <summary>At a place that the aggregator may move to: it keeps what it is sent.</summary>
    Standby,

    /// <summary>Waiting for initial models, for the clients and for the word to begin.</summary>
    Joining,

    /// <summary>Stage 1, in rounds.</summary>
    Extractor,

    /// <summary>Stage 2: clients train their experts.</summary>
    Experts,

    /// <summary>Before stage 3: clients ask each other's experts.</summary>
    Sharing,

    /// <summary>Stage 3, in rounds.</summary>
    Gate,

    /// <summary>Stage 3 by RollGate: a gate goes around the clients.</summary>
    Rolling,

    /// <summary>All stages are done.</summary>
    Finished,

    /// <summary>The aggregator no more: another place is, or is to be.</summary>
    Dismissed,
}

/// <summary>What the aggregator keeps across a crash.</summary>
public sealed record AggregatorDurable : AggregatorMemory
{
    /// <summary>Nothing happened yet.</summary>
    public AggregatorDurable()
    {
    }

    /// <summary>As much as another place was sent.</summary>
    internal AggregatorDurable(AggregatorMemory kept)
        : base(kept)
    {
    }

    /// <summary>Where training stands.</summary>
    public Phase Phase { get; init; } = Phase.Joining;

    /// <summary>Whether the supervisor has said that training may begin.</summary>
    public bool MayBegin { get; init; }

    /// <summary>The moments of each client's training latents, where the gate is trained relative to those of all.</summary>
    public ImmutableSortedDictionary<int, BlobRef> Moments { get; init; } = ImmutableSortedDictionary<int, BlobRef>.Empty;

    /// <summary>RollGate's ring under way, or the last one: the clients that had experts and were heard when it began.</summary>
    public ImmutableArray<int> Ring { get; init; } = [];

    /// <summary>Those of some clients that are heard; all, where none of them is.</summary>
    public ImmutableSortedSet<int> Heard(IEnumerable<int> clients)
    {
        var all = clients.ToImmutableSortedSet();
        var heard = Silent.IsEmpty ? all : all.Except(Silent);
        return heard.IsEmpty ? all : heard;
    }

    /// <summary>Experts that the gate could learn to choose.</summary>
    public IEnumerable<int> Learned => Experts.Where(expert => !Unlearned.Contains(expert));

    /// <summary>Number of the last checkpoint that was sent from here.</summary>
    public int Checkpoints { get; init; }

    /// <summary>Places that did not take a checkpoint in time: none is waited for until it is heard.</summary>
    public ImmutableSortedSet<int> Unheard { get; init; } = [];

    /// <summary>At a standby place, the last checkpoint that came; null for none.</summary>
    public Checkpoint? Held { get; init; }

    /// <summary>Of which place that is.</summary>
    public int HeldFrom { get; init; }

    /// <summary>Nothing happened yet.</summary>
    public static AggregatorDurable Empty { get; } = new();
}

/// <summary>The aggregator's state.</summary>
/// <param name="Durable">What outlives a crash.</param>
/// <param name="Cohort">Clients invited to this round.</param>
/// <param name="Updates">Their updates so far.</param>
/// <param name="Correlated">Those of them whose correlation matrix of this round has come, in FedSC.</param>
/// <param name="Exchanged">Whether the cohort was told to train, in FedSC: updates are wanted from then on.</param>
/// <param name="Averaged">What this round's averages left so far, by part of the model: the part, and the server's momentum where there is one.</param>
/// <param name="Tries">Times that this round was begun again for lack of a quorum.</param>
public sealed record AggregatorState(
    AggregatorDurable Durable,
    ImmutableSortedSet<int> Cohort,
    ImmutableSortedDictionary<int, RoundUpdate> Updates,
    ImmutableSortedSet<int> Correlated,
    bool Exchanged,
    ImmutableSortedDictionary<int, ImmutableArray<BlobRef>> Averaged,
    int Tries)
{
    /// <summary>RollGate's gate on its way to the ring's first client, until one acknowledges it.</summary>
    public RollingGate? Passing { get; init; }

    /// <summary>Whether the round's updates are being averaged: none is taken any more.</summary>
    public bool Closed { get; init; }

    /// <summary>Updates that the round waits for.</summary>
    public int Target { get; init; }

    /// <summary>The round that each client is at work on, when buffered.</summary>
    public ImmutableSortedDictionary<int, int> Working { get; init; } = ImmutableSortedDictionary<int, int>.Empty;

    /// <summary>Updates that came while the last step was made, when buffered.</summary>
    public ImmutableSortedDictionary<int, RoundUpdate> Early { get; init; } = ImmutableSortedDictionary<int, RoundUpdate>.Empty;

    /// <summary>Initial parameters that have been drawn, by part of the model.</summary>
    public ImmutableSortedDictionary<ModelPart, BlobRef> Drawn { get; init; } = ImmutableSortedDictionary<ModelPart, BlobRef>.Empty;

    /// <summary>Whether the deadline for joining has passed: training begins with those who are there.</summary>
    public bool JoiningIsOver { get; init; }

    /// <summary>The checkpoint that the next place has to take before anything is published; null for none.</summary>
    public int? Guard { get; init; }

    /// <summary>What is to be done once it has.</summary>
    public ImmutableArray<Effect> Withheld { get; init; } = [];

    /// <summary>Clients that were asked in the step under way, or are of the ring under way, and have said nothing since.</summary>
    public ImmutableSortedSet<int> Quiet { get; init; } = [];

    /// <summary>Questions to the supervisor that it did not answer.</summary>
    public int Silent { get; init; }

    /// <summary>An aggregator that was just switched on.</summary>
    public static AggregatorState Fresh(AggregatorDurable durable) => new(
        durable, [], ImmutableSortedDictionary<int, RoundUpdate>.Empty, [], false, ImmutableSortedDictionary<int, ImmutableArray<BlobRef>>.Empty, 0);
}
