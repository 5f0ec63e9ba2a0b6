using System.Collections.Immutable;
using NMoE.Federation.Algorithms;
using NMoE.Federation.Settings;
using NMoE.Learning.Data;
using NMoE.Learning.Gates;
using NMoE.Learning.Jobs;
using NMoE.Learning.Partitions;
using NMoE.Learning.Privacy;
using NMoE.Simulation.Faults;

namespace NMoE.Federation.Configuration;

/// <summary>A key that experiments may set.</summary>
/// <param name="Path">With dots.</param>
internal abstract record Key(string Path);

/// <summary>A key and how its values are written.</summary>
internal sealed record Key<T>(string Path, Format<T> Format) : Key(Path);

/// <summary>Every key there is. Defaults and reasons stand in <c>hocon/reference.conf</c>.</summary>
internal static class Keys
{
    private const string Cache = "the user's cache";
    private static readonly List<Key> Registered = [];

    public static readonly Key<ulong> Seed = Add("seed", new WholeFormat<ulong>(0, ulong.MaxValue, 1));

    public static readonly Key<Profile> Profile = Add("profile", Choice(
        ("none", Settings.Profile.None), ("cpu", Settings.Profile.Cpu), ("paper", Settings.Profile.Paper)));

    public static readonly Key<string> ExperimentName = Add("experiment.name", new NameFormat());
    public static readonly Key<int> ExperimentClients = Count("experiment.clients", 1, 100_000);
    public static readonly Key<bool> ExperimentRetireServers = Switch("experiment.retire-servers");

    public static readonly Key<string> DataName = Add("data.name", Choice([.. DataSources.All.Select(set => (set.Name, set.Name))]));
    public static readonly Key<string> DataPath = Add("data.path", new PathFormat(Cache));
    public static readonly Key<string> DataPartition =
        Add("data.partition", Choice([.. Partitions.All.Select(partition => (partition.Name, partition.Name))]));
    public static readonly Key<double> DataTau = Number("data.tau", Bound.Beyond(0), Bound.At(1));
    public static readonly Key<DominantRule> DataDominantRule = Add("data.dominant-rule", Choice(
        ("one-over-one-plus-tau", DominantRule.OneOverOnePlusTau), ("one-minus-tau", DominantRule.OneMinusTau)));
    public static readonly Key<DominantOrder> DataDominantOrder = Add("data.dominant-order", Choice(
        ("by-number", DominantOrder.ByNumber), ("drawn", DominantOrder.Drawn)));
    public static readonly Key<CountRule> DataCountRule = Add("data.count-rule", Choice(
        ("total-fixed", CountRule.TotalFixed), ("dominant-fixed", CountRule.DominantFixed)));
    public static readonly Key<double> DataAlpha = Number("data.alpha", Bound.Beyond(0), Bound.At(1e6));
    public static readonly Key<bool> DataAllowOverlap = Switch("data.allow-overlap");
    public static readonly Key<int> DataTrainPerClient = Count("data.train-per-client", 1, 1_000_000);
    public static readonly Key<int> DataTestPerClient = Count("data.test-per-client", 1, 1_000_000);

    public static readonly Key<int> ModelWidth = Add("model.width", new WholeFormat<int>(16, 128, 16));
    public static readonly Key<NormRule> ModelNorm = Add("model.norm", Choice(
        ("group", NormRule.Group), ("batch", NormRule.Batch), ("batch-local", NormRule.BatchLocal)));

    /// <summary>See hocon/reference.conf.</summary>
    public static readonly Key<Precision> ModelPrecision = Add("model.precision", Choice(("fp32", Precision.Float32), ("bf16", Precision.BFloat16)));

