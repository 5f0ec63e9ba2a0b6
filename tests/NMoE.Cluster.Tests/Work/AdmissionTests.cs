using System.Collections.Immutable;
using NMoE.Cluster.Work;
using NMoE.Cluster.Work.Messages;
using NMoE.Learning.Identity;
using NMoE.Learning.Models;

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

    [Fact]
    public void A_worker_whose_training_step_gives_the_same_is_admitted() =>
        Assert.Null(Admission.Refusal(Probe(new(new ModelSpec(16, 10), 32)), new string('a', 64), new string('a', 64)));

    [Theory]
    [InlineData(16, 32, Precision.Float32, "(width 16, batch 32, fp32)")]
    [InlineData(64, 128, Precision.BFloat16, "(width 64, batch 128, bf16)")]
    public void A_worker_whose_training_step_gives_something_else_is_told_which_step(int width, int batch, Precision precision, string named)
    {
        var refusal = Admission.Refusal(
            Probe(new(new ModelSpec(width, 10) { Precision = precision }, batch)), new string('a', 64), new string('b', 64));
        Assert.Contains($"One training step of this experiment's model {named} gives other bits", refusal, StringComparison.Ordinal);
        Assert.Contains("(bbbbbbbbbbbb, the coordinator's aaaaaaaaaaaa)", refusal, StringComparison.Ordinal);
        Assert.Contains("NMOE_ISA", refusal, StringComparison.Ordinal);
    }

    [Fact]
    public void Of_a_sweep_all_steps_count_and_all_models_are_named()
    {
        var probe = Probe(new(new ModelSpec(16, 10), 32)) with { Others = [Probe(new(new ModelSpec(32, 10), 32))] };
        var (ours, theirs) = (probe.Hash(_ => new string('a', 64)), probe.Hash(step => new string(step.Model.Width == 32 ? 'b' : 'a', 64)));
        Assert.Contains("these experiments' models (width 16, batch 32, fp32; width 32, batch 32, fp32)", Admission.Refusal(probe, ours, theirs), StringComparison.Ordinal);
    }

    private static WorkerProbe Probe(StepProbe step) => new(new("generated", "generated-2", 1), step);

    private static ImmutableSortedDictionary<string, string> Prints(params (string Kind, string Print)[] prints) =>
        prints.ToImmutableSortedDictionary(item => item.Kind, item => item.Print, StringComparer.Ordinal);
}
