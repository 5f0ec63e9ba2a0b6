using CsCheck;
using NMoE.Federation.Configuration;

namespace NMoE.Federation.Tests.Configuration;

public sealed class EffectiveTests
{
    [Fact]
    public void An_override_beats_the_file_and_the_file_beats_the_reference()
    {
        var read = Experiments.Read("seed = 2\n\nexperiment.clients = 7\nseed = 3", "experiment.clients=8", "experiment.clients=9");

        Assert.Equal(new EffectiveKey("seed", "3", "experiments/x.conf:4"), read.Keys.Single(key => key.Key == "seed"));
        Assert.Equal(new EffectiveKey("experiment.clients", "9", "--set"), read.Keys.Single(key => key.Key == "experiment.clients"));
        Assert.Equal((3ul, 9), (read.Settings.Seed, read.Settings.Experiment.Clients));
    }

    [Fact]
    public void A_line_of_an_origin_in_the_reference_is_the_line_that_sets_the_key()
    {
        var origin = Experiments.Read(string.Empty).Keys.Single(key => key.Key == "channel.bandwidth").Origin;

        var line = int.Parse(origin.Split(':')[1], System.Globalization.CultureInfo.InvariantCulture);
        Assert.Equal("bandwidth = 20 Mbit/s", ExperimentReader.Reference.Split('\n')[line - 1].Trim());
    }

    [Fact]
    public void Keys_stand_in_ordinal_order_in_one_spelling_of_each_value()
    {
        var read = Experiments.Read("channel.delay = 0.25 s\ndata.tau = 5e-1\nchannel.bandwidth = 1500 kbit/s\nextractor.absent { 2 = [3, 1] }");
        var values = read.Keys.ToDictionary(key => key.Key, key => key.Value);

        Assert.Equal(read.Keys.Select(key => key.Key).Order(StringComparer.Ordinal), read.Keys.Select(key => key.Key));
        Assert.Equal(("250 ms", "0.5", "1500 kbit/s"), (values["channel.delay"], values["data.tau"], values["channel.bandwidth"]));
        Assert.Equal("[1, 3]", values["extractor.absent.2"]);
    }

    [Theory]
    [InlineData("compute.threads=1")]
    [InlineData("compute.device=\"cuda:1\"")]
    [InlineData("compute.store.path=\"/somewhere else/é\\\"\\\\\"")]
    [InlineData("compute.store.path=/somewhere else/é")]
    [InlineData("compute.store.max-size=1 GiB")]
    [InlineData("data.path=/data")]
    [InlineData("experiment.name=other")]
    [InlineData("channel.delay=0.02 s")]
    [InlineData("extractor.weight-decay=5e-4")]
    [InlineData("extractor.absent.3=[]")]
    public void What_changes_no_result_changes_no_hash(string set) =>
        Assert.Equal(Experiments.Read(string.Empty).ConfigHash, Experiments.Read(string.Empty, set).ConfigHash);