    public static readonly Key<string> ExtractorMethod = Add("extractor.method", Choice([.. Objectives.All.Select(objective => (objective.Name, objective.Name))]));
    public static readonly Key<int> ExtractorRounds = Count("extractor.rounds", 1, 100_000);
    public static readonly Key<int> ExtractorEpochs = Count("extractor.epochs", 1, 1_000);
    public static readonly Key<int> ExtractorBatch = Count("extractor.batch", 1, 65_536);
    public static readonly Key<double> ExtractorLearningRate = Number("extractor.learning-rate", Bound.Beyond(0), Bound.At(10));
    public static readonly Key<double> ExtractorMomentum = Number("extractor.momentum", Bound.At(0), Bound.Beyond(1));
    public static readonly Key<double> ExtractorWeightDecay = Number("extractor.weight-decay", Bound.At(0), Bound.At(1));
    public static readonly Key<double> ExtractorClip = Number("extractor.clip", Bound.Beyond(0), Bound.At(1e6));
    public static readonly Key<Augmentation> ExtractorAugmentation = Add("extractor.augmentation", Choice(
        ("crop-and-flip", Augmentation.CropAndFlip), ("flip", Augmentation.Flip), ("none", Augmentation.None)));
    public static readonly Key<string> ExtractorAlgorithm = Add(
        "extractor.algorithm", Choice([.. ServerOptimisers.All.Select(optimiser => (optimiser.Name, optimiser.Name))]));
    public static readonly Key<double> ExtractorProximal = Number("extractor.proximal", Bound.At(0), Bound.At(1000));
    public static readonly Key<double> ExtractorServerMomentum = Number("extractor.server-momentum", Bound.At(0), Bound.Beyond(1));
    public static readonly Key<double> ExtractorServerRate = Number("extractor.server-learning-rate", Bound.Beyond(0), Bound.At(10));
    public static readonly Key<HeadSharing> ExtractorHead = Add("extractor.head", Choice(
        ("shared", HeadSharing.Shared), ("personal", HeadSharing.Personal)));
    public static readonly Key<double> ExtractorParticipation = Share("extractor.participation");
    public static readonly Key<double> ExtractorOverCommit = Number("extractor.over-commit", Bound.At(0), Bound.At(10));
    public static readonly Key<LateUpdates> ExtractorLate = Add("extractor.late", Choice(("drop", LateUpdates.Drop), ("accept", LateUpdates.Accept)));
    public static readonly Key<Staleness> ExtractorStaleness = Add("extractor.staleness", Choice(
        ("none", Staleness.None), ("square-root", Staleness.SquareRoot), ("linear", Staleness.Linear)));
    public static readonly Key<Aggregation> ExtractorAggregation = Add("extractor.aggregation", Choice(
        ("synchronous", Aggregation.Synchronous), ("buffered", Aggregation.Buffered)));
    public static readonly Key<int> ExtractorBuffer = Count("extractor.buffer", 1, 100_000);
    public static readonly Key<double> ExtractorQuorum = Share("extractor.quorum");
    public static readonly Key<TimeSpan?> ExtractorDeadline = StepDeadline("extractor.deadline");

    /// <summary>A family: below it stands one key a round.</summary>
    public static readonly Key<ImmutableSortedSet<int>> ExtractorAbsent = Add("extractor.absent", new ClientsFormat());

    public static readonly Key<int> FedScDimension = Count("fedsc.dimension", 2, 4096);
    public static readonly Key<double> FedScCap = Number("fedsc.cap", Bound.At(0.001), Bound.At(1e6));
    public static readonly Key<SelfWeight> FedScSelfWeight = Add("fedsc.self-weight", Choice(
        ("data-share", SelfWeight.DataShare), ("linear", SelfWeight.Linear)));
    public static readonly Key<ExternalWeights> FedScExternal = Add("fedsc.external", Choice(
        ("weighted", ExternalWeights.Weighted), ("unweighted", ExternalWeights.Unweighted)));
    public static readonly Key<StaleMatrices> FedScStale = Add("fedsc.stale", Choice(
        ("keep", StaleMatrices.Keep), ("drop", StaleMatrices.Drop)));
    public static readonly Key<PrivacyMode> FedScPrivacy = Add("fedsc.privacy", Choice(
        ("off", PrivacyMode.Off), ("budget", PrivacyMode.Budget), ("noise", PrivacyMode.Noise)));
    public static readonly Key<NoiseKey> FedScSecret = Add("fedsc.secret", Choice(("seed", NoiseKey.Seed), ("private", NoiseKey.Private)));
    public static readonly Key<double> FedScEpsilon = Number("fedsc.epsilon", Bound.At(0.001), Bound.At(1e6));
    public static readonly Key<double> FedScDelta = Number("fedsc.delta", Bound.Beyond(0), Bound.Beyond(1));
    public static readonly Key<double> FedScSigma = Number("fedsc.sigma", Bound.Beyond(0), Bound.At(1e6));
    public static readonly Key<Neighbours> FedScNeighbours = Add("fedsc.neighbours", Choice(
        ("replace-one", Neighbours.ReplaceOne), ("zero-out", Neighbours.ZeroOut)));

