using System.Collections.Immutable;
using NMoE.Compute.Blobs;
using NMoE.Federation.Algorithms;
using NMoE.Federation.Roles;
using NMoE.Federation.Settings;
using NMoE.Learning.Data;
using NMoE.Learning.Gates;
using NMoE.Learning.Jobs;
using NMoE.Learning.Partitions;
using NMoE.Simulation.Network;

namespace NMoE.Federation.Configuration;

/// <summary>Under which conditions each key is read.</summary>
internal static class ReadingConditions
{
    /// <summary>Keys that something always reads.</summary>
    public static ImmutableArray<Key> Always { get; } =
    [
        Keys.Seed, Keys.Profile, Keys.ExperimentName, Keys.ExperimentClients, Keys.ExperimentRetireServers,
        Keys.DataName, Keys.DataPartition, Keys.DataAllowOverlap, Keys.DataTrainPerClient, Keys.DataTestPerClient,
        Keys.ModelWidth, Keys.ModelNorm, Keys.ModelPrecision,
        Keys.ExtractorMethod, Keys.ExtractorRounds, Keys.ExtractorEpochs, Keys.ExtractorBatch, Keys.ExtractorLearningRate, Keys.ExtractorMomentum,
        Keys.ExtractorWeightDecay, Keys.ExtractorClip, Keys.ExtractorAlgorithm, Keys.ExtractorAggregation, Keys.ExtractorDeadline,
        Keys.ExpertStart, Keys.ExpertDeadline,
        Keys.GateRecipe, Keys.InferenceGates, Keys.InferenceTestPartitions, Keys.InferenceBatch,
        Keys.AggregatorPlace, Keys.AggregatorStandby,
        Keys.ChannelProfile, Keys.ChannelModel, Keys.ChannelDelay, Keys.ChannelDelayForm, Keys.ChannelPaths, Keys.ChannelTrace, Keys.ChannelIntervals, Keys.ChannelMobilityForm,
        Keys.DeviceProfile, Keys.DeviceCompute, Keys.DeviceMemory, Keys.DeviceEnergyFlop, Keys.DeviceEnergySentByte, Keys.DeviceEnergyReceivedByte, Keys.DeviceEnergyRadio,
        Keys.SupervisionBackoff, Keys.SupervisionMaxRestarts, Keys.SupervisionPatience, Keys.SupervisionMaxSilence,
        Keys.FaultsRules, Keys.FaultsSchedule, Keys.FaultsCrashesShare, Keys.FaultsChurnUp,
        Keys.EvaluationEnabled, Keys.ComputeThreads, Keys.ComputeStorePath, Keys.ComputeStoreMaxSize,
    ];

    /// <summary>The conditions of all others; the first that an experiment does not meet is the one that it is told.</summary>
    public static ImmutableArray<ReadingCondition> All { get; } =
    [
        .. Data(), .. Extractor(), .. FedSc(), .. Gate(), .. Serving(), .. Channel(),
        new("aggregator.place = client", settings => settings.Aggregator.Place == AggregatorPlace.Client, [Keys.AggregatorPlace], [Keys.AggregatorClient]),
        new(
            "a place in aggregator.standby", settings => !settings.Aggregator.Standby.IsEmpty, [Keys.AggregatorStandby],
            [Keys.AggregatorCheckpointDeadline, Keys.AggregatorMaxSilence]),
        new(
            "faults.crashes.share above 0", settings => settings.Faults.Crashes.Share > 0, [Keys.FaultsCrashesShare],
            [Keys.FaultsCrashesWithin, Keys.FaultsCrashesFor]),
        new(
            "faults.churn.up above 0", settings => settings.Faults.Churn.Up > TimeSpan.Zero, [Keys.FaultsChurnUp],
            [Keys.FaultsChurnDown, Keys.FaultsChurnUntil]),
        new(
            "evaluation.enabled = on", settings => settings.Evaluation.Enabled, [Keys.EvaluationEnabled],
            [Keys.EvaluationEveryRounds, Keys.EvaluationMacroF1, Keys.EvaluationBaselines, Keys.EvaluationReferences]),
        new(
            "a global model that can be scored: norms that are not local, and under fedce a shared head", HasScores, [Keys.ModelNorm, Keys.ExtractorMethod, Keys.ExtractorHead],
            [Keys.EvaluationEveryRounds]),
    ];

    /// <summary>Keys that promise protection or a comparison, and the value that promises nothing; null where every value promises something.</summary>
    public static ImmutableArray<(Key Key, string? Nothing)> Promises { get; } =
    [
        (Keys.FedScPrivacy, "off"), (Keys.FedScSecret, "seed"), (Keys.FedScEpsilon, null), (Keys.FedScDelta, null), (Keys.FedScSigma, null),
        (Keys.FedScNeighbours, null), (Keys.EvaluationBaselines, "[]"), (Keys.EvaluationReferences, "[]"),
    ];

