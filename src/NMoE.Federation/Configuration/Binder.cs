using System.Collections.Immutable;
using NMoE.Federation.Settings;
using NMoE.Simulation.Network;

namespace NMoE.Federation.Configuration;

/// <summary>Makes settings of layers, or says what is wrong with the first key that is.</summary>
internal static class Binder
{
    /// <summary>The settings that the layers give together; an earlier layer wins.</summary>
    /// <param name="sets">Overrides.</param>
    /// <param name="file">What stands in the experiment's file.</param>
    /// <param name="reference">Every key's default.</param>
    /// <param name="open">The content of a file that they name, null where there is none.</param>
    /// <exception cref="ConfigurationException">A key is unknown, or a value of the wrong type, unit or range.</exception>
    public static EffectiveConfiguration Bind(ImmutableArray<Setting> sets, ImmutableArray<Setting> file, ImmutableArray<Setting> reference, Func<string, string?> open)
    {
        foreach (var setting in sets.Concat(file))
            KnownKey.Check(setting);

        var profile = Profiles.Of(new Values([.. reference, .. file, .. sets]));
        var values = new Values([.. reference, .. profile, .. file, .. sets]);
        var settings = Settings(values);
        var traces = new TraceFiles(settings, values, open);
        settings = settings with { Channel = settings.Channel with { Traces = traces.Read() } };
        var consequences = CrossCheck.Run(settings, values);
        var stated = sets.Concat(file).Select(setting => setting.Key).ToImmutableSortedSet(StringComparer.Ordinal);
        return new EffectiveConfiguration(settings, values.Effective())
        {
            Contents = traces.Contents,
            Consequences = consequences,
            Stated = stated,
            Unread = ReadingCondition.Unread(settings, values.Effective(), values.Origin, stated)
                .ToImmutableSortedDictionary(unread => unread.Key, unread => unread, StringComparer.Ordinal),
        };
    }

    private static ExperimentSettings Settings(Values values) => new(
        values.Get(Keys.Seed),
        values.Get(Keys.Profile),
        new ExperimentSection(
            values.Get(Keys.ExperimentName), values.Get(Keys.ExperimentClients),
            values.Get(Keys.ExperimentRetireServers)),
        new DataSection(
            values.Get(Keys.DataName), values.Get(Keys.DataPath), values.Get(Keys.DataPartition), values.Get(Keys.DataTau),
            values.Get(Keys.DataDominantRule), values.Get(Keys.DataDominantOrder), values.Get(Keys.DataCountRule), values.Get(Keys.DataAlpha), values.Get(Keys.DataAllowOverlap),
            values.Get(Keys.DataTrainPerClient), values.Get(Keys.DataTestPerClient)),
        new ModelSection(values.Get(Keys.ModelWidth), values.Get(Keys.ModelNorm), values.Get(Keys.ModelPrecision)),
        Extractor(values),
        FedSc(values),
        new ExpertSection(
            values.Get(Keys.ExpertLearningRate), values.Get(Keys.ExpertBatch), values.Get(Keys.ExpertEpochs),
            values.Get(Keys.ExpertHoldout), values.Get(Keys.ExpertPatience), values.Get(Keys.ExpertDeadline))
        {
            Start = values.Get(Keys.ExpertStart),
        },
        Gate(values),
        new RollGateSection(
            values.Get(Keys.RollGateShare), values.Get(Keys.RollGateLaps), values.Get(Keys.RollGateEpochs), values.Get(Keys.RollGateBatch),
            values.Get(Keys.RollGateLearningRate), values.Get(Keys.RollGateTolerance), values.Get(Keys.RollGateDeadline)),
        new LatentSection(values.Get(Keys.LatentPrecision)),
        new InferenceSection(
            values.Get(Keys.InferenceGates), values.Get(Keys.InferenceTestPartitions), values.Get(Keys.InferenceK),
            values.Get(Keys.InferenceMixture), values.Get(Keys.InferenceRandomShares), values.Get(Keys.InferenceBatch), values.Get(Keys.InferenceDeadline),
            values.Get(Keys.InferenceRetries), values.Get(Keys.InferenceAlternatives)),
        new AggregatorSection(values.Get(Keys.AggregatorPlace), values.Get(Keys.AggregatorClient))
        {
            Standby = values.Get(Keys.AggregatorStandby),
            CheckpointDeadline = values.Get(Keys.AggregatorCheckpointDeadline),
            MaxSilence = values.Get(Keys.AggregatorMaxSilence),
        },
        ChannelBinder.Channel(values),
        new DeviceSection(
            values.Get(Keys.DeviceProfile), values.Get(Keys.DeviceCompute), values.Get(Keys.DeviceMemory),
            new EnergyProfile(
                values.Get(Keys.DeviceEnergySentByte), values.Get(Keys.DeviceEnergyReceivedByte), values.Get(Keys.DeviceEnergyRadio), values.Get(Keys.DeviceEnergyFlop))),
        new SupervisionSection(values.Get(Keys.SupervisionBackoff), values.Get(Keys.SupervisionMaxRestarts),
            values.Get(Keys.SupervisionPatience), values.Get(Keys.SupervisionMaxSilence)),
        Faults(values),
        new EvaluationSection(
            values.Get(Keys.EvaluationEnabled), values.Get(Keys.EvaluationEveryRounds), values.Get(Keys.EvaluationBaselines), values.Get(Keys.EvaluationReferences))
        {
            MacroF1 = values.Get(Keys.EvaluationMacroF1),
        },
        new ComputeSection(
            values.Get(Keys.ComputeThreads) is var threads and > 0 ? threads : Environment.ProcessorCount,
            new StoreSection(values.Get(Keys.ComputeStorePath), values.Get(Keys.ComputeStoreMaxSize))));

