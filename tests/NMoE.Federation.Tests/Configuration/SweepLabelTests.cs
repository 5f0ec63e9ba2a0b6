using NMoE.Federation.Configuration;
using NMoE.Federation.Sweeps;

namespace NMoE.Federation.Tests.Configuration;

/// <summary>Labels of a sweep that would say what its experiments are not.</summary>
public sealed class SweepLabelTests
{
    private const string Channels = "sweep.axes.net { wifi { channel.profile = wifi }, lte { channel.profile = lte } }";
    private const string Seeds = "sweep { axes.seed { a { seed = 1 }, b { seed = 2 } }, repeat = seed }";
    private const string Taus = "data.partition = non-iid\nsweep.axes.tau { low { data.tau = 0.2 }, high { data.tau = 0.5 } }";

    [Theory]
    [InlineData(Channels, "channel.profile=wifi", "net", "channel.profile")]
    [InlineData(Channels, "channel={profile=wifi}", "net", "channel.profile")]
    [InlineData(Channels, "channel {profile=wifi}", "net", "channel.profile")]
    [InlineData(Channels, "\"channel\".\"profile\"=wifi", "net", "channel.profile")]
    [InlineData(Channels, "channel:{\"profile\":wifi, delay:1 ms}", "net", "channel.profile")]
    [InlineData(Channels, "channel.profile=\"wifi\" // why", "net", "channel.profile")]
    [InlineData(Channels, "channel.up=1 Mbit/s", "net", "channel.up")]
    [InlineData(Channels, "channel.model=fixed", "net", "channel.model")]
    [InlineData("sweep.axes.net { a { channel.profile = nb-iot }, b {} }", "supervision.patience=1 min", "net", "supervision.patience")]
    [InlineData("sweep.axes.size { a { profile = cpu }, b { profile = paper } }", "model.width=32", "size", "model.width")]
    [InlineData("sweep.axes.size { a { profile = cpu }, b { profile = paper } }", "extractor={rounds=3}", "size", "extractor.rounds")]
    [InlineData("sweep.axes.of { a { device.profile = phone }, b {} }", "device.energy.flop=1 pJ", "of", "device.energy.flop")]
    [InlineData(Seeds, "seed=3", "seed", "seed")]
    [InlineData(Taus, "data={tau=0.3}", "tau", "data.tau")]
    [InlineData("sweep.axes.away { a { extractor.absent.3 = [4] }, b {} }", "extractor={absent={\"3\"=[5]}}", "away", "extractor.absent.3")]
    public void An_override_that_an_axis_would_not_survive_is_refused_with_axis_key_and_override(string text, string set, string axis, string key)
    {
        var refused = Assert.Throws<ConfigurationException>(() => Read(text, set));

        Assert.Equal(("--set", key), (refused.File, refused.Key));
        Assert.Contains($"the axis '{axis}'", refused.Problem, StringComparison.Ordinal);
        Assert.Contains($"--set {set} would", refused.Problem, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(Channels, "inference.k=2")]
    [InlineData("sweep.axes.net { a { channel.profile = wifi }, b { channel.profile = lte } }", "supervision.patience=1 min")]
    [InlineData("channel.profile = lte\nsweep.axes.loss { a {}, b { channel.loss = 0.1 } }", "channel.profile=wifi")]
    [InlineData("profile = cpu\nsweep.axes.method { a { extractor.method = fedce }, b { extractor.method = fedsc } }", "extractor.rounds=3")]
    public void An_override_beside_an_axis_counts(string text, string set) => Assert.Equal(2, Read(text, set).Points.Length);

    [Theory]
    [InlineData("channel.model = fixed\nsweep.axes.loss { a { channel.loss = 0 }, b { channel.loss = 0.1 } }", 2, "channel.loss", "the axis 'loss' varies this key, and nothing reads this key where channel.model = fixed (experiments/x.conf:1)")]
    [InlineData("sweep.axes.alpha { a { data.alpha = 1 }, b { data.alpha = 2 } }", 1, "data.alpha", "the axis 'alpha' varies this key, and nothing reads this key where data.partition = iid (reference.conf:")]
    [InlineData("extractor.method = fedsc\nsweep.axes.eps { a { fedsc.epsilon = 1 }, b { fedsc.epsilon = 2 } }", 2, "fedsc.epsilon", "the axis 'eps' varies this key, and nothing reads this key where fedsc.privacy = off (reference.conf:")]
    [InlineData("sweep.axes.roll { a { rollgate.laps = 1 }, b { rollgate.laps = 2 } }", 1, "rollgate.laps", "the axis 'roll' varies this key, and nothing reads this key where inference.gates = [fedgate, rangate, localgate] (reference.conf:")]
    [InlineData("sweep.axes.a { a {}, b { gate.rounds = 2, gate.k = 2 } }", 1, "gate.k", "the axis 'a' varies this key, and nothing reads this key where gate.mode = dense-mixture (reference.conf:")]
    public void An_axis_of_what_nothing_reads_is_refused(string text, int line, string key, string problem)
    {
        var refused = Assert.Throws<ConfigurationException>(() => Read(text));

        Assert.Equal((line, key), (refused.Line, refused.Key));
        Assert.StartsWith(problem, refused.Problem, StringComparison.Ordinal);
    }

    [Fact]
    public void An_override_that_leaves_an_axis_unread_is_named()
    {
        var refused = Assert.Throws<ConfigurationException>(() => Read(Taus, "data={partition=iid}"));

        Assert.Equal((2, "data.tau", "the axis 'tau' varies this key, and nothing reads this key where data.partition = iid (--set)"), (refused.Line, refused.Key, refused.Problem));
    }

    [Theory]
    [InlineData("sweep.axes.a { x { seed = 1 }, y {} }", "a", "'x' and 'y'")]
    [InlineData("sweep.axes.a { x { channel.delay = 20 ms }, y { channel.delay = 0.02 s } }", "a", "'x' and 'y'")]
    [InlineData("sweep.axes { a { x { model.width = 16 }, y { model.width = 32 } }, b { s { gate.rounds = 3 }, t { model.width = 64 } } }", "a", "'x / t' and 'y / t'")]
    [InlineData("sweep.axes { part { iid { data.partition = iid }, skew { data.partition = non-iid } }, tau { low { data.tau = 0.2 }, high { data.tau = 0.5 } } }", "tau", "'iid / low' and 'iid / high'")]
    [InlineData("sweep.axes.a { x { experiment.name = x }, y { experiment.name = y } }", "a", "'x' and 'y'")]
    [InlineData("channel.model = shared\nsweep.axes.a { x { channel.trace = a.csv }, y { channel.trace = b.csv } }", "a", "'x' and 'y'")]
    public void Two_labels_of_one_experiment_are_refused(string text, string axis, string labels)
    {
        var refused = Assert.Throws<ConfigurationException>(() => Read(text));

        Assert.Equal(($"sweep.axes.{axis}", $"{labels} are one and the same experiment: no key that is read differs"), (refused.Key, refused.Problem));
        Assert.True(refused.Line > 0);
    }

    [Theory]
    [InlineData("sweep.axes.a { x { seed = 1 }, x { seed = 2 } }", "'seed'")]
    [InlineData("sweep.axes.a { 1 { seed = 1, inference.k = 1 }\n 1 { seed = 2 } }", "'seed'")]
    public void A_label_that_is_written_twice_is_refused(string text, string _)
    {
        var refused = Assert.Throws<ConfigurationException>(() => Read(text));

        Assert.EndsWith("sets this key for the same label", refused.Problem, StringComparison.Ordinal);
    }

    [Fact]
    public void A_label_of_an_included_sweep_may_be_changed()
    {
        var sweep = SweepReader.Read("s.conf", [], [], file => file == "s.conf" ? "include \"base.conf\"\nsweep.axes.a.x.seed = 3" : "sweep.axes.a { x { seed = 1 }, y { seed = 2 } }");

        Assert.Equal([3ul, 2], sweep.Points.Select(point => point.Configuration.Settings.Seed));
    }

    [Theory]
    [InlineData("sweep.axes.store { file {}, large { compute.store.max-size = 1 TiB } }", 1)]
    [InlineData("data.name = cifar10\nsweep.axes.at { file {}, there { data.path = there } }", 1)]
    [InlineData("inference.k = 2\nsweep.axes.k { file {}, more { inference.k = 3 } }", 2)]
    [InlineData("inference.k = 2\nsweep.axes.k { file { }, more.inference.k = 3 }", 2)]
    [InlineData("sweep.axes.k { more.inference.k = 3, file = {} }", 1)]
    public void An_empty_label_is_the_file_as_it_is(string text, int k)
    {
        var file = Read(text).Points.Single(point => point.Labels[0] == "file").Configuration;

        Assert.Equal(k, file.Settings.Inference.K);
        Assert.Equal("experiment-file", file.Settings.Experiment.Name);
    }

    [Fact]
    public void A_key_that_some_experiment_reads_is_not_warned_of() => Assert.Empty(
        Read("data.tau = 0.4\nfedsc.dimension = 64\nsweep.axes { part { iid { data.partition = iid }, skew { data.partition = non-iid } }, method { a { extractor.method = fedce }, b { extractor.method = fedsc } } }").Warnings);

    [Fact]
    public void A_key_that_no_experiment_reads_is_warned_of_once() => Assert.Equal(
        ["experiments/x.conf:1: data.alpha: nothing reads this key where data.partition = iid (experiments/x.conf:2). It is read with data.partition = dirichlet."],
        Read("data.alpha = 2\nsweep.axes.part { iid { data.partition = iid }, skew { data.partition = non-iid } }").Warnings.AsEnumerable());

    [Fact]
    public void A_promise_that_no_experiment_keeps_is_refused_and_one_that_some_keep_is_not()
    {
        const string axis = "\nextractor.method = fedsc\nsweep.axes.noise { none { fedsc.privacy = off }, some { fedsc.privacy = budget } }";
        Assert.Equal("fedsc.sigma", Assert.Throws<ConfigurationException>(() => Read("fedsc.sigma = 0.1" + axis)).Key);
        Assert.Empty(Read("fedsc.epsilon = 1" + axis).Warnings);
    }

    [Fact]
    public void A_key_of_the_file_that_goes_before_an_axis_of_profiles_is_told() => Assert.Equal(
        ["experiments/x.conf:1: channel.up: this stands in the place of what channel.profile gives along the axis 'net'. Leave it out, or write it into the labels of the axis."],
        Read("channel { up = 1 Mbit/s, server-up = 2 Gbit/s }\n" + Channels).Warnings.AsEnumerable());

    private static SweepPlan Read(string text, params string[] sets) => SweepReader.Read(
        Experiments.File, sets, [], file => file == Experiments.File ? text : "time_s,device,up_bit_s,down_bit_s,delay_ms,loss\n0,client-1,1000,2000,5,0\n");
}