    private static ImmutableArray<ReadingCondition> Data() =>
    [
        new("a data set that lies on disk", settings => settings.Data.Name != GeneratedData.DataName, [Keys.DataName], [Keys.DataPath]),
        new("data.partition = non-iid", settings => Deals(settings, data => data with { Tau = data.Tau / 2 }), [Keys.DataPartition], [Keys.DataTau]),
        new("data.partition = non-iid", settings => Deals(settings, data => data with { DominantRule = data.DominantRule ^ (DominantRule)1 }), [Keys.DataPartition], [Keys.DataDominantRule]),
        new("data.partition = non-iid", settings => Deals(settings, data => data with { DominantOrder = data.DominantOrder ^ (DominantOrder)1 }), [Keys.DataPartition], [Keys.DataDominantOrder]),
        new("data.partition = non-iid", settings => Deals(settings, data => data with { CountRule = data.CountRule ^ (CountRule)1 }), [Keys.DataPartition], [Keys.DataCountRule]),
        new("data.count-rule = total-fixed", settings => settings.Data.CountRule == CountRule.TotalFixed, [Keys.DataCountRule], [Keys.DataDominantRule]),
        new("data.partition = dirichlet", settings => Deals(settings, data => data with { Alpha = data.Alpha / 2 }), [Keys.DataPartition], [Keys.DataAlpha]),
    ];

    private static ImmutableArray<ReadingCondition> Extractor() =>
    [
        new(
            "extractor.method = fedce, or a baseline that is trained", settings => TrainsPredictor(settings) || (settings.Evaluation is { Enabled: true, Baselines.IsEmpty: false }),
            [Keys.ExtractorMethod, Keys.EvaluationEnabled, Keys.EvaluationBaselines], [Keys.ExtractorAugmentation]),
        new("extractor.method = fedce", TrainsPredictor, [Keys.ExtractorMethod], [Keys.ExtractorHead]),
        new("extractor.algorithm = fedprox", settings => Steps(settings, stage => stage with { Proximal = stage.Proximal + 1 }), [Keys.ExtractorAlgorithm], [Keys.ExtractorProximal]),
        new("extractor.algorithm = fedavgm", settings => Steps(settings, stage => stage with { ServerMomentum = (stage.ServerMomentum + 1) / 2 }), [Keys.ExtractorAlgorithm], [Keys.ExtractorServerMomentum]),
        new("extractor.algorithm = fedavgm", settings => Steps(settings, stage => stage with { ServerRate = stage.ServerRate / 2 }), [Keys.ExtractorAlgorithm], [Keys.ExtractorServerRate]),
        new(
            "extractor.aggregation = synchronous", settings => settings.Extractor.Cohort.Aggregation == Aggregation.Synchronous, [Keys.ExtractorAggregation],
            [Keys.ExtractorParticipation, Keys.ExtractorOverCommit, Keys.ExtractorLate, Keys.ExtractorQuorum, Keys.ExtractorAbsent]),
        new(
            "extractor.late = accept or extractor.aggregation = buffered",
            settings => settings.Extractor.Cohort is { Late: LateUpdates.Accept } or { Aggregation: Aggregation.Buffered },
            [Keys.ExtractorLate, Keys.ExtractorAggregation], [Keys.ExtractorStaleness]),
        new("extractor.aggregation = buffered", settings => settings.Extractor.Cohort.Aggregation == Aggregation.Buffered, [Keys.ExtractorAggregation], [Keys.ExtractorBuffer]),
        new(
            "expert.start = fine-tune", settings => settings.Expert.Start == ExpertStart.FineTune, [Keys.ExpertStart],
            [Keys.ExpertLearningRate, Keys.ExpertBatch, Keys.ExpertEpochs, Keys.ExpertHoldout, Keys.ExpertPatience]),
    ];

    private static ImmutableArray<ReadingCondition> FedSc() =>
    [
        new(
            "extractor.method = fedsc", settings => Objectives.Of(settings.Extractor.Method).ExchangesMatrices, [Keys.ExtractorMethod],
            [
                Keys.FedScDimension, Keys.FedScCap, Keys.FedScSelfWeight, Keys.FedScExternal, Keys.FedScStale, Keys.FedScPrivacy, Keys.FedScSecret, Keys.FedScEpsilon,
                Keys.FedScDelta, Keys.FedScSigma, Keys.FedScNeighbours,
            ]),
        new(
            "fedsc.privacy = budget or noise", settings => settings.FedSc.Privacy != PrivacyMode.Off, [Keys.FedScPrivacy],
            [Keys.FedScSecret, Keys.FedScDelta, Keys.FedScNeighbours]),
        new("fedsc.privacy = budget", settings => settings.FedSc.Privacy == PrivacyMode.Budget, [Keys.FedScPrivacy], [Keys.FedScEpsilon]),
        new("fedsc.privacy = noise", settings => settings.FedSc.Privacy == PrivacyMode.Noise, [Keys.FedScPrivacy], [Keys.FedScSigma]),
    ];

