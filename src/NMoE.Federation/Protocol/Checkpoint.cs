using System.Collections.Immutable;
using NMoE.Compute.Blobs;
using static NMoE.Federation.Protocol.WireValues;

namespace NMoE.Federation.Protocol;

/// <summary>Aggregator to its next place, before it publishes anything: all that I keep across a crash. Who is asked for this much can go on from there.</summary>
public sealed record Checkpoint : AggregatorMemory, IMessage
{
    /// <summary>A checkpoint of nothing.</summary>
    public Checkpoint()
    {
    }

    /// <summary>A checkpoint of what an aggregator keeps.</summary>
    internal Checkpoint(AggregatorMemory kept)
        : base(kept)
    {
    }

    /// <summary>Of the sender's checkpoints, from 1.</summary>
    public int Number { get; init; }

    /// <summary>How far training is: one of <see cref="Stages.Published"/>.</summary>
    public string Step { get; init; } = Stages.Extractor;

    /// <summary>Each blob once, whatever it serves for.</summary>
    public ImmutableArray<BlobRef> Blobs => [.. NamedBlobs.In(this).Distinct()];

    /// <summary>On the wire, and when an aggregator could go on from it.</summary>
    internal static MessageForm Form { get; } = MessageForm.Of<Checkpoint, Wire.Checkpoint>(
        "Checkpoint",
        m => new()
        {
            Number = (uint)m.Number,
            Step = (Wire.CheckpointStep)(Stages.Published.IndexOf(m.Step) + 1),
            Round = (uint)m.Round,
            Joined = { Numbers(m.Joined) },
            Extractor = { Blobs(m.Extractor) },
            Velocity = { Blobs(m.Velocity) },
            Control = { Some(m.Control) },
            Gates = { Blobs(m.Gates.Values) },
            Moments = { Some(m.PooledMoments) },
            Correlations = { m.Correlations.Select(last => new Wire.ClientMatrix { Client = (uint)last.Key, Round = (uint)last.Value.Round, Correlation = Blob(last.Value.Correlation) }) },
            Ready = { Counts(m.Ready) },
            Versions = { m.Versions.Select(version => new Wire.Version { Round = (uint)version.Key, Model = { Blobs(version.Value) } }) },
            Counted = { Numbers(m.Counted) },
            Experts = { Counts(m.Experts) },
            Generation = (uint)m.Generation,
            Lineage = (uint)m.Lineage,
            Unlearned = { Counts(m.Unlearned) },
            Silent = { Counts(m.Silent) },
        },
        read => new()
        {
            Number = Count(read.Number),
            Step = Stages.Published.ElementAtOrDefault((int)read.Step - 1) ?? throw new WireException("A checkpoint does not say how far training is."),
            Round = Count(read.Round),
            Joined = Numbers(read.Joined),
            Extractor = Blobs(read.Extractor),
            Velocity = Blobs(read.Velocity),
            Control = Most(read.Control, 1).FirstOrDefault(),
            Gates = Stages.Gates.Zip(Most(read.Gates, Stages.Gates.Length)).ToImmutableSortedDictionary(gate => gate.First, gate => gate.Second, StringComparer.Ordinal),
            PooledMoments = Most(read.Moments, 1).FirstOrDefault(),
            Correlations = Sorted(read.Correlations, last => last.Client, last => new Correlated(Count(last.Round), Blob(last.Correlation))),
            Ready = [.. Counts(read.Ready)],
            Versions = Sorted(read.Versions, version => version.Round, version => Blobs(version.Model)),
            Counted = Numbers(read.Counted),
            Experts = Counts(read.Experts),
            Generation = Count(read.Generation),
            Lineage = Count(read.Lineage),
            Unlearned = [.. Counts(read.Unlearned)],
            Silent = [.. Counts(read.Silent)],
        },
        (m, from, bounds) => bounds.IsAggregator(from) && bounds.Pipeline.Contains(m.Step)
            && m.Number > 0 && m.Extractor.Length == bounds.SharedParts && m.Gates.Count == Stages.Gates.Length && m.Lineage < bounds.Places
            && m.Round >= 1 && m.Round <= Math.Max(bounds.Rounds, bounds.Exchanges) + 1
            && m.Joined.Count > 0 && m.Joined.All(client => bounds.IsClient(client.Key) && client.Value > 0)
            && bounds.AreClients(m.Ready.Concat(m.Experts).Concat(m.Unlearned).Concat(m.Silent).Concat(m.Counted.Keys)) && m.Correlations.Keys.All(m.Joined.ContainsKey));

    private static IEnumerable<Wire.Blob> Some(params BlobRef?[] blobs) => Blobs(blobs.OfType<BlobRef>());

    private static ImmutableArray<BlobRef> Most(IReadOnlyCollection<Wire.Blob> blobs, int most) => blobs.Count <= most
        ? Blobs(blobs)
        : throw new WireException(FormattableString.Invariant($"A checkpoint names {blobs.Count} blobs where there are {most} at most."));

    private static IEnumerable<Wire.ClientNumber> Numbers(IEnumerable<KeyValuePair<int, int>> pairs) =>
        pairs.Select(pair => new Wire.ClientNumber { Client = (uint)pair.Key, Number = (uint)pair.Value });

    private static ImmutableSortedDictionary<int, int> Numbers(IEnumerable<Wire.ClientNumber> pairs) => Sorted(pairs, pair => pair.Client, pair => Count(pair.Number));

    private static ImmutableSortedDictionary<int, T> Sorted<TRead, T>(IEnumerable<TRead> read, Func<TRead, uint> key, Func<TRead, T> value)
    {
        var sorted = ImmutableSortedDictionary.CreateBuilder<int, T>();
        foreach (var item in read)
        {
            if (!sorted.TryAdd(Count(key(item)), value(item)))
            {
                throw new WireException(FormattableString.Invariant($"A checkpoint names number {key(item)} twice."));
            }
        }

        return sorted.ToImmutable();
    }
}
