using NMoE.Federation.Fuzzing;

namespace NMoE.Federation.Tests.Fuzzing;

/// <summary>Each key of an experiment, changed: what cases keep changes the trace of some seed, and nothing else does.</summary>
public sealed class CaseKeysSpecs : FuzzSpec
{
    private const int SeedsToFind = 400;
    private const int SeedsToCompare = 6;
    private const string Shared = "channel.model=shared";
    private const string FedSc = "extractor.method=fedsc";
    private const string Noised = "fedsc.privacy=noise";
    private const string Budgeted = "fedsc.privacy=budget";
    private const string Skewed = "data.partition=non-iid";
    private const string Rolling = "inference.gates=[rollgate]";
    private const string Moving = "channel.mobility.form=to-and-fro";
    private const string Sited = "topology.sites=2";
    private const string Buffered = "extractor.aggregation=buffered";

    /// <summary>A profile sets other keys.</summary>
    private static readonly string[] Profiles = ["profile", "channel.profile", "device.profile", "gate.recipe"];

    /// <summary>Another value of each key, and what must be so for it to be read.</summary>
    private static readonly (string Key, string Value, string[] Where)[] Changes =
    [
        ("seed", "2", []), ("experiment.name", "other", []), ("experiment.clients", "4", []), ("experiment.retire-servers", "off", []),
        ("data.name", "cifar10", []), ("data.path", "elsewhere", ["data.name=cifar10"]), ("data.partition", "non-iid", []), ("data.tau", "0.5", [Skewed]),
        ("data.size", "28", []), ("data.colour", "grey", []), ("data.fit", "pad", ["data.name=folder", "data.size=28"]), ("data.classes", "12", []), ("data.train-pictures", "700", []),
        ("data.test-pictures", "700", []), ("data.test-share", "0.3", ["data.name=npz"]), ("data.emnist-split", "letters", ["data.name=emnist"]), ("data.cifar100-labels", "coarse", ["data.name=cifar100"]),
        ("data.partition-file", "other.csv", ["data.partition=file", "data.partition-file=one.csv"]), ("data.sizes", "log-normal", []), ("data.size-spread", "0.3", ["data.sizes=log-normal"]), ("data.fewest-per-client", "0", ["data.sizes=log-normal"]),
        ("data.shards", "5", ["data.partition=shards"]), ("data.dominant-rule", "one-minus-tau", [Skewed]), ("data.dominant-order", "drawn", [Skewed]), ("data.count-rule", "dominant-fixed", [Skewed, "data.tau=0.4"]),
        ("data.alpha", "2", ["data.partition=dirichlet"]), ("data.allow-overlap", "on", []), ("data.train-per-client", "100", []), ("data.test-per-client", "50", []),
        ("model.extractor", "cnn", []), ("model.expert", "linear", []), ("model.width", "32", []), ("model.norm", "batch", []), ("model.precision", "bf16", []),
        ("extractor.method", "fedsc", []), ("extractor.rounds", "7", []), ("extractor.epochs", "3", []), ("extractor.batch", "32", []), ("extractor.learning-rate", "0.1", []),
        ("extractor.momentum", "0.5", []), ("extractor.weight-decay", "0.1", []), ("extractor.clip", "2", []), ("extractor.augmentation", "none", []),
        ("extractor.algorithm", "scaffold", ["extractor.momentum=0"]), ("extractor.proximal", "0.1", ["extractor.algorithm=fedprox"]),
        ("extractor.server-momentum", "0.5", ["extractor.algorithm=fedavgm"]), ("extractor.server-learning-rate", "0.5", ["extractor.algorithm=fedavgm"]),
        ("extractor.head", "personal", []), ("extractor.participation", "0.4", []), ("extractor.over-commit", "1", ["extractor.participation=0.4"]), ("extractor.late", "accept", ["extractor.participation=0.4", "extractor.over-commit=1"]),
        ("extractor.staleness", "none", [Buffered, "extractor.buffer=1"]), ("extractor.aggregation", "buffered", []), ("extractor.buffer", "1", [Buffered]), ("extractor.quorum", "1", []), ("extractor.compute-within", "1 ms", []),
        ("extractor.deadline", "1 h", []), ("extractor.compression", "int8", []), ("extractor.compression-share", "0.5", ["extractor.compression=top-k"]), ("extractor.error-feedback", "off", ["extractor.compression=top-k"]), ("extractor.compression-down", "fp16", []), ("extractor.absent", "{\"1\" = [0]}", []),
        ("fedsc.dimension", "16", [FedSc]), ("fedsc.cap", "1", [FedSc]), ("fedsc.self-weight", "linear", [FedSc]), ("fedsc.external", "unweighted", [FedSc]), ("fedsc.stale", "drop", [FedSc]),
        ("fedsc.privacy", "noise", [FedSc]), ("fedsc.secret", "private", [FedSc, Noised]), ("fedsc.epsilon", "4", [FedSc, Budgeted]), ("fedsc.delta", "1e-6", [FedSc, Budgeted]),
        ("fedsc.sigma", "0.01", [FedSc, Noised]), ("fedsc.neighbours", "zero-out", [FedSc, Noised]),
        ("pfedmoe.extractor", "cnn", []), ("pfedmoe.gate", "32", []), ("pfedmoe.weights", "half", []),
        ("expert.start", "reuse", []), ("expert.learning-rate", "0.01", []), ("expert.batch", "64", []), ("expert.epochs", "10", []), ("expert.holdout", "0.2", []), ("expert.patience", "2", []),
        ("expert.deadline", "1 h", []),
        ("gate.model", "mlp-8", []), ("gate.method", "discriminant", []), ("gate.features", "3", ["gate.method=discriminant"]), ("gate.seed", "7", []), ("gate.input", "normalised", []), ("gate.rounds", "5", []), ("gate.epochs", "2", []), ("gate.batch", "64", []), ("gate.learning-rate", "0.01", []), ("gate.data", "holdout", []), ("gate.participation", "1", []),
        ("gate.balance", "0.1", []), ("gate.mode", "switch", []), ("gate.k", "2", ["gate.mode=switch"]), ("gate.noise-form", "shazeer", []), ("gate.noise", "0.1", []), ("gate.gradient", "unit", []),
        ("topology.peers", "random", ["topology.count=1"]), ("topology.count", "2", ["topology.peers=ring"]), ("topology.edges", "f.csv", ["topology.peers=file", "topology.edges=e.csv"]), ("gate.sampled-peers", "1", []),
        ("topology.sites", "2", []), ("topology.site-file", "s.csv", ["topology.sites=2"]), ("topology.site-rounds", "3", [Sited]), ("topology.site-quorum", "1", [Sited]), ("topology.site-loss", "wait", [Sited]),
        ("topology.site-up", "1 Mbit/s", [Sited]), ("topology.site-down", "1 Mbit/s", [Sited]), ("topology.site-delay", "1 s", [Sited]),
        ("gate.clip", "2", []), ("gate.quorum", "1", []), ("gate.deadline", "1 h", []),
        ("rollgate.share", "0.5", [Rolling]), ("rollgate.laps", "3", [Rolling]), ("rollgate.epochs", "2", [Rolling]), ("rollgate.batch", "64", [Rolling]), ("rollgate.learning-rate", "0.01", [Rolling]),
        ("rollgate.tolerance", "0", [Rolling]), ("rollgate.deadline", "1 h", [Rolling]),
        ("latent.precision", "int8", []), ("latent.channel", "analog", [Shared, Moving]), ("latent.fading", "rayleigh", [Shared, Moving, "latent.channel=analog"]), ("latent.least-signal", "0", [Shared, Moving, "latent.channel=analog"]), ("latent.most-signal", "30", [Shared, Moving, "latent.channel=analog"]),
        ("inference.gates", "[rangate]", []), ("inference.test-partitions", "[iid]", []), ("inference.k", "2", []), ("inference.capacity", "0.5", []), ("inference.mixture", "probabilities", []),
        ("inference.random-shares", "[1, 9]", ["experiment.clients=2", "inference.gates=[rangate]", "extractor.buffer=1"]), ("inference.batch", "64", []), ("inference.deadline", "20 s", []), ("inference.retries", "2", []),
        ("inference.alternatives", "2", []),
        ("aggregator.place", "client", [Shared]), ("aggregator.client", "1", [Shared, "aggregator.place=client"]), ("aggregator.standby", "[client-1]", [Shared]),
        ("aggregator.checkpoint-deadline", "1 min", [Shared, "aggregator.standby=[client-1]"]), ("aggregator.max-silence", "1", [Shared, "aggregator.standby=[client-1]"]),
        ("channel.model", "shared", []), ("channel.delay", "50 ms", []), ("channel.delay-form", "uniform", [Shared]), ("channel.delay-spread", "15 ms", [Shared, "channel.delay-form=uniform"]),
        ("channel.bandwidth", "5 Mbit/s", []), ("channel.up", "5 Mbit/s", [Shared]), ("channel.down", "5 Mbit/s", [Shared]), ("channel.server-up", "5 Mbit/s", [Shared]),
        ("channel.server-down", "5 Mbit/s", [Shared]), ("channel.loss", "0.3", [Shared]), ("channel.loss-form", "bursts", [Shared]),
        ("channel.burst.good-to-bad", "0.2", [Shared, "channel.loss-form=bursts"]), ("channel.burst.bad-to-good", "0.05", [Shared, "channel.loss-form=bursts"]),
        ("channel.burst.loss", "0.9", [Shared, "channel.loss-form=bursts"]), ("channel.packet", "9000 B", [Shared, "channel.loss=0.3"]), ("channel.sends", "1", [Shared, "channel.loss=0.3"]), ("channel.transport", "tcp", [Shared, "channel.loss=0.3"]),
        ("channel.paths", "[\"client-0 to any delay 70 ms\"]", [Shared]), ("channel.trace", "t.csv", [Shared]), ("channel.intervals", "on.csv", [Shared]), ("channel.trace-repeat", "1 h", [Shared, "channel.trace=t.csv"]),
        ("channel.mobility.form", "to-and-fro", [Shared]), ("channel.mobility.speed", "3 m/s", [Shared, Moving]), ("channel.mobility.near", "30 m", [Shared, Moving]),
        ("channel.mobility.far", "600 m", [Shared, Moving]), ("channel.mobility.interval", "20 s", [Shared, Moving]), ("channel.mobility.until", "12 h", [Shared, Moving]),
        ("channel.mobility.bandwidth", "3 MHz", [Shared, Moving]), ("channel.mobility.transmit-power", "20", [Shared, Moving]),
        ("channel.mobility.server-transmit-power", "40", [Shared, Moving]), ("channel.mobility.path-loss-exponent", "3", [Shared, Moving]),
        ("channel.mobility.reference-loss", "40", [Shared, Moving]), ("channel.mobility.noise-figure", "7", [Shared, Moving]),
        ("device.compute", "1 GFLOP/s", []), ("device.memory", "64 GiB", []), ("device.energy.flop", "0.1 J", []), ("device.energy.sent-byte", "0.1 J", []),
        ("device.energy.received-byte", "0.1 J", []), ("device.energy.radio", "1 W", []), ("device.energy.tail", "1 W", []), ("device.energy.tail-for", "5 s", []), ("device.energy.sleep", "1 W", []),
        ("device.energy.idle", "1 W", []),
        ("supervision.backoff", "2 s", []), ("supervision.max-restarts", "0", []), ("supervision.patience", "1 min", []), ("supervision.max-silence", "10", []),
        ("faults.rules", "[\"drop 50 % of any\"]", []), ("faults.schedule", "[\"at 1 s kill client-0\"]", []), ("faults.crashes.share", "0.5", []),
        ("faults.crashes.within", "1 min", ["faults.crashes.share=0.5"]), ("faults.crashes.for", "1 s", ["faults.crashes.share=0.5"]), ("faults.churn.up", "1 h", []),
        ("faults.churn.down", "1 h", ["faults.churn.up=1 h"]), ("faults.churn.until", "1 h", ["faults.churn.up=1 h"]),
        ("evaluation.enabled", "off", ["seed=1"]), ("evaluation.every-rounds", "2", []), ("evaluation.macro-f1", "all", []), ("evaluation.baselines", "[local-classifier]", []),
        ("evaluation.references", "[globalgate]", []), ("evaluation.targets", "[0.5]", []), ("compute.threads", "2", []), ("compute.device", "cuda", []), ("compute.device-memory", "8 GiB", ["compute.device=cuda"]), ("compute.tf32", "on", ["compute.device=cuda"]), ("compute.store.path", "elsewhere", []), ("compute.store.max-size", "1 GiB", []),
    ];