    private static ImmutableArray<ReadingCondition> Gate()
    {
        ImmutableArray<Key> trainers = [Keys.InferenceGates, Keys.EvaluationReferences, Keys.EvaluationBaselines, Keys.EvaluationEnabled];
        return
        [
            new(
                "fedgate in inference.gates, globalgate in evaluation.references or centralised-moe in evaluation.baselines", settings => TrainsGate(settings) || IsCentralised(settings),
                trainers, [Keys.GateBalance, Keys.GateNoiseForm, Keys.GateNoise]),
            new(
                "fedgate in inference.gates or globalgate in evaluation.references", TrainsGate, [Keys.InferenceGates, Keys.EvaluationReferences, Keys.EvaluationEnabled],
                [Keys.GateRounds, Keys.GateEpochs, Keys.GateBatch, Keys.GateLearningRate, Keys.GateLoss, Keys.GateK, Keys.GateData, Keys.GateGradient, Keys.GateClip, Keys.GateInput]),
            new(
                "fedgate in inference.gates", settings => Serves(settings, GateSource.FedGate), [Keys.InferenceGates],
                [Keys.GateMethod, Keys.GateParticipation, Keys.GateQuorum, Keys.GateDeadline]),
            new("gate.mode = switch or top-k", settings => settings.Gate.Mode is GateMode.Switch or GateMode.TopK, [Keys.GateLoss], [Keys.GateK]),
            new(
                "gate.noise-form = gaussian, or jitter where a gate is trained",
                settings => settings.Gate.NoiseForm == RouterNoise.Gaussian || (settings.Gate.NoiseForm == RouterNoise.Jitter && TrainsGate(settings)),
                [Keys.GateNoiseForm], [Keys.GateNoise]),
            new("gate.gradient = clip or unit", settings => settings.Gate.Gradient != GradientRule.None, [Keys.GateGradient], [Keys.GateClip]),
            new(
                "rollgate in inference.gates", settings => Serves(settings, GateSource.RollGate), [Keys.InferenceGates],
                [
                    Keys.RollGateShare, Keys.RollGateLaps, Keys.RollGateEpochs, Keys.RollGateBatch, Keys.RollGateLearningRate, Keys.RollGateTolerance, Keys.RollGateDeadline,
                ]),
        ];
    }

    private static ImmutableArray<ReadingCondition> Serving() =>
    [
        new(
            "a gate that asks peers in inference.gates", AsksPeers, [Keys.InferenceGates],
            [Keys.LatentPrecision, Keys.InferenceDeadline, Keys.InferenceRetries, Keys.InferenceAlternatives]),
        new(
            "a gate that chooses: any but localgate in inference.gates, globalgate in evaluation.references or centralised-moe in evaluation.baselines",
            settings => AsksPeers(settings) || IsGlobal(settings) || IsCentralised(settings),
            [Keys.InferenceGates, Keys.EvaluationReferences, Keys.EvaluationBaselines, Keys.EvaluationEnabled], [Keys.InferenceK, Keys.InferenceMixture]),
        new("inference.k of at least 2", settings => settings.Inference.K > 1, [Keys.InferenceK], [Keys.InferenceMixture]),
        new("rangate in inference.gates", settings => settings.Inference.Gates.Contains(RanGate.GateName), [Keys.InferenceGates], [Keys.InferenceRandomShares]),
    ];

