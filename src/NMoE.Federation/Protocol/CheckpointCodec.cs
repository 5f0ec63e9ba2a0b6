using System.Collections.Immutable;

namespace NMoE.Federation.Protocol;

/// <summary>Checkpoints, which have many parts.</summary>
public static partial class WireCodec
{
    private static Wire.Checkpoint Kept(Checkpoint m) => new()
    {
        Number = (uint)m.Number,
        Step = Step(m.Step),
        Round = (uint)m.Round,
        Joined = { m.Joined.Select(Number) },
        Extractor = { m.Extractor.Select(Blob) },
        Velocity = { m.Velocity.Select(Blob) },
        Control = { m.Control.Select(Blob) },
        Gates = { m.Gates.Select(Blob) },
        Moments = { m.Moments.Select(Blob) },
        Correlations = { m.Correlations.Select(last => new Wire.ClientMatrix { Client = (uint)last.Key, Round = (uint)last.Value.Round, Correlation = Blob(last.Value.Correlation) }) },
        Ready = { m.Ready.Select(client => (uint)client) },
        Versions = { m.Versions.Select(version => new Wire.Version { Round = (uint)version.Key, Model = { version.Value.Select(Blob) } }) },
        Counted = { m.Counted.Select(Number) },
        Experts = { m.Experts.Select(client => (uint)client) },
        Generation = (uint)m.Generation,
        Lineage = (uint)m.Lineage,
        Unlearned = { Clients(m.Unlearned) },
        Silent = { Clients(m.Silent) },
    };

    private static Checkpoint Kept(Wire.Checkpoint read) => new(
        Count(read.Number), Step(read.Step), Count(read.Round), Numbers(read.Joined), Blobs(read.Extractor))
    {
        Velocity = Blobs(read.Velocity),
        Control = Blobs(read.Control),
        Gates = Blobs(read.Gates),
        Moments = Blobs(read.Moments),
        Correlations = Sorted(read.Correlations, last => last.Client, last => new Correlated(Count(last.Round), Blob(last.Correlation))),
        Ready = [.. read.Ready.Select(Count)],
        Versions = Sorted(read.Versions, version => version.Round, version => Blobs(version.Model)),
        Counted = Numbers(read.Counted),
        Experts = [.. read.Experts.Select(Count)],
        Generation = Count(read.Generation),
        Lineage = Count(read.Lineage),
        Unlearned = [.. read.Unlearned.Select(Count)],
        Silent = [.. read.Silent.Select(Count)],
    };

    private static Wire.ClientNumber Number(KeyValuePair<int, int> pair) => new() { Client = (uint)pair.Key, Number = (uint)pair.Value };

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

    private static Wire.CheckpointStep Step(CheckpointStep step) => (Wire.CheckpointStep)((int)step + 1);

    private static CheckpointStep Step(Wire.CheckpointStep step) => step is >= Wire.CheckpointStep.Extractor and <= Wire.CheckpointStep.Finished
        ? (CheckpointStep)((int)step - 1)
        : throw new WireException("A checkpoint does not say how far training is.");
}
