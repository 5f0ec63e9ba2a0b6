using System.Collections.Immutable;
using NMoE.Compute.Blobs;

namespace NMoE.Federation.Protocol;

/// <summary>
/// This is where the aggregator is: from the supervisor to a place that is to be it, to clients that ask, and to a place that is it no more; from an aggregator to a place before its own.
/// </summary>
/// <param name="Place">The place, from 0. Places come one after the other, so that a higher one is always the later word.</param>
public sealed record AggregatorAt(int Place) : IMessage;

/// <summary>From a place to the aggregator before it: I have your checkpoint.</summary>
/// <param name="Number">Of the sender's checkpoints, the one up to which the receiver is; 0 for none.</param>
public sealed record CheckpointTaken(int Number) : IMessage;

/// <summary>How far an aggregator is when it publishes something.</summary>
public enum CheckpointStep
{
    /// <summary>A round of stage 1 begins.</summary>
    Extractor,

    /// <summary>Stage 1's model is published: experts are trained.</summary>
    Experts,

    /// <summary>Clients ask each other's experts.</summary>
    Sharing,

    /// <summary>A round of stage 3 begins.</summary>
    Gate,

    /// <summary>A gate is set rolling.</summary>
    Rolling,

    /// <summary>All stages are done.</summary>
    Finished,
}

/// <summary>Aggregator to its next place, before it publishes anything: all that I keep across a crash. Who is asked for this much can go on from there.</summary>
/// <param name="Number">Of the sender's checkpoints, from 1.</param>
/// <param name="Step">How far training is.</param>
/// <param name="Round">Round under way, from 1.</param>
/// <param name="Joined">Clients that have data, with their number of samples.</param>
/// <param name="Extractor">Stage 1's model.</param>
public sealed record Checkpoint(
    int Number, CheckpointStep Step, int Round, ImmutableSortedDictionary<int, int> Joined, ImmutableArray<BlobRef> Extractor) : IMessage
{
    /// <summary>The server's momentum, part by part, where there is one.</summary>
    public ImmutableArray<BlobRef> Velocity { get; init; } = [];

    /// <summary>SCAFFOLD's control variate c, where there is one.</summary>
    public ImmutableArray<BlobRef> Control { get; init; } = [];

    /// <summary>G, and RollGate's G.</summary>
    public ImmutableArray<BlobRef> Gates { get; init; } = [];

    /// <summary>The moments of all clients' latents together, once they are known, where the gate is trained relative to them.</summary>
    public ImmutableArray<BlobRef> Moments { get; init; } = [];

    /// <summary>Each client's last correlation matrix, in FedSC.</summary>
    public ImmutableSortedDictionary<int, Correlated> Correlations { get; init; } = ImmutableSortedDictionary<int, Correlated>.Empty;

    /// <summary>Clients that finished the step before.</summary>
    public ImmutableSortedSet<int> Ready { get; init; } = [];

    /// <summary>Models that clients are at work on, by the round that began with them, when buffered.</summary>
    public ImmutableSortedDictionary<int, ImmutableArray<BlobRef>> Versions { get; init; } = ImmutableSortedDictionary<int, ImmutableArray<BlobRef>>.Empty;

    /// <summary>The round of each client's last update in stage 1 that counted.</summary>
    public ImmutableSortedDictionary<int, int> Counted { get; init; } = ImmutableSortedDictionary<int, int>.Empty;

    /// <summary>Clients that had experts when stage 2 ended.</summary>
    public ImmutableArray<int> Experts { get; init; } = [];

    /// <summary>Those of them whose opinions nobody has: no gate has learned to choose them.</summary>
    public ImmutableSortedSet<int> Unlearned { get; init; } = [];

    /// <summary>Clients that were silent at a deadline and have not been heard since.</summary>
    public ImmutableSortedSet<int> Silent { get; init; } = [];

    /// <summary>Which of RollGate's rings is under way.</summary>
    public int Generation { get; init; }

    /// <summary>The place at which stage 1 ended.</summary>
    public int Lineage { get; init; }

    /// <summary>Each blob once, whatever it serves for.</summary>
    public ImmutableArray<BlobRef> Blobs =>
    [
        .. Extractor.Concat(Velocity).Concat(Control).Concat(Gates).Concat(Moments).Concat(Correlations.Values.Select(last => last.Correlation)).Concat(Versions.Values.SelectMany(model => model)).Distinct(),
    ];
}
