using System.Buffers.Binary;
using System.Collections.Immutable;
using NMoE.Compute.Blobs;
using NMoE.Compute.Jobs;
using NMoE.Learning.Cost;
using NMoE.Learning.Data;
using NMoE.Learning.Jobs;

namespace NMoE.Learning.Partitions;

/// <summary>Runs <see cref="ShardParameters"/>: one client's pictures, u8 [n, C, H, W], and labels, i64 [n].</summary>
/// <param name="data">The open data sets of this process.</param>
internal sealed class ShardFunction(DataCatalog data) : IJobFunction
{
    public string Kind => ShardParameters.Kind;

    /// <exception cref="DataException">The data is missing, or not what the job was made for.</exception>
    /// <exception cref="PartitionException">The pictures cannot be dealt as asked.</exception>
    public JobOutput Run(JobContext context)
    {
        var parameters = LearningJob.Parameters<ShardParameters>(context.Job);
        var source = data.Source(parameters.Data);
        var split = SplitNamed(parameters.Split);
        var shard = Shard(source, split, parameters, context.Job.Seed);
        var size = source.Shape.Bytes;
        var images = new byte[shard.Length * size];
        var labels = new byte[shard.Length * sizeof(long)];
        for (var row = 0; row < shard.Length; row++)
        {
            source.CopyPicture(split, shard[row], images.AsSpan(row * size, size));
            BinaryPrimitives.WriteInt64LittleEndian(labels.AsSpan(row * sizeof(long)), source.Label(split, shard[row]));
        }

        var blob = SafeTensors.Write(
        [
            new TensorBlob("images", TensorType.U8, [shard.Length, source.Shape.Channels, source.Shape.Height, source.Shape.Width], images),
            new TensorBlob("labels", TensorType.I64, [shard.Length], labels),
        ]);
        return new([blob], ImmutableSortedDictionary<string, double>.Empty, []);
    }

    public JobForecast Forecast(Job job)
    {
        var parameters = LearningJob.Parameters<ShardParameters>(job);
        var rows = parameters.Rows?.Length ?? parameters.Quota?.Own.Sum()
            ?? ShardSizes.Of(parameters.Partition, parameters.Data, SplitNamed(parameters.Split), job.Seed)[parameters.Client];
        return JobForecast.OneBlob(0, BlobSizes.Shard(rows, parameters.Data.Form.Shape));
    }

    private static int[] Shard(IDataSource source, DataSplit split, ShardParameters parameters, ulong seed) => parameters switch
    {
        { Rows: { } rows } => [.. rows],
        { Quota: { } quota } => Partition.Deal(source, split, parameters.Partition, seed, quota),
        _ => Partition.Deal(source, split, parameters.Partition, seed, parameters.Client),
    };

    private static DataSplit SplitNamed(string name) => name switch
    {
        "train" => DataSplit.Train,
        "test" => DataSplit.Test,
        _ => throw new PartitionException($"There is no split '{name}': train and test are known."),
    };
}
