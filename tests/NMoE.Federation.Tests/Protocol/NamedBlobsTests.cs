using System.Text.RegularExpressions;
using NMoE.Compute.Blobs;
using NMoE.Federation.Aggregator;
using NMoE.Federation.Client;
using NMoE.Federation.Protocol;
using NMoE.Federation.Supervisor;

namespace NMoE.Federation.Tests.Protocol;

public sealed partial class NamedBlobsTests
{
    public static TheoryData<Type> Records => [typeof(ClientDurable), typeof(AggregatorDurable), typeof(SupervisorState), .. MessageForms.All.Select(form => form.Type)];

    /// <summary>Whatever records and collections stand between: those that a record's text names, and no other.</summary>
    [Theory]
    [MemberData(nameof(Records))]
    public void A_record_names_the_blobs_of_all_its_parts(Type record) => Assert.All(Enumerable.Range(0, 50), seed =>
    {
        var described = AnyRecord.Described(record, new Random(seed));
        Assert.Equal(
            Hash().Matches(described.ToJsonString()).Select(hash => hash.Value).Order(StringComparer.Ordinal),
            NamedBlobs.In(AnyRecord.Read(record, described)).Select(blob => blob.Hash.Hex).Order(StringComparer.Ordinal));
    });

    [Fact]
    public void They_come_in_the_order_of_the_properties_names()
    {
        var named = new TrainRound(Stages.Extractor, 1, [Blob('1')], [Blob('2')]) { Moments = [Blob('3')] };
        Assert.Equal("2, 1, 3", string.Join(", ", NamedBlobs.In(named).Select(blob => blob.Hash.Hex[0])));
    }

    [Fact]
    public void Nothing_names_nothing() => Assert.Empty(NamedBlobs.In(null));

    private static BlobRef Blob(char digit) => new(new BlobHash(new string(digit, 64)), 5);

    [GeneratedRegex("[0-9a-f]{64}")]
    private static partial Regex Hash();
}