    public static readonly Key<ExpertStart> ExpertStart = Add("expert.start", Choice(
        ("fine-tune", Settings.ExpertStart.FineTune), ("reuse", Settings.ExpertStart.Reuse)));
    public static readonly Key<double> ExpertLearningRate = Number("expert.learning-rate", Bound.Beyond(0), Bound.At(10));
    public static readonly Key<int> ExpertBatch = Count("expert.batch", 1, 65_536);
    public static readonly Key<int> ExpertEpochs = Count("expert.epochs", 1, 10_000);
    public static readonly Key<double> ExpertHoldout = Number("expert.holdout", Bound.At(0), Bound.At(0.5));
    public static readonly Key<int> ExpertPatience = Count("expert.patience", 1, 10_000);
    public static readonly Key<TimeSpan?> ExpertDeadline = StepDeadline("expert.deadline");

    public static readonly Key<int> GateRounds = Count("gate.rounds", 1, 100_000);
    public static readonly Key<int> GateEpochs = Count("gate.epochs", 1, 1_000);
    public static readonly Key<int> GateBatch = Count("gate.batch", 1, 65_536);
    public static readonly Key<double> GateLearningRate = Number("gate.learning-rate", Bound.Beyond(0), Bound.At(10));
    public static readonly Key<double> GateParticipation = Share("gate.participation");
    public static readonly Key<double> GateBalance = Number("gate.balance", Bound.At(0), Bound.At(100));
    public static readonly Key<GateMode> GateLoss = Add("gate.mode", Choice(
        ("dense-mixture", GateMode.DenseMixture), ("switch", GateMode.Switch), ("top-k", GateMode.TopK), ("oracle-target", GateMode.OracleTarget)));
    public static readonly Key<int> GateK = Count("gate.k", 1, 100_000);
    public static readonly Key<GateData> GateData = Add("gate.data", Choice(("train", Settings.GateData.Train), ("holdout", Settings.GateData.Holdout)));
    public static readonly Key<string> GateRecipe = Add("gate.recipe", Choice(
        [.. ProfileFile.Gates.Names.Prepend("paper").Select(name => (name, name))]));
    public static readonly Key<GateMethod> GateMethod = Add("gate.method", Choice(
        ("rounds", Learning.Jobs.GateMethod.Rounds), ("discriminant", Learning.Jobs.GateMethod.Discriminant)));
    public static readonly Key<InputForm> GateInput = Add("gate.input", Choice(
        ("latent", InputForm.Latent), ("centred", InputForm.Centred), ("normalised", InputForm.Normalised)));
    public static readonly Key<GradientRule> GateGradient = Add("gate.gradient", Choice(
        ("clip", GradientRule.Clip), ("unit", GradientRule.Unit), ("none", GradientRule.None)));
    public static readonly Key<RouterNoise> GateNoiseForm = Add("gate.noise-form", Choice(
        ("gaussian", RouterNoise.Gaussian), ("jitter", RouterNoise.Jitter), ("shazeer", RouterNoise.Shazeer)));
    public static readonly Key<double> GateNoise = Number("gate.noise", Bound.At(0), Bound.At(100));
    public static readonly Key<double> GateClip = Number("gate.clip", Bound.Beyond(0), Bound.At(1e6));
    public static readonly Key<double> GateQuorum = Share("gate.quorum");
    public static readonly Key<TimeSpan?> GateDeadline = StepDeadline("gate.deadline");

