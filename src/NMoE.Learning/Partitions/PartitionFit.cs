using NMoE.Learning.Data;

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
        var there = Partition.ClassSizes(source, split);
        if (spec.File is { } file)
        {
            file.Check(source.Count(split));
            return;
        }

        try
        {
            var counts = Partition.Counts(source, split, spec, seed);
            if (Missing(counts, there) is { } missing)
                throw NoPicture(missing.Label, missing.Client, split, spec);
            CheckShortage(counts, there, split, spec);
        }
        catch (PartitionException misfit) when (Largest(source, split, spec, seed) is > 0 and var most)
        {
            throw new PartitionException(FormattableString.Invariant($"{misfit.Message} The most that fits is {most} a client."));
        }

        _ = Partition.Deal(source, split, spec, seed, 0);
    }

    /// <summary>The most pictures a client, up to those asked for, that can be dealt; 0 where none can, or a class lacks all pictures.</summary>
    /// <param name="source">The data.</param>
    /// <param name="split">The split that is dealt.</param>
    /// <param name="spec">The partition.</param>
    /// <param name="seed">The partition's key.</param>
    public static int Largest(IDataSource source, DataSplit split, PartitionSpec spec, ulong seed)
    {
        ArgumentNullException.ThrowIfNull(source);
        ArgumentNullException.ThrowIfNull(spec);
        var there = Partition.ClassSizes(source, split);
        if (Fits(spec.PerClient))
            return spec.PerClient;
        if (LacksClass())
            return 0;
        var (fits, tooMany) = (0, spec.PerClient);
        while (tooMany - fits > 1)
        {
            var size = fits + ((tooMany - fits) / 2);
            (fits, tooMany) = Fits(size) ? (size, tooMany) : (fits, size);
        }

        return fits;

        // A smaller shard may need none of a class that is not there, and would have other shares for that.
        bool LacksClass()
        {
            try
            {
                return Missing(Partition.Counts(source, split, spec, seed), there) is not null;
            }
            catch (PartitionException)
            {
                return false;
            }
        }

        bool Fits(int size)
        {
            try
            {
                var smaller = spec with { PerClient = size };
                CheckShortage(Partition.Counts(source, split, smaller, seed), there, split, smaller);
                return true;
            }
            catch (PartitionException)
            {
                return false;
            }
        }
    }

    private static (int Label, int Client)? Missing(int[][] counts, int[] there)
    {
        for (var client = 0; client < counts.Length; client++)
        {
            var label = Array.FindIndex([.. counts[client].Zip(there)], of => of is { First: > 0, Second: 0 });
            if (label >= 0)
                return (label, client);
        }

        return null;
    }

    private static void CheckShortage(int[][] counts, int[] there, DataSplit split, PartitionSpec spec)
    {
        for (var label = 0; label < there.Length; label++)
        {
            if (Partition.Needed(counts, label, spec) is var needed && needed > there[label])
                throw TooFew(label, needed, there[label], split, spec);
        }
    }

    /// <summary>Says what the job that deals cannot: how large whole shards are, and which remedies there are.</summary>
    private static PartitionException TooFew(int label, long needed, int there, DataSplit split, PartitionSpec spec) => new(
        FormattableString.Invariant($"Class {label} needs {needed} pictures of the {Partition.Name(split)} split, but there are {there} ")
        + FormattableString.Invariant($"({spec.Clients} clients with {spec.Rows} pictures each, {Partitions.Of(spec.Kind).Describe(spec)}). ")
        + (spec.Overlap == Overlap.Allowed
            ? "Clients share pictures already: fewer pictures a client would fit."
            : "Fewer clients or fewer pictures a client would fit, or data.allow-overlap = on, by which clients share pictures."));

    private static PartitionException NoPicture(int label, int client, DataSplit split, PartitionSpec spec) => new(
        FormattableString.Invariant($"Class {label} has no picture in the {Partition.Name(split)} split, and client {client} is to be dealt some. A data set with all its classes")
        + (spec.Like is null ? ", or a Dirichlet partition, would fit." : " in both splits would fit."));
}
