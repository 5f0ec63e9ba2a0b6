using NMoE.Compute.Blobs;
using NMoE.Compute.Jobs;

namespace NMoE.Compute.Tests.Jobs;

public sealed class JobKeyTests
{
    private static readonly BlobRef X = new(new(new string('a', 64)), 10);
    private static readonly BlobRef Y = new(new(new string('b', 64)), 10);
    private static readonly Job Base = new("kind", "{}", [X, Y], 1);

    public static TheoryData<string, Job> Neighbours => new()
    {
        { "code", Base with { Kind = "kinD" } },
        { "code", Base with { Parameters = "{ }" } },
        { "code", Base with { Inputs = [Y, X] } },
        { "code", Base with { Inputs = [X] } },
        { "code", Base with { Inputs = [X, Y, Y] } },
        { "code", Base with { Inputs = [X, Y with { Bytes = 11 }] } },
        { "code", Base with { Seed = 2 } },
        { "code2", Base },
        { "codek", Base with { Kind = "ind" } },
        { "code", Base with { Kind = "kind{", Parameters = "}" } },
    };

    [Theory]
    [MemberData(nameof(Neighbours))]
    public void A_key_changes_with_every_field(string fingerprint, Job job) =>
        Assert.NotEqual(JobKey.Of("code", Base), JobKey.Of(fingerprint, job));

    // Computed with Python's struct and hashlib: each string after its length in 8 little-endian bytes.
    [Fact]
    public void A_key_is_the_hash_of_the_length_prefixed_fields() =>
        Assert.Equal(
            "65bdfe416e8820583f973a5d2941843c0317640e8787cf33de1a8d5cdf2356dc",
            JobKey.Of("code", Base));

    [Fact]
    public void Text_that_is_not_unicode_has_no_key() =>
        Assert.Throws<System.Text.EncoderFallbackException>(() => JobKey.Of("code", Base with { Parameters = "\ud800" }));
}