    public static readonly Key<double> RollGateShare = Share("rollgate.share");
    public static readonly Key<int> RollGateLaps = Count("rollgate.laps", 1, 10_000);
    public static readonly Key<int> RollGateEpochs = Count("rollgate.epochs", 1, 1_000);
    public static readonly Key<int> RollGateBatch = Count("rollgate.batch", 1, 65_536);
    public static readonly Key<double> RollGateLearningRate = Number("rollgate.learning-rate", Bound.Beyond(0), Bound.At(10));
    public static readonly Key<double> RollGateTolerance = Number("rollgate.tolerance", Bound.At(0), Bound.At(1000));
    public static readonly Key<TimeSpan?> RollGateDeadline = StepDeadline("rollgate.deadline");

    public static readonly Key<LatentPrecision> LatentPrecision = Add("latent.precision", Choice(
        ("fp32", Learning.Jobs.LatentPrecision.Fp32), ("fp16", Learning.Jobs.LatentPrecision.Fp16), ("int8", Learning.Jobs.LatentPrecision.Int8)));

    public static readonly Key<ImmutableArray<string>> InferenceGates = Add(
        "inference.gates", new ChoiceListFormat<string>(Choice([.. Gates.All.Select(gate => (gate.Name, gate.Name))])));
    public static readonly Key<ImmutableArray<TestPartition>> InferenceTestPartitions = Add(
        "inference.test-partitions",
        new ChoiceListFormat<TestPartition>(Choice(("same", TestPartition.Same), ("iid", TestPartition.Iid))));
    public static readonly Key<int> InferenceK = Count("inference.k", 1, 100_000);
    public static readonly Key<Mixture> InferenceMixture = Add("inference.mixture", Choice(
        ("logits", Mixture.Logits), ("probabilities", Mixture.Probabilities)));
    public static readonly Key<ImmutableArray<double>> InferenceRandomShares = Add("inference.random-shares", new SharesFormat());
    public static readonly Key<int> InferenceBatch = Count("inference.batch", 1, 65_536);
    public static readonly Key<TimeSpan> InferenceDeadline = Deadline("inference.deadline");
    public static readonly Key<int> InferenceRetries = Count("inference.retries", 0, 100);
    public static readonly Key<int> InferenceAlternatives = Count("inference.alternatives", 0, 100);

    public static readonly Key<AggregatorPlace> AggregatorPlace = Add("aggregator.place", Choice(
        ("base-station", Settings.AggregatorPlace.BaseStation), ("client", Settings.AggregatorPlace.Client)));
    public static readonly Key<int> AggregatorClient = Count("aggregator.client", 0, 99_999);
    public static readonly Key<ImmutableArray<StandbyPlace>> AggregatorStandby = Add("aggregator.standby", new PlacesFormat());
    public static readonly Key<TimeSpan> AggregatorCheckpointDeadline = Deadline("aggregator.checkpoint-deadline");
    public static readonly Key<int> AggregatorMaxSilence = Count("aggregator.max-silence", 1, 1_000);

