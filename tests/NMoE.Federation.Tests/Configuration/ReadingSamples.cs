namespace NMoE.Federation.Tests.Configuration;

/// <summary>
/// A value other than the default's for each key, where it is read, and where it is not. The contexts hold what makes the key felt, such as a message that is lost. A
/// context with no overrides is that of the base, a dash is none: shards of one size weigh alike, so that <c>fedsc.external</c> is read and moves nothing.
/// </summary>
internal static class ReadingSamples
{
    public const string Base = """
        experiment { name = sample, clients = 3 }
        data { train-per-client = 10, test-per-client = 4 }
        extractor { rounds = 3, epochs = 1, batch = 4, deadline = 20 min }
        expert { epochs = 2, deadline = 20 min }
        gate { rounds = 2, deadline = 20 min }
        rollgate { laps = 3, deadline = 20 min }
        """;

    private const string Mute = "faults.rules=[\"drop 100 % of RoundUpdate from client-0\"]";
    private const string Late = "extractor.late=accept & " + Slow;
    private const string Slow = "extractor.participation=0.6 & extractor.over-commit=1 & faults.schedule=[\"at 0 s slow client-0 by 3 for 100 h\"]";
    private const string Unanswered = "inference.gates=[rangate] & faults.rules=[\"drop 100 % of ExpertOutputs from client-0\"]";
    private const string Alone = "inference.gates=[localgate]";
    private const string Solved = "gate.method=discriminant & inference.gates=[fedgate";
    private const string Shared = "channel.model=shared";
    private const string FedSc = "extractor.method=fedsc";
    private const string Two = "extractor.method=pfedmoe & extractor.head=personal & expert.start=reuse & inference.gates=[pfedmoe] & model.extractor=mlp-200-200 & pfedmoe.extractor=mlp-100-200";
    private const string Noise = FedSc + " & fedsc.sigma=1 & fedsc.privacy=noise";
    private const string Moving = Shared + " & channel.mobility.form=to-and-fro";
    private const string Analog = Moving + " & latent.channel=analog";
    private const string Aware = Analog + " & inference.gates=[channel-aware]";
    private const string Crashing = "faults.schedule=[\"at 1 s crash client-0 for 1 ms\"]";