    private static FedScSection FedSc(Values values) => new(
        values.Get(Keys.FedScDimension), values.Get(Keys.FedScCap), values.Get(Keys.FedScSelfWeight), values.Get(Keys.FedScExternal),
        values.Get(Keys.FedScStale), values.Get(Keys.FedScPrivacy), values.Get(Keys.FedScSecret), values.Get(Keys.FedScEpsilon), values.Get(Keys.FedScDelta),
        values.Get(Keys.FedScSigma), values.Get(Keys.FedScNeighbours));

    private static ExtractorSection Extractor(Values values) => new(
        values.Get(Keys.ExtractorMethod), values.Get(Keys.ExtractorRounds), values.Get(Keys.ExtractorEpochs), values.Get(Keys.ExtractorBatch),
        values.Get(Keys.ExtractorLearningRate), values.Get(Keys.ExtractorMomentum), values.Get(Keys.ExtractorWeightDecay), values.Get(Keys.ExtractorClip),
        values.Get(Keys.ExtractorAugmentation),
        values.Get(Keys.ExtractorAlgorithm), values.Get(Keys.ExtractorProximal), values.Get(Keys.ExtractorServerMomentum),
        values.Get(Keys.ExtractorServerRate), values.Get(Keys.ExtractorHead),
        values.Get(Keys.ExtractorQuorum), values.Get(Keys.ExtractorDeadline), values.GetByRound(Keys.ExtractorAbsent))
    {
        Cohort = new CohortSection(
            values.Get(Keys.ExtractorParticipation), values.Get(Keys.ExtractorOverCommit), values.Get(Keys.ExtractorLate),
            values.Get(Keys.ExtractorStaleness), values.Get(Keys.ExtractorAggregation), values.Get(Keys.ExtractorBuffer)),
    };

    private static FaultsSection Faults(Values values) => new(
        values.Get(Keys.FaultsRules), values.Get(Keys.FaultsSchedule),
        new CrashesSection(values.Get(Keys.FaultsCrashesShare), values.Get(Keys.FaultsCrashesWithin), values.Get(Keys.FaultsCrashesFor)),
        new ChurnSection(values.Get(Keys.FaultsChurnUp), values.Get(Keys.FaultsChurnDown), values.Get(Keys.FaultsChurnUntil)));

    private static GateSection Gate(Values values) => new(
        values.Get(Keys.GateRounds), values.Get(Keys.GateEpochs), values.Get(Keys.GateBatch), values.Get(Keys.GateLearningRate),
        values.Get(Keys.GateParticipation), values.Get(Keys.GateBalance), values.Get(Keys.GateNoiseForm), values.Get(Keys.GateNoise),
        values.Get(Keys.GateGradient), values.Get(Keys.GateClip), values.Get(Keys.GateLoss), values.Get(Keys.GateK), values.Get(Keys.GateData),
        values.Get(Keys.GateQuorum), values.Get(Keys.GateDeadline))
    {
        Method = values.Get(Keys.GateMethod),
        Recipe = values.Get(Keys.GateRecipe),
        Input = values.Get(Keys.GateInput),
    };
}