    private static readonly string[] Kept = [.. CaseKeys.Kept, .. CaseKeys.Own];

    public static TheoryData<string> KeptKeys => [.. Kept];

    [Fact]
    public void Every_key_of_an_experiment_has_another_value_here() => Assert.Equal(
        Read().Keys.Select(key => key.Key).Except(Profiles).Order(StringComparer.Ordinal), Changes.Select(change => change.Key).Order(StringComparer.Ordinal));

    [Theory]
    [MemberData(nameof(KeptKeys))]
    public void A_key_that_is_kept_changes_the_trace_of_some_seed(string key)
    {
        var (_, value, where) = Changes.Single(change => change.Key == key);
        var (one, other) = (new CaseDrawing(Read(where).Settings), new CaseDrawing(Read([.. where, $"{key}={value}"]).Settings));
        Assert.Contains(Enumerable.Range(0, SeedsToFind), seed => Run(one.Of((ulong)seed)).TraceHash != Run(other.Of((ulong)seed)).TraceHash);
    }

    /// <summary>All that need the same are changed at once.</summary>
    [Fact]
    public void Keys_that_are_not_kept_change_no_trace() => Assert.Empty(
        from alike in Changes.Where(change => !Kept.Contains(change.Key)).GroupBy(change => string.Join(' ', change.Where), StringComparer.Ordinal)
        let needs = alike.First().Where
        let one = new CaseDrawing(Read(needs).Settings)
        let other = new CaseDrawing(Read([.. needs, .. alike.Select(change => $"{change.Key}={change.Value}")]).Settings)
        from seed in Enumerable.Range(0, SeedsToCompare)
        where Run(one.Of((ulong)seed)).TraceHash != Run(other.Of((ulong)seed)).TraceHash
        select $"seed {seed}: {string.Join(", ", alike.Select(change => change.Key))}");

