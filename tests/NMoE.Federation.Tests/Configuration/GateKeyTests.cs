using NMoE.Federation.Configuration;
using NMoE.Federation.Sweeps;
using NMoE.Learning.Gates;

namespace NMoE.Federation.Tests.Configuration;

/// <summary>The keys that gates bring in their own files are keys like all others, of the experiments that such a gate serves.</summary>
public sealed class GateKeyTests
{
    private const string Key = "inference.entropy-gate.threshold";

    // What a gate cannot be had without.
    private static readonly Dictionary<string, string> s_needs = new() { [ChannelAwareGate.GateName] = "latent.channel = analog, channel { model = shared, mobility.form = to-and-fro }" };

    public static TheoryData<string> Brought() => new(ExperimentReader.Facts.Where(key => key.Gate is not null).Select(key => key.Path));

    [Theory]
    [MemberData(nameof(Brought))]
    public void A_gates_key_stands_below_its_name_and_is_told_like_all_others(string path)
    {
        var key = ExperimentReader.Facts.Single(key => key.Path == path);

        Assert.StartsWith($"inference.{key.Gate}.", path, StringComparison.Ordinal);
        Assert.Equal([$"{key.Gate} in inference.gates"], key.ReadWith.AsEnumerable());
        Assert.DoesNotContain(Experiments.Read("").Keys, one => one.Key == path);
        Assert.Equal((key.Default, $"default of {key.Gate}"), Shown(Experiments.Read($"inference.gates = [{key.Gate}]\n{s_needs.GetValueOrDefault(key.Gate!)}"), path));
    }

    [Fact]
    public void A_stated_value_reaches_the_gate()
    {
        var read = Experiments.Read("inference { gates = [entropy-gate], entropy-gate.threshold = 0.25 }");

        Assert.Equal(new EntropyGateKeys { Threshold = 0.25 }, read.Settings.Inference.OfGates["entropy-gate"]);
        Assert.Equal(("0.25", "experiments/x.conf:1"), Shown(read, Key));
        Assert.Equal(read.ConfigHash, Experiments.Read(read.Render()).ConfigHash);
        Assert.NotEqual(read.ConfigHash, Experiments.Read("inference.gates = [entropy-gate]").ConfigHash);
    }

    [Theory]
    [InlineData("inference.entropy-gate.threshold = 1.5", "experiments/x.conf:2: inference.entropy-gate.threshold: 1.5 is out of range. Write a number in [0, 1].")]
    [InlineData("inference.entropy-gate.threshold = high", "experiments/x.conf:2: inference.entropy-gate.threshold: 'high' is not a number. Write a number in [0, 1].")]
    [InlineData("inference.entropy-gate.treshold = 0.5", "experiments/x.conf:2: inference.entropy-gate.treshold: there is no such key. Did you mean inference.entropy-gate.threshold?")]
    [InlineData("inference.entropy-gate = 0.5", "experiments/x.conf:2: inference.entropy-gate: this is a section, not a key. Write a key of it, such as inference.entropy-gate.threshold.")]
    public void What_is_wrong_with_it_is_said_as_of_any_other(string line, string message) =>
        Assert.Equal(message, Experiments.Refuse($"inference.gates = [entropy-gate]\n{line}").Message);

    [Fact]
    public void Without_its_gate_it_is_said_to_be_unread() => Assert.Equal(
        "experiments/x.conf:1: inference.entropy-gate.threshold: nothing reads this key where inference.gates = [fedgate, rangate, localgate] (reference.conf:369). It is read with entropy-gate in inference.gates.",
        Assert.Single(Experiments.Read("inference.entropy-gate.threshold = 0.25").Warnings));

    [Fact]
    public void A_sweep_varies_it()
    {
        var sweep = Sweep("inference.gates = [entropy-gate]");

        Assert.Equal(["0.1", "0.9"], sweep.Points.Select(point => Shown(point.Configuration, Key).Value));
        Assert.Equal("default of entropy-gate", Shown(Experiments.Read("inference.gates = [entropy-gate]"), Key).Origin);
        Assert.Contains("varies this key", Assert.Throws<ConfigurationException>(() => Sweep("inference.gates = [fedgate]")).Problem, StringComparison.Ordinal);
    }

    private static SweepPlan Sweep(string gates) => SweepReader.Read(
        "x.conf", [], [], _ => $"{gates}\nsweep.axes.threshold {{ low {{ {Key} = 0.1 }}, high {{ {Key} = 0.9 }} }}");

    private static (string Value, string Origin) Shown(EffectiveConfiguration read, string path) =>
        read.Keys.Where(key => key.Key == path).Select(key => (key.Value, key.Origin)).Single();
}
