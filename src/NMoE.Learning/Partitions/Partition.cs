using NMoE.Chance;
using NMoE.Learning.Data;

namespace NMoE.Learning.Partitions;

/// <summary>Deals pictures to clients: a function of the data's labels, the partition, the seed and the split.</summary>
public static class Partition
{
    /// <summary>The pictures of one client, as ascending indices into the split, [<see cref="PartitionSpec.Rows"/>].</summary>
    /// <exception cref="PartitionException">The partition makes no sense, or a class has too few pictures.</exception>
    public static int[] Deal(IDataSource source, DataSplit split, PartitionSpec spec, ulong seed, int client)
    {
        ArgumentNullException.ThrowIfNull(source);
        ArgumentNullException.ThrowIfNull(spec);
        if (spec.Kind == NaturalPartition.PartitionName)
            return OfUser(source, split, Users(source, spec)[client]);
        if (spec.File is { } file)
            return [.. file.Rows[client]];
        var there = ClassSizes(source, split);
        var counts = Counts(source, split, spec, seed);
        for (var label = 0; label < source.Classes; label++)
            CheckEnough(label, Needed(counts, label, spec), there[label], split, spec);
        return Deal(source, split, spec, seed, ClassQuota.Of(counts, client));
    }

    /// <summary>The same where it is known how many of each class.</summary>
    /// <exception cref="PartitionException">A class has too few pictures.</exception>
    internal static int[] Deal(IDataSource source, DataSplit split, PartitionSpec spec, ulong seed, ClassQuota quota)
    {
        var byClass = ByClass(source, split);
        var shard = new List<int>(spec.Rows);
        for (var label = 0; label < source.Classes; label++)
        {
            var (own, before) = (quota.Own[label], quota.Before[label]);
            CheckEnough(label, spec.Overlap == Overlap.Allowed ? own : (long)before + own, byClass[label].Count, split, spec);
            var order = byClass[label].Select(index => (Key: Key(seed, split, index), Index: index)).Order().ToArray();

            // Where clients may share pictures, those after the last are the first ones again.
            shard.AddRange(Enumerable.Range(0, own).Select(i => order[(before + i) % order.Length].Index));
        }

        return [.. shard.Order()];
    }

    /// <summary>Pictures of each class for each client, [n][C]: as the partition counts them, or where <see cref="PartitionSpec.Like"/> says so in the shares of the training shards.</summary>
    /// <param name="source">The data.</param>
    /// <param name="split">The split that is dealt.</param>
    /// <param name="spec">The partition.</param>
    /// <param name="seed">The partition's key.</param>
    /// <exception cref="PartitionException">The partition makes no sense, or there are too few pictures in all.</exception>
    public static int[][] Counts(IDataSource source, DataSplit split, PartitionSpec spec, ulong seed)
    {
        ArgumentNullException.ThrowIfNull(source);
        ArgumentNullException.ThrowIfNull(spec);
        if (spec.Kind == NaturalPartition.PartitionName)
            return ByUser(source, split, spec);
        if (spec.File is { } file)
            return ByFile(source, file);
        return spec.Like is { } training
            ? InShares(Counts(source, DataSplit.Train, training, seed), spec.Rows)
            : Counts(spec, seed, ClassSizes(source, split));
    }

    /// <summary>Pictures of each class that a split has, [C].</summary>
    internal static int[] ClassSizes(IDataSource source, DataSplit split)
    {
        var sizes = new int[source.Classes];
        for (var index = 0; index < source.Count(split); index++)
            sizes[source.Label(split, index)]++;
        return sizes;
    }

    /// <summary>Pictures of a class that a split must have for all clients.</summary>
    internal static long Needed(int[][] counts, int label, PartitionSpec spec) =>
        spec.Overlap == Overlap.Allowed ? counts.Max(own => own[label]) : counts.Sum(own => (long)own[label]);

    /// <summary>So many pictures of each client in the class shares of others, [n][C].</summary>
    /// <remarks>A client that has none has no shares: it gets all classes equally often.</remarks>
    internal static int[][] InShares(int[][] counts, int rows) =>
        [.. counts.Select((own, client) => own.Sum() == 0 ? IidPartition.Even(rows, client, own.Length) : InShares(own, rows))];