    public static readonly Key<string> ChannelProfile = Named("channel.profile", ProfileFile.Channels);
    public static readonly Key<ChannelModel> ChannelModel = Add("channel.model", Choice(
        ("fixed", Settings.ChannelModel.Fixed), ("shared", Settings.ChannelModel.Shared)));
    public static readonly Key<TimeSpan> ChannelDelay = Add("channel.delay", Measures.Duration("0 ms", "1 h"));
    public static readonly Key<DelayForm> ChannelDelayForm = Add("channel.delay-form", Choice(
        ("constant", DelayForm.Constant), ("uniform", DelayForm.Uniform), ("normal", DelayForm.Normal), ("log-normal", DelayForm.LogNormal)));
    public static readonly Key<TimeSpan> ChannelDelaySpread = Add("channel.delay-spread", Measures.Duration("0 ms", "1 h"));
    public static readonly Key<double> ChannelBandwidth = Add("channel.bandwidth", Measures.Bandwidth("1 bit/s", "1000 Gbit/s"));
    public static readonly Key<double> ChannelUp = LinkRate("channel.up");
    public static readonly Key<double> ChannelDown = LinkRate("channel.down");
    public static readonly Key<double> ChannelServerUp = LinkRate("channel.server-up");
    public static readonly Key<double> ChannelServerDown = LinkRate("channel.server-down");
    public static readonly Key<double> ChannelLoss = Number("channel.loss", Bound.At(0), Bound.Beyond(1));
    public static readonly Key<LossForm> ChannelLossForm = Add("channel.loss-form", Choice(
        ("independent", LossForm.Independent), ("bursts", LossForm.Bursts)));
    public static readonly Key<double> ChannelBurstGoodToBad = Number("channel.burst.good-to-bad", Bound.At(0), Bound.At(1));
    public static readonly Key<double> ChannelBurstBadToGood = Share("channel.burst.bad-to-good");
    public static readonly Key<double> ChannelBurstLoss = Number("channel.burst.loss", Bound.At(0), Bound.At(1));
    public static readonly Key<long> ChannelPacket = Add("channel.packet", Measures.Size("1 B", "1 GiB"));
    public static readonly Key<int> ChannelSends = Count("channel.sends", 1, 1_000);
    public static readonly Key<ImmutableArray<PathRule>> ChannelPaths = Add("channel.paths", new PathsFormat());
    public static readonly Key<string> ChannelTrace = Add("channel.trace", new PathFormat("none"));
    public static readonly Key<string> ChannelIntervals = Add("channel.intervals", new PathFormat("none"));
    public static readonly Key<TimeSpan> ChannelTraceRepeat = Add(
        "channel.trace-repeat", new UnlimitedFormat<TimeSpan>(Measures.Duration("1 ms", "10000 h"), TimeSpan.Zero, "never"));
    public static readonly Key<MobilityForm> ChannelMobilityForm = Add("channel.mobility.form", Choice(
        ("none", MobilityForm.None), ("to-and-fro", MobilityForm.ToAndFro)));
    public static readonly Key<double> ChannelMobilitySpeed = Add("channel.mobility.speed", Measures.Speed("1 mm/s", "1000 m/s"));
    public static readonly Key<double> ChannelMobilityNear = Add("channel.mobility.near", Measures.Distance("1 m", "100 km"));
    public static readonly Key<double> ChannelMobilityFar = Add("channel.mobility.far", Measures.Distance("1 m", "100 km"));
    public static readonly Key<TimeSpan> ChannelMobilityInterval = Add("channel.mobility.interval", Measures.Duration("1 ms", "24 h"));
    public static readonly Key<TimeSpan> ChannelMobilityUntil = Deadline("channel.mobility.until");
    public static readonly Key<double> ChannelMobilityBandwidth = Add("channel.mobility.bandwidth", Measures.Frequency("1 kHz", "10 GHz"));
    public static readonly Key<double> ChannelMobilityTransmitPower = Number("channel.mobility.transmit-power", Bound.At(-100), Bound.At(100));
    public static readonly Key<double> ChannelMobilityServerTransmitPower = Number("channel.mobility.server-transmit-power", Bound.At(-100), Bound.At(100));
    public static readonly Key<double> ChannelMobilityPathLossExponent = Number("channel.mobility.path-loss-exponent", Bound.At(1), Bound.At(10));
    public static readonly Key<double> ChannelMobilityReferenceLoss = Number("channel.mobility.reference-loss", Bound.At(0), Bound.At(200));
    public static readonly Key<double> ChannelMobilityNoiseFigure = Number("channel.mobility.noise-figure", Bound.At(0), Bound.At(50));
    public static readonly Key<string> DeviceProfile = Named("device.profile", ProfileFile.Devices);
    public static readonly Key<double> DeviceCompute = Add("device.compute", Measures.FlopRate("1 kFLOP/s", "1000 TFLOP/s"));
    public static readonly Key<long> DeviceMemory = Add("device.memory", new UnlimitedFormat<long>(Measures.Size("1 B", "1024 TiB"), long.MaxValue));
    public static readonly Key<double> DeviceEnergyFlop = Add("device.energy.flop", Measures.Energy("0 J", "1 J"));
    public static readonly Key<double> DeviceEnergySentByte = Add("device.energy.sent-byte", Measures.Energy("0 J", "1 J"));
    public static readonly Key<double> DeviceEnergyReceivedByte = Add("device.energy.received-byte", Measures.Energy("0 J", "1 J"));
    public static readonly Key<double> DeviceEnergyRadio = Add("device.energy.radio", Measures.Power("0 W", "1 kW"));