    [Theory]
    [InlineData(Shared, "aggregator.place=client", "aggregator.client=9", "channel.paths=[\"client-9 to client-8 loss 5 %\"]")]
    [InlineData(FedSc, Budgeted)]
    [InlineData("extractor.algorithm=scaffold", "extractor.momentum=0", "expert.start=reuse")]
    [InlineData(Sited, "topology.site-rounds=2", "extractor.algorithm=fedavgm")]
    [InlineData(Shared, "channel.loss=0.5", "channel.sends=2", "aggregator.standby=[client-8, base-station]")]
    public void Cases_around_an_experiment_hold_every_invariant(params string[] sets)
    {
        var drawing = new CaseDrawing(Read(sets).Settings);
        var results = Enumerable.Range(0, 60).Select(seed => Run(drawing.Of((ulong)seed))).ToArray();
        Assert.Empty(results.Where(result => result.Violation is not null).Select(result => $"seed {result.Case.Seed}: {result.Violation}"));
    }

    private static Federation.Configuration.EffectiveConfiguration Read(params string[] sets) => Configuration.Experiments.ReadFiles(
        (Configuration.Experiments.File, ""),
        [("t.csv", "time_s,device,up_bit_s,down_bit_s,delay_ms,loss\n0,client-0,1000,1000,9,0\n"), ("on.csv", "device,on_from_s,on_until_s\nclient-0,0,1\n"),
            ("one.csv", "picture,client\n0,0\n1,1\n"), ("other.csv", "picture,client\n0,0\n1,1\n2,1\n"), ("e.csv", "client,peer\n0,1\n"), ("f.csv", "client,peer\n1,2\n"), ("s.csv", "client,site\n" + string.Concat(Enumerable.Range(0, 10).Select(client => $"{client},{client % 2}\n")))],
        sets);
}