    private static int[][] ByFile(IDataSource source, ClientFile file)
    {
        file.Check(source.Count(DataSplit.Train));
        return [.. file.Rows.Select(own => ClientFile.Counts(source, own))];
    }

    private static int[] InShares(int[] counts, int rows)
    {
        var whole = counts.Sum();
        return LargestRemainder.Round(Array.ConvertAll(counts, count => (double)count * rows / whole), rows, Array.IndexOf(counts, counts.Max()));
    }

    /// <summary>Pictures of each class for each client, [n][C].</summary>
    /// <param name="spec">The partition.</param>
    /// <param name="seed">The partition's key.</param>
    /// <param name="available">Pictures of each class, [C].</param>
    /// <exception cref="PartitionException">The partition makes no sense, or there are too few pictures in all.</exception>
    public static int[][] Counts(PartitionSpec spec, ulong seed, int[] available)
    {
        ArgumentNullException.ThrowIfNull(spec);
        return Counts(Partitions.Of(spec.Kind), spec, seed, available);
    }

    /// <summary>The same of a partition that need not be registered.</summary>
    /// <exception cref="InvalidOperationException">The partition does not keep to what <see cref="IPartition"/> asks of it.</exception>
    internal static int[][] Counts(IPartition partition, PartitionSpec spec, ulong seed, int[] available)
    {
        if (spec.Clients < 1)
            throw new PartitionException(FormattableString.Invariant($"A partition over {spec.Clients} clients: at least 1 is needed."));
        if (spec.PerClient < 1)
            throw new PartitionException(FormattableString.Invariant($"A partition of {spec.PerClient} pictures a client: at least 1 is needed."));
        partition.Check(spec);
        var sizes = ShardSizes.Drawn(spec, seed);
        var counts = spec.Sizes == SizeRule.Equal ? partition.Counts(spec, seed, available) : partition.CountsBySize(spec, sizes, seed, available);
        var rows = partition.Rows(spec);
        var wrong = Array.FindIndex(counts, own => own.Length != available.Length || own.Min() < 0);
        if (wrong < 0)
            wrong = Array.FindIndex([.. counts.Zip(sizes)], own => own.First.Sum() != partition.Rows(spec with { PerClient = own.Second }));
        return counts.Length == spec.Clients && wrong < 0
            ? counts
            : throw new InvalidOperationException(FormattableString.Invariant(
                $"The partition '{partition.Name}' must count {available.Length} classes for each of {spec.Clients} clients, {rows} pictures a client; it does not for client {(wrong < 0 ? counts.Length : wrong)}."));
    }

    /// <summary>The user of each client, [n].</summary>
    private static int[] Users(IDataSource source, PartitionSpec spec)
    {
        if (source.UserRows is not { } users)
            throw new PartitionException("The data set does not say whose its pictures are. data.name = femnist, or npz with the arrays client and client_test, would fit.");
        int[] chosen = [.. users.Chosen(spec.Clients)];
        return chosen.Length == spec.Clients ? chosen : throw new PartitionException(FormattableString.Invariant(
            $"{spec.Clients} clients need as many users with training and test pictures, but there are {chosen.Length}. Fewer clients would fit."));
    }

    private static int[] OfUser(IDataSource source, DataSplit split, int user) =>
        [.. Enumerable.Range(0, source.Count(split)).Where(row => source.User(split, row) == user)];

    private static int[][] ByUser(IDataSource source, DataSplit split, PartitionSpec spec)
    {
        var clients = Users(source, spec).Index().ToDictionary(one => one.Item, one => one.Index);
        var counts = Enumerable.Range(0, spec.Clients).Select(_ => new int[source.Classes]).ToArray();
        for (var row = 0; row < source.Count(split); row++)
        {
            if (source.User(split, row) is { } user && clients.TryGetValue(user, out var client))
                counts[client][source.Label(split, row)]++;
        }

        return counts;
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
                + FormattableString.Invariant($"({spec.Clients} clients with {spec.PerClient} pictures each, {Partitions.Of(spec.Kind).Describe(spec)}). ")
                + "Fewer clients or fewer pictures a client would fit.");
        }
    }

    /// <summary>What messages call a split.</summary>
    internal static string Name(DataSplit split) => split == DataSplit.Train ? "training" : "test";
}