    /// <summary>Key and value; where it is read; where it is not.</summary>
    public static IReadOnlyList<(string Sample, string Read, string Unread)> All { get; } =
    [
        ("seed=2", "", "-"), ("experiment.name=other", "", "-"), ("experiment.clients=4", "", "-"),
        ("data.path=/data", "-", ""), ("data.size=28", "", "data.name=mnist"), ("data.colour=grey", "", "data.name=npz"), ("data.fit=pad", "data.name=folder & data.size=28", "data.name=folder"),
        ("data.fit=pad", "data.name=folder & data.size=28", "data.size=28"), ("data.classes=12", "", "data.name=emnist"), ("data.train-pictures=4000", "", "data.name=mnist"),
        ("data.test-pictures=4000", "", "data.name=mnist"), ("data.test-share=0.3", "data.name=npz", ""), ("data.test-share=0.3", "data.name=folder", "data.name=mnist"), ("data.test-share=0.3", "data.name=femnist", ""),
        ("data.emnist-split=letters", "data.name=emnist", ""), ("data.cifar100-labels=coarse", "data.name=cifar100", ""), ("data.sizes=log-normal", "", "data.partition=shards"), ("data.size-spread=0.3", "data.sizes=dirichlet", ""), ("data.fewest-per-client=0", "data.sizes=dirichlet & data.size-spread=0.01", ""), ("data.size-spread=0.3", "data.sizes=log-normal", "data.sizes=log-normal & data.partition=shards"), ("data.shards=5", "data.partition=shards", ""), ("data.shards=5", "data.partition=shards", "data.partition=dirichlet"), ("data.partition=non-iid", "", "-"), ("data.allow-overlap=on", "", "-"), ("data.train-per-client=20", "", "-"), ("data.test-per-client=8", "", "-"),
        ("data.tau=0.4", "data.partition=non-iid", ""), ("data.tau=0.4", "data.partition=non-iid & data.count-rule=dominant-fixed", "data.partition=dirichlet"),
        ("data.dominant-rule=one-minus-tau", "data.partition=non-iid", ""), ("data.dominant-order=drawn", "data.partition=non-iid", ""),
        ("data.count-rule=dominant-fixed", "data.partition=non-iid", "data.partition=dirichlet"), ("data.alpha=2", "data.partition=dirichlet", ""),
        ("data.alpha=2", "data.partition=dirichlet", "data.partition=non-iid"),
        ("model.extractor=cnn", "", "-"), ("model.extractor=mlp-20", "", "-"), ("model.expert=linear", "", "-"), ("model.expert=mlp-8-4", "", "-"),
        ("model.width=32", "", "model.extractor=cnn"), ("model.norm=batch", "", "model.extractor=linear"), ("model.width=32", "model.extractor=resnet8", "-"), ("model.precision=bf16", "", "-"),
        ("extractor.method=fedsc", "", "-"), ("extractor.rounds=2", "", "-"), ("extractor.epochs=2", "", "-"), ("extractor.batch=3", "", "-"),
        ("extractor.learning-rate=0.01", "", "-"), ("extractor.momentum=0", "", "-"), ("extractor.weight-decay=0", "", "-"), ("extractor.clip=3", "", "-"),
        ("extractor.augmentation=flip", "", FedSc), ("extractor.augmentation=flip", FedSc + " & evaluation.baselines=[local-classifier]", FedSc + " & evaluation.enabled=off & evaluation.baselines=[local-classifier]"),
        ("extractor.algorithm=fedprox", "", "-"), ("extractor.proximal=0.1", "extractor.algorithm=fedprox", ""), ("extractor.proximal=0.1", FedSc + " & extractor.algorithm=fedprox", FedSc),
        ("extractor.server-momentum=0.5", "extractor.algorithm=fedavgm", ""), ("extractor.server-learning-rate=0.5", "extractor.algorithm=fedavgm", "extractor.algorithm=fedprox"),
        ("extractor.head=personal", "", FedSc), ("extractor.participation=0.5", "", "-"), ("extractor.over-commit=1", "extractor.participation=0.4", "-"),
        ("extractor.late=accept", Slow, "extractor.aggregation=buffered"), ("extractor.staleness=none", Late, Slow), ("extractor.staleness=none", "extractor.aggregation=buffered & extractor.buffer=2", ""),
        ("extractor.aggregation=buffered", "", "-"), ("extractor.buffer=2", "extractor.aggregation=buffered", ""),
        ("extractor.compute-within=1 ms", "extractor.epochs=5", "extractor.method=cyclic"), ("extractor.quorum=1", Mute, "extractor.aggregation=buffered"), ("extractor.deadline=10 min", Mute, "-"), ("extractor.compression=int8", "", "extractor.method=cyclic"), ("extractor.compression-share=0.5", "extractor.compression=top-k", "extractor.compression=int8"), ("extractor.compression-share=0.5", "extractor.compression=random-k", ""), ("extractor.error-feedback=off", "extractor.compression=int8", ""), ("extractor.compression-down=fp16", "", "extractor.method=cyclic"),
        ("extractor.absent.2=[1]", "", "-"),
        ("fedsc.dimension=64", FedSc, ""), ("fedsc.cap=1", FedSc, ""), ("fedsc.self-weight=linear", FedSc, ""), ("fedsc.external=unweighted", "-", ""),
        ("fedsc.stale=drop", FedSc + " & extractor.participation=0.5", ""), ("fedsc.privacy=noise", FedSc + " & fedsc.sigma=1", "fedsc.sigma=1"),
        ("fedsc.secret=private", FedSc + " & fedsc.privacy=budget", FedSc), ("fedsc.secret=private", Noise, ""),
        ("fedsc.epsilon=1", FedSc + " & fedsc.privacy=budget", FedSc), ("fedsc.epsilon=1", FedSc + " & fedsc.privacy=budget", Noise), ("fedsc.epsilon=1", "-", "fedsc.privacy=budget"),
        ("fedsc.delta=1e-6", FedSc + " & fedsc.privacy=budget", FedSc), ("fedsc.delta=1e-6", Noise, ""),
        ("fedsc.sigma=0.1", Noise, FedSc + " & fedsc.privacy=budget"), ("fedsc.sigma=0.1", Noise, FedSc),
        ("fedsc.neighbours=zero-out", FedSc + " & fedsc.privacy=budget", FedSc),
        ("pfedmoe.extractor=mlp-300-200", Two, ""), ("pfedmoe.gate=32", Two, ""), ("pfedmoe.gate=32", Two, Two + " & pfedmoe.weights=half"), ("pfedmoe.weights=own", Two, ""),
        ("expert.start=reuse", "", "-"), ("expert.learning-rate=0.01", "", "expert.start=reuse"), ("expert.batch=3", "", "expert.start=reuse"), ("expert.epochs=3", "", "expert.start=reuse"),
        ("expert.holdout=0.2", "", "expert.start=reuse"), ("expert.patience=3", "", "expert.start=reuse"), ("expert.patience=never", "", "expert.start=reuse"), ("expert.deadline=10 min", "faults.schedule=[\"at 1 s kill client-0\"]", "-"),
        ("gate.seed=2", "", Alone), ("gate.seed=2", Solved + ", rangate]", Solved + ", priorgate, localgate]"), ("gate.seed=2", "inference.gates=[rollgate]", Solved + "]"),
        ("gate.seed=2", Solved + "] & evaluation.references=[globalgate]", Solved + "] & evaluation.references=[globalgate] & evaluation.enabled=off"),
        ("topology.peers=random", "topology.count=1", "-"), ("topology.peers=ring", "topology.count=1 & inference.gates=[rollgate]", "-"), ("topology.count=2", "topology.peers=random & topology.count=1", ""),
        ("topology.sites=2", "", "-"), ("topology.site-rounds=2", "topology.sites=2", ""), ("topology.site-quorum=1", "topology.sites=2 & faults.rules=[\"drop 100 % of RoundUpdate from edge-0\"]", ""),
        ("topology.site-loss=wait", "topology.sites=2 & faults.schedule=[\"at 0 s kill edge-0\"]", ""),
        ("topology.site-up=1 Mbit/s", "topology.sites=2", ""), ("topology.site-down=1 Mbit/s", "topology.sites=2", ""), ("topology.site-delay=1 s", "topology.sites=2", ""),
        ("gate.sampled-peers=1", "", Alone), ("gate.sampled-peers=1", Alone + " & evaluation.references=[globalgate]", "inference.gates=[rollgate]"),
        ("gate.rounds=3", "", Alone), ("gate.epochs=2", "", Alone), ("gate.batch=3", "", Alone), ("gate.learning-rate=0.01", "", "inference.gates=[rangate, rollgate]"),
        ("gate.rounds=3", Alone + " & evaluation.references=[globalgate]", Alone + " & evaluation.references=[globalgate] & evaluation.enabled=off"),
        ("gate.participation=0.4", "", Alone + " & evaluation.references=[globalgate]"), ("gate.balance=0", "", Alone), ("gate.balance=0", Alone + " & evaluation.baselines=[centralised-moe]", Alone),
        ("gate.mode=switch", "", Alone), ("gate.k=2", "gate.mode=switch", ""), ("gate.k=2", "gate.mode=switch", "gate.mode=oracle-target"), ("gate.data=holdout", "", Alone),
        ("gate.gradient=unit", "", Alone), ("gate.clip=3", "", "gate.gradient=none"), ("gate.clip=3", "gate.gradient=unit", Alone), ("gate.noise-form=shazeer", "", Alone), ("gate.noise-form=shazeer", "", "inference.gates=[rollgate]"),
        ("gate.noise=0", "", "gate.noise-form=shazeer"), ("gate.noise=0", "gate.noise-form=jitter", Alone + " & gate.noise-form=jitter & evaluation.baselines=[centralised-moe]"),
        ("gate.noise=0", Alone + " & evaluation.baselines=[centralised-moe]", Alone),
        ("gate.quorum=1", Mute + " & gate.participation=1", Alone), ("gate.deadline=10 min", Mute + " & gate.participation=1", Alone),
        ("gate.model=mlp-8", "", Alone), ("gate.model=mlp-8", "inference.gates=[rollgate]", Alone), ("gate.model=mlp-8", Alone + " & evaluation.references=[globalgate]", Alone), ("gate.model=mlp-8", Alone + " & evaluation.baselines=[centralised-moe]", Alone),
        ("gate.method=discriminant", "", Alone), ("gate.features=8", "gate.method=discriminant", ""), ("gate.seed=2", Solved + "] & gate.features=8", Alone),
        ("gate.input=normalised", "", Alone),
        ("rollgate.share=0.5", "inference.gates=[rollgate]", ""), ("rollgate.laps=2", "inference.gates=[rollgate] & rollgate.tolerance=0", ""), ("rollgate.epochs=2", "inference.gates=[rollgate]", ""), ("rollgate.batch=3", "inference.gates=[rollgate]", ""),
        ("rollgate.learning-rate=0.01", "inference.gates=[rollgate]", ""), ("rollgate.tolerance=0", "inference.gates=[rollgate]", ""),
        ("rollgate.deadline=10 min", "inference.gates=[rollgate] & faults.rules=[\"drop 100 % of RollingGate to client-1\"]", ""),
        ("latent.precision=int8", "", Alone), ("latent.channel=analog", Moving, Moving + " & " + Alone), ("latent.fading=rayleigh", Analog, Moving), ("latent.least-signal=0", Analog, Moving), ("latent.most-signal=30", Analog, Analog + " & inference.gates=[rangate]"),
        ("inference.channel-aware.form=linear", Aware, Analog), ("inference.channel-aware.shuffled=on", Aware, Analog), ("inference.gates=[rangate]", "", "-"), ("inference.test-partitions=[iid]", "", "-"), ("inference.batch=2", "", "-"),
        ("inference.k=2", "", Alone), ("inference.k=2", Alone + " & evaluation.baselines=[centralised-moe]", Alone), ("inference.mixture=probabilities", "inference.k=2", ""), ("inference.mixture=probabilities", "inference.k=2", Alone + " & inference.k=2"),
        ("inference.random-shares=[1, 2, 3]", "", "inference.gates=[fedgate]"),
        ("inference.entropy-gate.threshold=0.2", "inference.gates=[fedgate, entropy-gate]", ""), ("inference.entropy-gate.threshold=0.2", "inference.gates=[entropy-gate]", "inference.gates=[priorgate]"),
        ("inference.des.relevance=0.2", "inference.gates=[des]", ""), ("inference.des.most=3", "inference.gates=[des]", "inference.gates=[wdmoe]"),
        ("inference.wdmoe.threshold=0.9", "inference.gates=[wdmoe]", ""), ("inference.wdmoe.most=3", "inference.gates=[wdmoe]", "inference.gates=[des]"),
        ("inference.ktop1.groups=3", "inference.gates=[ktop1]", ""), ("inference.sam.groups=3", "inference.gates=[sam]", "inference.gates=[ktop1]"), ("inference.capacity=0.5", "", Alone), ("inference.capacity=0.5", "inference.gates=[base]", Alone),
        ("inference.pfl-mf.learning-rate=0.01", "inference.gates=[pfl-mf]", "inference.gates=[pfl-mfe]"), ("inference.pfl-mf.weight-decay=0", "inference.gates=[pfl-mf]", ""), ("inference.pfl-mf.batch=3", "inference.gates=[pfl-mf]", ""), ("inference.pfl-mf.epochs=3", "inference.gates=[pfl-mf]", ""),
        ("inference.pfl-mfe.learning-rate=0.01", "inference.gates=[pfl-mfe]", "inference.gates=[pfl-mf]"), ("inference.pfl-mfe.weight-decay=0", "inference.gates=[pfl-mfe]", ""), ("inference.pfl-mfe.batch=3", "inference.gates=[pfl-mfe]", ""), ("inference.pfl-mfe.epochs=3", "inference.gates=[pfl-mfe]", ""),
        ("inference.deadline=3 min", "inference.random-shares=[1, 0, 0] & " + Unanswered, Alone), ("inference.retries=1", "inference.random-shares=[1, 0, 0] & " + Unanswered, Alone), ("inference.alternatives=1", "inference.random-shares=[5, 1, 1] & " + Unanswered, Alone),
        ("aggregator.place=client", Shared, "-"), ("aggregator.client=1", Shared + " & aggregator.place=client", Shared), ("aggregator.standby=[base-station]", "", "-"),
        ("aggregator.checkpoint-deadline=1 min", "aggregator.standby=[base-station] & faults.rules=[\"drop 100 % of Checkpoint\"]", ""),
        ("aggregator.max-silence=1", "aggregator.standby=[base-station] & faults.schedule=[\"at 1 s hold aggregator from any for 90 min\"]", ""),
        ("channel.profile=lte", "", "-"), (Shared, "", "-"), ("channel.delay=3 ms", "", "-"), ("channel.delay=3 ms", Shared, "-"), ("channel.delay-form=normal", Shared, "-"),
        ("channel.delay-spread=1 ms", Shared + " & channel.delay-form=normal", Shared), ("channel.bandwidth=3 Mbit/s", "", Shared),
        ("channel.up=1 Mbit/s", Shared, ""), ("channel.down=1 Mbit/s", Shared, ""), ("channel.up=1 Mbit/s", Shared, Moving), ("channel.down=1 Mbit/s", Shared, Moving),
        ("channel.server-up=1 Mbit/s", Shared, ""), ("channel.server-down=1 Mbit/s", Shared, ""), ("channel.loss=0.1", Shared, ""), ("channel.loss-form=bursts", Shared, ""),
        ("channel.burst.good-to-bad=0.1", Shared + " & channel.loss-form=bursts", Shared), ("channel.burst.bad-to-good=0.1", Shared + " & channel.loss-form=bursts", Shared), ("channel.burst.loss=1", Shared + " & channel.loss-form=bursts", Shared),
        ("channel.packet=1 kB", Shared + " & channel.loss=0.1", Shared), ("channel.sends=1", Shared + " & channel.loss=0.1", Shared), ("channel.transport=tcp", Shared + " & channel.loss=0.1", Shared), ("channel.packet=1 kB", Shared + " & channel.paths=[\"clients to aggregator loss 5 %\"]", ""),
        ("channel.paths=[\"clients to aggregator loss 5 %\"]", Shared, "-"), ("channel.mobility.form=to-and-fro", Shared, "-"),
        ("channel.mobility.speed=100 m/s", Moving, Shared), ("channel.mobility.near=200 m", Moving, Shared), ("channel.mobility.far=2 km", Moving, Shared), ("channel.mobility.interval=1 s", Moving + " & channel.mobility.speed=1000 m/s", Shared),
        ("channel.mobility.until=1 s", Moving + " & channel.mobility.speed=1000 m/s", Shared), ("channel.mobility.bandwidth=100 kHz", Moving, Shared), ("channel.mobility.transmit-power=20", Moving, Shared),
        ("channel.mobility.server-transmit-power=20", Moving, Shared), ("channel.mobility.path-loss-exponent=3", Moving, Shared), ("channel.mobility.reference-loss=60", Moving, Shared), ("channel.mobility.noise-figure=0", Moving, Shared),
        ("device.profile=laptop", "", "-"), ("device.compute=3 GFLOP/s", "", "-"), ("device.energy.flop=1 pJ", "", "-"), ("device.energy.sent-byte=1 uJ", "", "-"), ("device.energy.received-byte=1 uJ", "", "-"), ("device.energy.radio=1 W", "", "-"), ("device.energy.tail=1 W", "", "-"), ("device.energy.tail-for=5 s", "", "-"),
        ("device.energy.sleep=1 W", "", "-"), ("device.energy.idle=1 W", "", "-"),
        ("supervision.backoff=10 s", "faults.schedule=[\"at 1 s crash client-0\"]", "-"), ("supervision.max-restarts=0", "faults.schedule=[\"at 1 s crash client-0\"]", "-"), ("supervision.patience=1 min", Mute, "-"), ("supervision.max-silence=1", Mute, "-"),
        (Mute, "", "-"), (Crashing, "", "-"), ("faults.crashes.share=1", "faults.crashes.within=1 s", "-"), ("faults.crashes.within=1 s", "faults.crashes.share=1", ""), ("faults.crashes.for=1 s", "faults.crashes.share=1 & faults.crashes.within=1 s", ""),
        ("faults.churn.up=20 s", "", "-"), ("faults.churn.down=1 s", "faults.churn.up=10 s", ""), ("faults.churn.until=1 ms", "faults.churn.up=10 s", ""),
        ("evaluation.enabled=off", "", "-"), ("evaluation.every-rounds=3", "", "evaluation.enabled=off"), ("evaluation.every-rounds=3", FedSc, "model.norm=batch-local"), ("evaluation.every-rounds=3", "", "extractor.head=personal"),
        ("evaluation.macro-f1=all", "", "evaluation.enabled=off"), ("evaluation.baselines=[local-classifier]", "", "evaluation.enabled=off"), ("evaluation.references=[globalgate]", "", "evaluation.enabled=off"),
        ("evaluation.targets=[0.1]", "", "evaluation.enabled=off"),
    ];

    /// <summary>Keys that no rehearsal shows: they name files, decide with others, change no result, or act when all is over.</summary>
    public static IReadOnlyList<string> Elsewhere { get; } =
    [
        "channel.intervals", "channel.trace", "channel.trace-repeat", "compute.device", "compute.device-memory", "compute.store.max-size", "compute.store.path", "compute.tf32", "compute.threads", "data.name", "data.partition-file", "device.memory", "experiment.retire-servers", "gate.recipe", "profile", "topology.edges", "topology.site-file",
    ];

    /// <summary>The overrides of a context.</summary>
    public static string[] Sets(string context) => context.Split(" & ", StringSplitOptions.RemoveEmptyEntries);
}
