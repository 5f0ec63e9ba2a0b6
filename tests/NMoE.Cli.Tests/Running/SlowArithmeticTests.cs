using System.Collections.Immutable;
using NMoE.Cli.Doctor;
using NMoE.Cli.Running;
using NMoE.Federation.Configuration;
using NMoE.Federation.Settings;

namespace NMoE.Cli.Tests.Running;

public sealed class SlowArithmeticTests
{
    private const string Emulated = "fpu avx2 fma";
    private const string Fast = "fpu avx2 fma avx512f avx512_bf16";

    [Fact]
    public void Bf16_on_a_CPU_without_it_is_told_before_it_takes_hours()
    {
        var told = Assert.Single(Told(Emulated, "model.precision=fp32", "model.precision=bf16"));

        Assert.Contains("are emulated", told, StringComparison.Ordinal);
        Assert.Contains("Set model.precision=fp32", told, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(Emulated, "model.precision=fp32")]
    [InlineData(Fast, "model.precision=bf16")]
    public void Nothing_is_said_where_nothing_is_emulated(string flags, string set) => Assert.Empty(Told(flags, set));

    [Fact]
    public void Nothing_is_said_of_a_CPU_that_only_waits_for_a_GPU()
    {
        var settings = Read("model.precision=bf16", "compute.device=cuda");

        Assert.Empty(SlowArithmetic.Of([settings], Machine(Emulated)));
    }

    private static IEnumerable<string> Told(string flags, params string[] sets) => SlowArithmetic.Of(sets.Select(set => Read(set)), Machine(flags));

    private static ExperimentSettings Read(params string[] sets) => ExperimentReader.Read("test.conf", sets, name => name == "test.conf" ? "" : null).Settings;

    private static Numerics Machine(string flags) => new("avx2", ImmutableSortedDictionary<string, string>.Empty) { Flags = [.. flags.Split(' ')] };
}
