using System.Collections.Immutable;
using NMoE.Compute.Blobs;

namespace NMoE.Federation.Protocol;

/// <summary>What of training an aggregator keeps across a crash, and another place needs to go on from there.</summary>
public abstract record AggregatorMemory
{
    /// <summary>Round under way, from 1.</summary>
    public int Round { get; init; }

    /// <summary>Clients that have data, with their number of samples.</summary>
    public ImmutableSortedDictionary<int, int> Joined { get; init; } = ImmutableSortedDictionary<int, int>.Empty;

    /// <summary>F, and the predictor where it is shared, as they are.</summary>
    public ImmutableArray<BlobRef> Extractor { get; init; } = [];

    /// <summary>The server's momentum, part by part, where its algorithm has one and a round has ended.</summary>
    public ImmutableArray<BlobRef> Velocity { get; init; } = [];

    /// <summary>SCAFFOLD's control variate c, once a round has ended.</summary>
    public BlobRef? Control { get; init; }

    /// <summary>Each gate as it is, by the stage that trains it: the initial one until that begins.</summary>
    public ImmutableSortedDictionary<string, BlobRef> Gates { get; init; } = ImmutableSortedDictionary<string, BlobRef>.Empty;

    /// <summary>The moments of all clients' latents together, once they are known, where the gate is trained relative to them.</summary>
    public BlobRef? PooledMoments { get; init; }

    /// <summary>Each client's last correlation matrix, in FedSC.</summary>
    public ImmutableSortedDictionary<int, Correlated> Correlations { get; init; } = ImmutableSortedDictionary<int, Correlated>.Empty;

    /// <summary>Models that clients are still at work on, by the round that began with them, when buffered.</summary>
    public ImmutableSortedDictionary<int, ImmutableArray<BlobRef>> Versions { get; init; } = ImmutableSortedDictionary<int, ImmutableArray<BlobRef>>.Empty;

    /// <summary>Clients that finished the step: an expert trained, or opinions gathered.</summary>
    public ImmutableSortedSet<int> Ready { get; init; } = [];

    /// <summary>The round of each client's last update in stage 1 that counted: none counts twice.</summary>
    public ImmutableSortedDictionary<int, int> Counted { get; init; } = ImmutableSortedDictionary<int, int>.Empty;

    /// <summary>Clients that had experts when stage 2 ended: the ring of a gate that goes around.</summary>
    public ImmutableArray<int> Experts { get; init; } = [];

    /// <summary>Those of them whose opinions nobody has: the gate cannot learn to choose them.</summary>
    public ImmutableSortedSet<int> Unlearned { get; init; } = [];

    /// <summary>Clients that were silent at a deadline and have not been heard since: they are invited to nothing, and nobody waits for them.</summary>
    public ImmutableSortedSet<int> Silent { get; init; } = [];

    /// <summary>Which ring of its stage is under way, or was last, from 0.</summary>
    public int Generation { get; init; }

    /// <summary>The place at which stage 1 ended: a model of it that comes of a later place is another one.</summary>
    public int Lineage { get; init; }

    /// <summary>Experts that the gate could learn to choose.</summary>
    public IEnumerable<int> Learned => Experts.Where(expert => !Unlearned.Contains(expert));

    /// <summary>Whether an expert is one of them.</summary>
    public bool HasLearned(int expert) => Experts.BinarySearch(expert) >= 0 && !Unlearned.Contains(expert);

    /// <summary>Those of some clients that are heard; all, where none of them is.</summary>
    public ImmutableSortedSet<int> Heard(IEnumerable<int> clients)
    {
        var all = clients.ToImmutableSortedSet();
        var heard = Silent.IsEmpty ? all : all.Except(Silent);
        return heard.IsEmpty ? all : heard;
    }
}
