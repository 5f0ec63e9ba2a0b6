using NMoE.Learning.Data;
using NMoE.Learning.Jobs;

namespace NMoE.Learning.Partitions;

/// <summary>Says before anything runs whether pictures can be dealt as asked.</summary>
public static class PartitionFit
{
    /// <summary>Looks at the data of a shard's job, and at the other clients' shards with it.</summary>
    /// <param name="source">The data.</param>
    /// <param name="split">The split that is dealt.</param>
    /// <param name="spec">The partition.</param>
    /// <param name="seed">The partition's key.</param>
    /// <exception cref="PartitionException">A class has no picture, or too few; or the partition makes no sense.</exception>
    public static void Check(IDataSource source, DataSplit split, PartitionSpec spec, ulong seed)
    {
        ArgumentNullException.ThrowIfNull(source);
        ArgumentNullException.ThrowIfNull(spec);
        CheckClasses(source, split, spec, seed);
        _ = Partition.Deal(source, split, spec, seed, 0);
    }

    private static void CheckClasses(IDataSource source, DataSplit split, PartitionSpec spec, ulong seed)
    {
        var there = new int[source.Classes];
        for (var index = 0; index < source.Count(split); index++)
            there[source.Label(split, index)]++;
        var counts = Partition.Counts(spec, seed, there);
        for (var client = 0; client < counts.Length; client++)
        {
            var label = Array.FindIndex([.. counts[client].Zip(there)], of => of is { First: > 0, Second: 0 });
            if (label >= 0)
                throw Missing(label, client, split);
        }

        for (var label = 0; label < there.Length; label++)
        {
            var needed = spec.Overlap == Overlap.Allowed ? counts.Max(own => own[label]) : counts.Sum(own => (long)own[label]);
            if (needed > there[label])
                throw TooFew(label, needed, there[label], split, spec);
        }
    }

    /// <summary>Says what the job that deals cannot: how large whole shards are, and which remedies there are.</summary>
    private static PartitionException TooFew(int label, long needed, int there, DataSplit split, PartitionSpec spec) => new(
        FormattableString.Invariant($"Class {label} needs {needed} pictures of the {Name(split)} split, but there are {there} ")
        + FormattableString.Invariant($"({spec.Clients} clients with {spec.Rows} pictures each, {Partitions.Of(spec.Kind).Describe(spec)}). ")
        + (spec.Overlap == Overlap.Allowed
            ? "Clients share pictures already: fewer pictures a client would fit."
            : "Fewer clients or fewer pictures a client would fit, or data.allow-overlap = on, by which clients share pictures."));

    private static string Name(DataSplit split) => split == DataSplit.Train ? "training" : "test";

    private static PartitionException Missing(int label, int client, DataSplit split) => new(FormattableString.Invariant(
        $"Class {label} has no picture in the {Name(split)} split, and client {client} is to be dealt some. A data set with all its classes, or a Dirichlet partition, would fit."));
}
