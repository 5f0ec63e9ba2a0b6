using System.Collections.Immutable;
using NMoE.Cluster.Work;

namespace NMoE.Cluster.Tests.Work;

/// <summary>Who may work.</summary>
public sealed class AdmissionTests
{
    private const string Print = "code=c1;torch=2.10;threads=1;probe=p1";

    [Fact]
    public void The_same_fingerprints_are_admitted() => Assert.Null(Admission.Refusal(Prints(("a", Print)), Prints(("a", Print), ("more", "x"))));

    [Theory]
    [InlineData("code=c1;torch=2.11;threads=1;probe=p2", "The worker's TorchSharp is 2.11, the coordinator's 2.10")]
    [InlineData("code=c1;torch=2.10;threads=2;probe=p1", "other threads: 2, the coordinator's 1")]
    [InlineData("code=c2;torch=2.10;threads=1;probe=p2", "(probe p2, the coordinator's p1)")]
    [InlineData("code=c2;torch=2.10;threads=1;probe=p1", "code of the job 'a' is not the coordinator's (c2, the coordinator's c1)")]
    [InlineData("nonsense", "TorchSharp is none, the coordinator's 2.10")]
    public void What_differs_is_named(string theirs, string reason) =>
        Assert.Contains(reason, Admission.Refusal(Prints(("a", Print)), Prints(("a", theirs))), StringComparison.Ordinal);

    [Fact]
    public void A_worker_that_lacks_a_kind_is_refused() =>
        Assert.Contains("cannot run the job 'b'", Admission.Refusal(Prints(("a", Print), ("b", Print)), Prints(("a", Print))), StringComparison.Ordinal);

    private static ImmutableSortedDictionary<string, string> Prints(params (string Kind, string Print)[] prints) =>
        prints.ToImmutableSortedDictionary(item => item.Kind, item => item.Print, StringComparer.Ordinal);
}
