using System.Runtime.InteropServices;
using NMoE.Compute.Blobs;
using NMoE.Compute.Jobs;
using NMoE.Learning.Data;
using NMoE.Learning.Jobs;
using NMoE.Learning.Partitions;

namespace NMoE.Learning.Tests.Partitions;

public sealed class ShardFunctionTests
{
    private static readonly DataSpec Generated = new("generated", GeneratedSource.Version, 3);
    private static readonly PartitionSpec Spec = new(NonIidPartition.PartitionName, 0.3, 4, 200);

    [Fact]
    public void A_shard_holds_the_pictures_dealt_to_its_client_with_their_labels()
    {
        var tensors = SafeTensors.Read(Run(new(Generated, "test", Spec, 2), seed: 9).Blobs.Single());

        var images = tensors.Single(tensor => tensor.Name == "images");
        var labels = tensors.Single(tensor => tensor.Name == "labels");
        Assert.Equal((TensorType.U8, "200,3,32,32"), (images.Type, string.Join(',', images.Shape)));
        Assert.Equal((TensorType.I64, "200"), (labels.Type, string.Join(',', labels.Shape)));
        var source = new GeneratedSource(3);
        var dealt = Partition.Deal(source, DataSplit.Test, Spec, 9, 2);
        Assert.Equal(
            dealt.Select(index => (long)source.Label(DataSplit.Test, index)),
            MemoryMarshal.Cast<byte, long>(labels.Data.Span).ToArray());
        var last = new byte[3072];
        source.CopyPicture(DataSplit.Test, dealt[^1], last);
        Assert.Equal(last, images.Data[^3072..].ToArray());
    }

    [Fact]
    public void The_same_job_gives_the_same_bytes() =>
        Assert.Equal(
            Run(new(Generated, "train", Spec, 1), seed: 9).Blobs.Single().ToArray(),
            Run(new(Generated, "train", Spec, 1), seed: 9).Blobs.Single().ToArray());

    [Fact]
    public void Data_with_another_content_than_the_jobs_is_refused()
    {
        var error = Assert.Throws<DataException>(() => Run(new(Generated with { ContentHash = "generated-0" }, "test", Spec, 2), seed: 9));
        Assert.Contains($"the hash {GeneratedSource.Version}, the job was made for generated-0", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void An_unknown_data_set_is_refused_with_the_known_ones()
    {
        var error = Assert.Throws<DataException>(() => DataSources.Of("imagenet"));
        Assert.Equal("imagenet: there is no data set of this name. Known are: generated, mnist, fashion-mnist, emnist, femnist, cifar10, cifar100, folder, npz.", error.Message);
    }

    [Fact]
    public void Threads_that_ask_at_once_share_one_open_data_set()
    {
        var catalog = new DataCatalog(null);
        var sources = Enumerable.Range(0, 64).AsParallel().WithDegreeOfParallelism(4).Select(_ => catalog.Source(Generated)).ToArray();
        Assert.Single(sources.Distinct(ReferenceEqualityComparer.Instance));
    }

    private static JobOutput Run(ShardParameters parameters, ulong seed) =>
        new ShardFunction(new DataCatalog(null)).Run(new(LearningJob.Create(parameters, seed), [], CancellationToken.None));
}