    private static ImmutableArray<ReadingCondition> Channel() =>
    [
        new("channel.model = fixed", settings => settings.Channel.Model == ChannelModel.Fixed, [Keys.ChannelModel], [Keys.ChannelBandwidth]),
        new(
            "channel.model = shared", settings => settings.Channel.Model == ChannelModel.Shared, [Keys.ChannelModel],
            [
                Keys.ChannelUp, Keys.ChannelDown, Keys.ChannelServerUp, Keys.ChannelServerDown, Keys.ChannelLoss, Keys.ChannelLossForm,
                Keys.ChannelBurstGoodToBad, Keys.ChannelBurstBadToGood, Keys.ChannelBurstLoss, Keys.ChannelPacket, Keys.ChannelSends,
            ]),
        new(
            "channel.mobility.form = none, and clients that channel.trace does not name", HasUsualClients, [Keys.ChannelMobilityForm, Keys.ChannelTrace],
            [Keys.ChannelUp, Keys.ChannelDown]),
        new(
            "a base station that channel.trace does not name", settings => !settings.Channel.Traces.Conditions.ContainsKey(settings.Aggregator.AccessOf(DeviceId.Supervisor)),
            [Keys.ChannelTrace], [Keys.ChannelServerUp, Keys.ChannelServerDown]),
        new(
            "a file in channel.trace or channel.intervals", settings => !settings.Channel.Traces.Conditions.IsEmpty || !settings.Channel.Traces.Intervals.IsEmpty,
            [Keys.ChannelTrace, Keys.ChannelIntervals], [Keys.ChannelTraceRepeat]),
        new(
            "channel.delay-form = uniform, normal or log-normal", settings => settings.Channel.Delay.Form != DelayForm.Constant, [Keys.ChannelDelayForm],
            [Keys.ChannelDelaySpread]),
        new(
            "channel.loss-form = bursts", settings => settings.Channel.Loss.Form == LossForm.Bursts, [Keys.ChannelLossForm],
            [Keys.ChannelBurstGoodToBad, Keys.ChannelBurstBadToGood, Keys.ChannelBurstLoss]),
        new(
            "packets that can be lost, by channel.loss, channel.loss-form = bursts, channel.paths or channel.trace", LosesPackets,
            [Keys.ChannelLoss, Keys.ChannelLossForm, Keys.ChannelPaths, Keys.ChannelTrace], [Keys.ChannelPacket, Keys.ChannelSends]),
        new(
            "channel.mobility.form = to-and-fro", settings => settings.Channel.Mobility.Form == MobilityForm.ToAndFro, [Keys.ChannelMobilityForm],
            [
                Keys.ChannelMobilitySpeed, Keys.ChannelMobilityNear, Keys.ChannelMobilityFar, Keys.ChannelMobilityInterval, Keys.ChannelMobilityUntil,
                Keys.ChannelMobilityBandwidth, Keys.ChannelMobilityTransmitPower, Keys.ChannelMobilityServerTransmitPower, Keys.ChannelMobilityPathLossExponent,
                Keys.ChannelMobilityReferenceLoss, Keys.ChannelMobilityNoiseFigure,
            ]),
    ];

    /// <summary>Whether the partition makes another shard of other settings: it alone knows which it reads.</summary>
    private static bool Deals(ExperimentSettings settings, Func<DataSection, DataSection> change) =>
        Dealt(settings) != Dealt(settings with { Data = change(settings.Data) });

    private static PartitionSpec Dealt(ExperimentSettings settings) => Plan.Partition(settings, settings.Data.Partition, settings.Data.TrainPerClient);

    /// <summary>Whether the server optimiser makes another step of other settings, likewise.</summary>
    private static bool Steps(ExperimentSettings settings, Func<ExtractorSection, ExtractorSection> change)
    {
        var (optimiser, stage) = (ServerOptimisers.Of(settings.Extractor.Algorithm), settings.Extractor);
        var nothing = new BlobRef(new BlobHash(new string('0', 64)), 0);
        (double, string) Step(ExtractorSection of) => (optimiser.Proximal(of), optimiser.Step(of, new PartUpdates(nothing, [1], [nothing], null)).Parameters);
        return Step(stage) != Step(change(stage));
    }

    private static bool TrainsPredictor(ExperimentSettings settings) => Objectives.Of(settings.Extractor.Method).Parts.Contains(ModelPart.Expert);

    private static bool Serves(ExperimentSettings settings, GateSource source) => settings.Inference.Gates.Any(gate => Gates.Of(gate).Source == source);

    private static bool IsGlobal(ExperimentSettings settings) => settings.Evaluation.Enabled && settings.Evaluation.References.Contains(Reference.GlobalGate);

    private static bool IsCentralised(ExperimentSettings settings) => settings.Evaluation.Enabled && settings.Evaluation.Baselines.Contains(Baseline.CentralisedMoe);

    private static bool TrainsGate(ExperimentSettings settings) => Serves(settings, GateSource.FedGate) || IsGlobal(settings);

    private static bool AsksPeers(ExperimentSettings settings) => settings.Inference.Gates.Any(gate => gate != LocalGate.GateName);

    private static bool HasScores(ExperimentSettings settings) =>
        settings.Model.Norm != NormRule.BatchLocal && (!TrainsPredictor(settings) || settings.Extractor.Head == HeadSharing.Shared);

    private static bool HasUsualClients(ExperimentSettings settings) => settings.Channel.Mobility.Form == MobilityForm.None
        && Enumerable.Range(0, settings.Experiment.Clients).Any(client => !settings.Channel.Traces.Conditions.ContainsKey(new DeviceId(client)));

    private static bool LosesPackets(ExperimentSettings settings)
    {
        var channel = settings.Channel;
        return channel.Loss is { Probability: > 0 } or { Form: LossForm.Bursts } || channel.Paths.Any(path => path.LossPercent > 0)
            || channel.Traces.Conditions.Values.Any(access => access.Steps.Any(step => step.Conditions.Loss > 0));
    }
}
