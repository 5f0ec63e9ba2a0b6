using NMoE.Chance;
using NMoE.Learning.Data;
using NMoE.Learning.Jobs;

namespace NMoE.Learning.Partitions;

/// <summary>Deals pictures to clients: a function of the data's labels, the partition, the seed and the split.</summary>
public static class Partition
{
    /// <summary>The pictures of one client, as ascending indices into the split, [<see cref="PartitionSpec.Rows"/>].</summary>
    /// <exception cref="PartitionException">The partition makes no sense, or a class has too few pictures.</exception>
    public static int[] Deal(IDataSource source, DataSplit split, PartitionSpec spec, ulong seed, int client)
    {
        var byClass = ByClass(source, split);
        var counts = spec.Kind == PartitionKind.Dirichlet
            ? DirichletCounts.Of(spec, seed, [.. byClass.Select(pictures => pictures.Count)])
            : [.. Enumerable.Range(0, spec.Clients).Select(other => ClassCounts.Of(spec, other, source.Classes))];
        var shard = new List<int>(spec.Rows);
        for (var label = 0; label < source.Classes; label++)
        {
            var needed = spec.Overlap == Overlap.Allowed ? counts.Max(other => other[label]) : counts.Sum(other => (long)other[label]);
            CheckEnough(label, needed, byClass[label].Count, split, spec);
            var before = counts.Take(client).Sum(other => (long)other[label]);
            var order = byClass[label].Select(index => (Key: Key(seed, split, index), Index: index)).Order().ToArray();

            // Where clients may share pictures, those after the last are the first ones again.
            shard.AddRange(Enumerable.Range(0, counts[client][label]).Select(i => order[(before + i) % order.Length].Index));
        }

        return [.. shard.Order()];
    }

    private static List<int>[] ByClass(IDataSource source, DataSplit split)
    {
        var byClass = Enumerable.Range(0, source.Classes).Select(_ => new List<int>()).ToArray();
        for (var index = 0; index < source.Count(split); index++)
            byClass[source.Label(split, index)].Add(index);
        return byClass;
    }

    private static ulong Key(ulong seed, DataSplit split, int index)
    {
        var block = Philox.Draw(seed, (uint)PhiloxPurpose.Deal, (uint)split, (uint)index);
        return ((ulong)block.A << 32) | block.B;
    }

    private static void CheckEnough(int label, long needed, int available, DataSplit split, PartitionSpec spec)
    {
        if (needed > available)
        {
            throw new PartitionException(
                FormattableString.Invariant($"Class {label} needs {needed} pictures of the {Name(split)} split, but there are {available} ")
                + FormattableString.Invariant($"({spec.Clients} clients with {spec.PerClient} pictures each, {Rule(spec)}). ")
                + "Fewer clients or fewer pictures a client would fit.");
        }
    }

    private static string Name(DataSplit split) => split == DataSplit.Train ? "training" : "test";

    private static string Rule(PartitionSpec spec) => spec.Kind switch
    {
        PartitionKind.Iid => "IID",
        PartitionKind.NonIid => FormattableString.Invariant($"Non-IID({spec.Tau})"),
        _ => FormattableString.Invariant($"Dirichlet({spec.Alpha})"),
    };
}