    public static readonly Key<TimeSpan> SupervisionBackoff = Add("supervision.backoff", Measures.Duration("1 ms", "24 h"));
    public static readonly Key<int> SupervisionMaxRestarts = Count("supervision.max-restarts", 0, 1_000);
    public static readonly Key<TimeSpan> SupervisionPatience = Deadline("supervision.patience");
    public static readonly Key<int> SupervisionMaxSilence = Count("supervision.max-silence", 1, 1_000);

    public static readonly Key<ImmutableArray<MessageFault>> FaultsRules = Add("faults.rules", new RulesFormat());
    public static readonly Key<ImmutableArray<ScheduledFault>> FaultsSchedule = Add("faults.schedule", new ScheduleFormat());
    public static readonly Key<double> FaultsCrashesShare = Number("faults.crashes.share", Bound.At(0), Bound.At(1));
    public static readonly Key<TimeSpan> FaultsCrashesWithin = Deadline("faults.crashes.within");
    public static readonly Key<TimeSpan> FaultsCrashesFor = Deadline("faults.crashes.for");
    public static readonly Key<TimeSpan> FaultsChurnUp = Add("faults.churn.up", Measures.Duration("0 ms", "10000 h"));
    public static readonly Key<TimeSpan> FaultsChurnDown = Deadline("faults.churn.down");
    public static readonly Key<TimeSpan> FaultsChurnUntil = Deadline("faults.churn.until");

    public static readonly Key<bool> EvaluationEnabled = Switch("evaluation.enabled");
    public static readonly Key<int> EvaluationEveryRounds = Count("evaluation.every-rounds", 1, 100_000);

    public static readonly Key<ClassesOfF1> EvaluationMacroF1 = Add("evaluation.macro-f1", Choice(("present", ClassesOfF1.Present), ("all", ClassesOfF1.All)));
    public static readonly Key<ImmutableArray<Baseline>> EvaluationBaselines = Add("evaluation.baselines", new ChoiceListFormat<Baseline>(Choice(BaselineNames.All), Least: 0));

    public static readonly Key<ImmutableArray<Reference>> EvaluationReferences = Add(
        "evaluation.references", new ChoiceListFormat<Reference>(Choice((References.GlobalGate.Name, Reference.GlobalGate)), Least: 0));

    public static readonly Key<int> ComputeThreads = Add("compute.threads", new ThreadsFormat());
    public static readonly Key<string> ComputeStorePath = Add("compute.store.path", new PathFormat(Cache));
    public static readonly Key<long> ComputeStoreMaxSize = Add("compute.store.max-size", Measures.Size("1 MiB", "1024 TiB"));

    /// <summary>All of the above in ordinal order of their paths.</summary>
    public static readonly ImmutableArray<Key> All = [.. Registered.OrderBy(key => key.Path, StringComparer.Ordinal)];

    private static Key<T> Add<T>(string path, Format<T> format)
    {
        var key = new Key<T>(path, format);
        Registered.Add(key);
        return key;
    }

    private static Key<int> Count(string path, int least, int most) => Add(path, new WholeFormat<int>(least, most, 1));

    private static Key<double> Number(string path, Bound least, Bound most) => Add(path, new NumberFormat(least, most));

    private static Key<double> Share(string path) => Number(path, Bound.Beyond(0), Bound.At(1));

    private static Key<TimeSpan> Deadline(string path) => Add(path, Measures.Duration("1 ms", "10000 h"));

    private static Key<TimeSpan?> StepDeadline(string path) => Add(path, new DeadlineFormat(Measures.Duration("1 ms", "10000 h")));

    private static Key<string> Named(string path, ProfileFile file) =>
        Add(path, Choice([.. file.Names.Prepend(ProfileFile.None).Select(name => (name, name))]));

    private static Key<double> LinkRate(string path) =>
        Add(path, new UnlimitedFormat<double>(Measures.Bandwidth("1 bit/s", "1000 Gbit/s"), double.PositiveInfinity));

    private static Key<bool> Switch(string path) => Add(path, Choice(("on", true), ("off", false)));

    private static ChoiceFormat<T> Choice<T>(params ImmutableArray<(string Name, T Value)> choices) => new(choices);
}