    [Fact]
    public void Every_other_key_changes_the_hash()
    {
        string[] sets =
        [
            "seed=2", "profile=cpu", "experiment.clients=9", "experiment.retire-servers=off", "data.name=cifar10", "data.partition=non-iid", "data.tau=0.4",
            "data.dominant-rule=one-minus-tau", "data.dominant-order=drawn", "data.count-rule=dominant-fixed", "data.alpha=2", "data.size=28", "data.colour=grey", "data.fit=pad", "data.classes=12", "data.train-pictures=70", "data.test-pictures=70", "data.test-share=0.3", "data.emnist-split=letters", "data.cifar100-labels=coarse", "data.sizes=log-normal", "data.size-spread=0.3", "data.fewest-per-client=3", "data.shards=5", "data.allow-overlap=on", "data.train-per-client=100", "data.test-per-client=100", "model.extractor=cnn", "model.expert=linear", "model.width=32", "model.norm=batch", "model.precision=bf16", "extractor.method=fedsc", "fedsc.dimension=64", "fedsc.cap=1", "fedsc.self-weight=linear", "fedsc.external=unweighted",
            "fedsc.stale=drop", "fedsc.privacy=noise & extractor.method=fedsc", "fedsc.secret=private & fedsc.privacy=budget & extractor.method=fedsc",
            "fedsc.epsilon=1 & fedsc.privacy=budget & extractor.method=fedsc", "fedsc.delta=1e-6 & fedsc.privacy=budget & extractor.method=fedsc",
            "fedsc.sigma=0.1 & fedsc.privacy=noise & extractor.method=fedsc", "fedsc.neighbours=zero-out & fedsc.privacy=budget & extractor.method=fedsc",
            "extractor.rounds=3", "extractor.epochs=7", "extractor.batch=3", "extractor.compute-within=3 s",
            "extractor.learning-rate=0.01", "extractor.momentum=0", "extractor.weight-decay=0", "extractor.clip=3", "extractor.augmentation=flip", "extractor.quorum=1", "extractor.participation=0.5", "extractor.over-commit=1", "extractor.late=accept", "extractor.staleness=none", "extractor.aggregation=buffered", "extractor.buffer=2", "extractor.deadline=3 min", "extractor.compression=int8", "extractor.compression-share=0.5", "extractor.error-feedback=off", "extractor.compression-down=int8",
            "extractor.algorithm=fedprox", "extractor.proximal=0.1", "extractor.server-momentum=0.5", "extractor.server-learning-rate=0.5",
            "extractor.head=personal", "extractor.absent.3=[4]", "pfedmoe.extractor=cnn", "pfedmoe.gate=32", "pfedmoe.weights=half", "expert.start=reuse", "expert.learning-rate=0.01", "expert.batch=3", "expert.epochs=3", "expert.holdout=0", "expert.patience=3",
            "expert.deadline=3 min", "topology.peers=random", "topology.count=3", "topology.sites=2", "topology.site-rounds=3", "topology.site-quorum=1", "topology.site-loss=wait", "topology.site-up=3 Mbit/s", "topology.site-down=3 Mbit/s", "topology.site-delay=3 ms", "gate.sampled-peers=2", "gate.seed=2", "gate.rounds=3", "gate.epochs=3", "gate.batch=3", "gate.learning-rate=0.01", "gate.participation=1",
            "gate.balance=0", "gate.model=mlp-8", "gate.input=centred", "gate.method=discriminant", "gate.features=8", "gate.recipe=robust", "gate.mode=switch", "gate.data=holdout", "gate.k=2", "gate.noise-form=jitter", "gate.gradient=unit", "gate.noise=0", "gate.clip=3", "gate.quorum=1", "gate.deadline=3 min",
            "rollgate.share=0.5", "rollgate.laps=3", "rollgate.epochs=3", "rollgate.batch=3", "rollgate.learning-rate=0.01", "rollgate.tolerance=0", "rollgate.deadline=3 min", "latent.precision=int8", "inference.gates=[rangate]",
            "inference.test-partitions=[iid]", "inference.k=2", "inference.mixture=probabilities", "inference.random-shares=[1, 2, 3, 4, 5, 6, 7, 8, 9, 10]", "inference.batch=3", "inference.deadline=3 min", "inference.retries=1", "inference.alternatives=1", "inference.entropy-gate.threshold=0.2", "inference.des.relevance=0.2", "inference.des.most=3", "inference.wdmoe.threshold=0.2", "inference.wdmoe.most=3", "inference.ktop1.groups=3", "inference.sam.groups=3", "inference.capacity=0.5", "inference.pfl-mf.learning-rate=0.2", "inference.pfl-mf.weight-decay=0.2", "inference.pfl-mf.batch=3", "inference.pfl-mf.epochs=3", "inference.pfl-mfe.learning-rate=0.2", "inference.pfl-mfe.weight-decay=0.2", "inference.pfl-mfe.batch=3", "inference.pfl-mfe.epochs=3", "latent.channel=analog & channel.model=shared & channel.mobility.form=to-and-fro", "latent.fading=rayleigh", "latent.least-signal=0", "latent.most-signal=30", "inference.channel-aware.form=linear", "inference.channel-aware.shuffled=on", "aggregator.place=client & channel.model=shared", "aggregator.client=1", "aggregator.standby=[base-station]", "aggregator.checkpoint-deadline=3 min", "aggregator.max-silence=7", "channel.delay=3 ms",
            "channel.bandwidth=3 Mbit/s", "channel.model=shared", "channel.profile=lte", "channel.delay-form=normal & channel.model=shared", "channel.delay-spread=1 ms", "channel.up=1 Mbit/s", "channel.down=1 Mbit/s", "channel.server-up=unlimited",
            "channel.server-down=unlimited", "channel.loss=0.1", "channel.loss-form=bursts", "channel.burst.good-to-bad=0.1", "channel.burst.bad-to-good=0.1", "channel.burst.loss=1", "channel.packet=1 kB", "channel.sends=1", "channel.transport=tcp", "channel.paths=[\"client-1 to client-2 loss 5 %\"] & channel.model=shared",
            "channel.trace-repeat=1 h", "channel.mobility.form=to-and-fro & channel.model=shared", "channel.mobility.speed=1 m/s", "channel.mobility.near=1 m", "channel.mobility.far=1 km", "channel.mobility.interval=1 s", "channel.mobility.until=1 h",
            "channel.mobility.bandwidth=1 MHz", "channel.mobility.transmit-power=20", "channel.mobility.server-transmit-power=40", "channel.mobility.path-loss-exponent=3", "channel.mobility.reference-loss=40", "channel.mobility.noise-figure=0", "device.profile=phone", "device.compute=3 GFLOP/s", "device.memory=1 GiB", "device.energy.flop=1 pJ", "device.energy.sent-byte=1 uJ", "device.energy.received-byte=1 uJ", "device.energy.radio=1 W", "device.energy.tail=1 W", "device.energy.tail-for=3 s", "device.energy.sleep=1 W", "device.energy.idle=1 W", "supervision.backoff=3 s", "supervision.max-restarts=3", "supervision.patience=3 min", "supervision.max-silence=3",
            "faults.rules=[\"drop 10 % of RoundUpdate\"]", "faults.schedule=[\"at 1 s crash client-3\"]", "faults.crashes.share=0.3", "faults.crashes.within=2 h", "faults.crashes.for=2 h", "faults.churn.up=1 h", "faults.churn.down=1 h", "faults.churn.until=1 h",
            "evaluation.enabled=off", "evaluation.every-rounds=3", "evaluation.macro-f1=all", "evaluation.baselines=[local-classifier]", "evaluation.references=[globalgate]", "evaluation.targets=[0.5]",
        ];
        var hashes = sets.Select(set => Experiments.Read(string.Empty, set.Split(" & ")).ConfigHash).Append(Experiments.Read(string.Empty).ConfigHash).ToList();

        Assert.Equal(sets.Length + 1, hashes.Distinct().Count());
        Assert.Equal(
            ["channel.intervals", "channel.trace", "compute.device", "compute.device-memory", "compute.store.max-size", "compute.store.path", "compute.tf32", "compute.threads", "data.partition-file", "data.path", "experiment.name", "topology.edges", "topology.site-file"],
            ExperimentReader.KnownKeys.Where(key => !sets.Any(set => set.StartsWith(key + "=", StringComparison.Ordinal) || set.StartsWith(key + ".", StringComparison.Ordinal))).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void The_effective_file_reads_back_to_the_same_settings()
    {
        var read = Experiments.Read("extractor.absent { 2 = [3, 1] }", "compute.device=\"cuda:1\"", "data.path=\"C:\\\\a \\\"b\\\" // ${c} é\"", "channel.delay=1.5 s", "gate.clip=1e-7");

        var again = Experiments.Read(read.Render());

        Assert.Equal("C:\\a \"b\" // ${c} é", again.Settings.Data.Path);
        Assert.Equal(read.Keys.Select(key => (key.Key, key.Value)), again.Keys.Select(key => (key.Key, key.Value)));
        Assert.Equal(read.ConfigHash, again.ConfigHash);
    }

    [Fact]
    public void A_path_of_any_printable_signs_arrives_as_it_was_given() =>
        Gen.String[Gen.Char[' ', '\u2fff'], 0, 40].Where(text => text.Trim() == text && !text.Any(char.IsControl)).Sample(
            path =>
            {
                var quoted = path.Replace("\\", "\\\\").Replace("\"", "\\\"");
                Assert.Equal(path, Experiments.Read($"data.path = \"{quoted}\"").Settings.Data.Path);
            },
            iter: 300);
}
