using System.Collections.Immutable;
using System.Text.Json.Serialization;
using NMoE.Learning.Data;
using NMoE.Learning.Jobs;

namespace NMoE.Learning.Partitions;

/// <summary>Deals one client's shard. No inputs. Output 0: <c>images</c> u8 [n, C, H, W] and <c>labels</c> i64 [n].</summary>
/// <param name="Data">The data set.</param>
/// <param name="Split"><c>train</c> or <c>test</c>.</param>
/// <param name="Partition">The partition; the job's seed is the experiment's.</param>
/// <param name="Client">Client number, from 0.</param>
public sealed record ShardParameters(DataSpec Data, string Split, PartitionSpec Partition, int Client) : IJobParameters
{
    /// <inheritdoc/>
    public static string Kind => "shard";

    /// <summary>The pictures, where a file names them; else null.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public ImmutableArray<int>? Rows { get; init; }

    /// <summary>How many there are of each class, where that follows from a file; else null.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public ClassQuota? Quota { get; init; }
}

/// <summary>How many pictures of each class a client is dealt, and which.</summary>
/// <param name="Own">So many, [C].</param>
/// <param name="Before">After so many of other clients, [C].</param>
public sealed record ClassQuota(ImmutableArray<int> Own, ImmutableArray<int> Before)
{
    /// <summary>A client's, of those of all.</summary>
    /// <param name="counts">Pictures of each class for each client, [n][C].</param>
    /// <param name="client">The client.</param>
    internal static ClassQuota Of(int[][] counts, int client)
    {
        var before = new int[counts[client].Length];
        foreach (var other in counts.Take(client))
        {
            for (var label = 0; label < before.Length; label++)
                before[label] += other[label];
        }

        return new([.. counts[client]], [.. before]);
    }

    /// <summary>A client's test pictures, in the shares of the training pictures that a file gives it.</summary>
    /// <param name="file">The file, of which it is known what classes its pictures are of.</param>
    /// <param name="rows">So many a client.</param>
    /// <param name="client">The client.</param>
    public static ClassQuota InShares(ClientFile file, int rows, int client)
    {
        ArgumentNullException.ThrowIfNull(file);
        return Of(Partition.InShares([.. file.Classes.Select(own => own.ToArray())], rows), client);
    }
}
