using System.Collections.Immutable;
using NMoE.Compute.Blobs;
using NMoE.Federation.Protocol;
using NMoE.Federation.Roles;
using NMoE.Learning.Models;

namespace NMoE.Federation.Aggregator;

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

    /// <summary>Where training stands: one of <see cref="Stages.Steps"/>.</summary>
    public string Stage { get; init; } = Stages.Joining;

    /// <summary>Whether the supervisor has said that training may begin.</summary>
    public bool MayBegin { get; init; }

    /// <summary>The moments of each client's training latents, where the gate is trained relative to those of all.</summary>
    public ImmutableSortedDictionary<int, BlobRef> Moments { get; init; } = ImmutableSortedDictionary<int, BlobRef>.Empty;

    /// <summary>The ring under way, or the last one: the clients that were heard when it began.</summary>
    public ImmutableArray<int> Ring { get; init; } = [];

    /// <summary>Number of the last checkpoint that was sent from here.</summary>
    public int Checkpoints { get; init; }

    /// <summary>Places that did not take a checkpoint in time: none is waited for until it is heard.</summary>
    public ImmutableSortedSet<int> Unheard { get; init; } = [];

    /// <summary>At a standby place, the last checkpoint that came; null for none.</summary>
    public Checkpoint? Held { get; init; }

    /// <summary>Of which place that is.</summary>
    public int HeldFrom { get; init; }

    /// <summary>Of an edge server, what it has with the aggregator; null for the aggregator.</summary>
    public ParentMemory? Parent { get; init; }

    /// <summary>Nothing happened yet.</summary>
    public static AggregatorDurable Empty { get; } = new();
}

/// <summary>What an edge server keeps of the aggregator's last round.</summary>
/// <param name="Asked">The invitation to it; null before the first.</param>
/// <param name="Sent">What was sent for it; null as long as it is not over here, or where the site sat it out.</param>
public sealed record ParentMemory(TrainRound? Asked, RoundUpdate? Sent)
{
    /// <summary>Nothing was asked.</summary>
    public static ParentMemory None { get; } = new(null, null);
}

/// <summary>The aggregator's state: what outlives a crash, and what each step holds while it is under way.</summary>
/// <param name="Durable">What outlives a crash.</param>
public sealed record AggregatorState(AggregatorDurable Durable)
{
    /// <summary>The round under way.</summary>
    public RoundState Round { get; init; } = RoundState.None;

    /// <summary>FedSC's first exchange of it.</summary>
    public ExchangeState Exchange { get; init; } = ExchangeState.None;

    /// <summary>What clients are at work on, when buffered.</summary>
    public BufferState Buffer { get; init; } = BufferState.None;

    /// <summary>What is there before training begins.</summary>
    public JoiningState Joining { get; init; } = JoiningState.None;

    /// <summary>What waits for the next place.</summary>
    public MovingState Moving { get; init; } = MovingState.None;

    /// <summary>A travelling model on its way to the ring's first client, until one acknowledges it.</summary>
    public TravellingModel? Passing { get; init; }

    /// <summary>The form in which parts of the model travel to clients, by the part; of those that a round under way may send.</summary>
    public ImmutableSortedDictionary<BlobHash, BlobRef> Packed { get; init; } = ImmutableSortedDictionary<BlobHash, BlobRef>.Empty;

    /// <summary>Clients that were asked in the step under way, or are of the ring under way, and have said nothing since.</summary>
    public ClientSet Quiet { get; init; } = ClientSet.Empty;
}

/// <summary>A round, or a step when buffered.</summary>
/// <param name="Cohort">Clients invited to it.</param>
/// <param name="Target">Updates that it waits for.</param>
/// <param name="Updates">Updates so far, by client.</param>
/// <param name="Closed">Whether they are being averaged: none is taken any more.</param>
/// <param name="Averaged">What the averages left so far, by part of the model: the part, and the server's momentum where there is one.</param>
/// <param name="Tries">Times that it was begun again for lack of a quorum.</param>
public sealed record RoundState(
    ImmutableSortedSet<int> Cohort, int Target, ByClient<RoundUpdate> Updates, bool Closed,
    ImmutableSortedDictionary<int, ImmutableArray<BlobRef>> Averaged, int Tries)
{
    /// <summary>None is under way.</summary>
    public static RoundState None { get; } = new(
        [], 0, new ByClient<RoundUpdate>(), false, ImmutableSortedDictionary<int, ImmutableArray<BlobRef>>.Empty, 0);

    /// <summary>Sites whose clients are in an update of this round.</summary>
    public ImmutableSortedSet<int> Covered { get; init; } = [];
}

/// <summary>The exchange before a round's training.</summary>
/// <param name="Correlated">Clients of the cohort whose matrix of this round has come.</param>
/// <param name="IsOver">Whether the cohort was told to train: updates are wanted from then on.</param>
public sealed record ExchangeState(ImmutableSortedSet<int> Correlated, bool IsOver)
{
    /// <summary>Nothing has come yet.</summary>
    public static ExchangeState None { get; } = new([], false);

    /// <summary>There is nothing to exchange.</summary>
    public static ExchangeState Over { get; } = new([], true);
}

/// <summary>What clients are at work on, when buffered.</summary>
/// <param name="Working">The round that each client is at work on.</param>
/// <param name="Early">Updates that came while the last step was made.</param>
public sealed record BufferState(ImmutableSortedDictionary<int, int> Working, ByClient<RoundUpdate> Early)
{
    /// <summary>Nobody works.</summary>
    public static BufferState None { get; } = new(ImmutableSortedDictionary<int, int>.Empty, new ByClient<RoundUpdate>());
}

/// <summary>What is there before training begins.</summary>
/// <param name="Drawn">Initial parameters that have been drawn, by part of the model.</param>
/// <param name="IsOver">Whether the deadline for joining has passed: training begins with those who are there.</param>
/// <param name="Unanswered">Questions to the supervisor that it did not answer.</param>
public sealed record JoiningState(ImmutableSortedDictionary<ModelPart, BlobRef> Drawn, bool IsOver, int Unanswered)
{
    /// <summary>Nothing.</summary>
    public static JoiningState None { get; } = new(ImmutableSortedDictionary<ModelPart, BlobRef>.Empty, false, 0);
}

/// <summary>What waits for the next place.</summary>
/// <param name="Guard">The checkpoint that it has to take before anything is published; null for none.</param>
/// <param name="Withheld">What is to be done once it has.</param>
public sealed record MovingState(int? Guard, ImmutableArray<Effect> Withheld)
{
    /// <summary>Nothing waits.</summary>
    public static MovingState None { get; } = new(null, []);
}
