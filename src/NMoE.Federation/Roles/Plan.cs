using System.Collections.Immutable;
using NMoE.Compute.Jobs;
using NMoE.Federation.Protocol;
using NMoE.Federation.Settings;
using NMoE.Learning.Data;
using NMoE.Learning.Experts;
using NMoE.Learning.Gates;
using NMoE.Learning.Jobs;
using NMoE.Learning.Partitions;
using NMoE.Learning.Privacy;
using NMoE.Simulation.Network;

namespace NMoE.Federation.Roles;

/// <summary>What every role derives from the settings alone: keys, partitions, passes.</summary>
/// <param name="Settings">The experiment.</param>
/// <param name="Data">The data set, by content.</param>
/// <param name="Objective">What clients minimise in stage 1.</param>
/// <param name="Optimiser">What the server makes of their updates.</param>
public sealed record Plan(ExperimentSettings Settings, DataSpec Data, IObjective Objective, IServerOptimiser Optimiser)
{
    private Deadlines? _deadlines;
    private readonly PartitionSpec _training = Partition(Settings, Settings.Data.Partition, Settings.Data.TrainPerClient);
    private readonly PartitionSpec _sameTest = Partition(
        Settings, Settings.Data.Partition, Settings.Data.TestPerClient, Partition(Settings, Settings.Data.Partition, Settings.Data.TrainPerClient));
    private readonly PartitionSpec _iidTest = Partition(Settings, IidPartition.PartitionName, Settings.Data.TestPerClient);

    /// <summary>The architecture.</summary>
    public ModelSpec Model { get; } = ModelOf(Settings, Data.Form);

    /// <summary>Number of clients n.</summary>
    public int Clients => Settings.Experiment.Clients;

    /// <summary>All clients, ascending.</summary>
    public ImmutableArray<int> ClientNumbers { get; } = [.. Enumerable.Range(0, Settings.Experiment.Clients)];

    /// <summary>Whether stage 3 is needed.</summary>
    public bool TrainsGate => Serves(Stages.Gate);

    /// <summary>Whether stage 3 needs the moments of all clients' latents together.</summary>
    public bool StandardisesGate => TrainsGate && (GateFeatures is not null || Settings.Gate is { Method: GateMethod.Rounds, Input: not InputForm.Latent });

    /// <summary>Random features that a solved gate sees beside the latents; null where it is linear.</summary>
    public RandomFeatures? GateFeatures => Settings.Gate is { Method: GateMethod.Discriminant, Features: > 0 and var count } ? new(count, GateKey("gate-features")) : null;

    /// <summary>Bytes of a client's sums over latents and their random features.</summary>
    public double SumsBytes
    {
        get
        {
            double width = Model.Latent + (GateFeatures?.Count ?? 0);
            return sizeof(float) * (Clients + (width * (width + Clients)));
        }
    }

    /// <summary>How a gate is trained in stage 3 on the opinions of some experts. What a mode does not read stays out of the job's key.</summary>
    /// <param name="experts">Their numbers, ascending.</param>
    public GateParameters GateTraining(ImmutableArray<int> experts)
    {
        var stage = Settings.Gate;
        return new(
            Model, Clients, experts, stage.LearningRate, stage.Batch, stage.Epochs,
            stage.Balance, stage.NoiseForm, stage.NoiseForm == RouterNoise.Shazeer ? 0 : stage.Noise,
            stage.Gradient, stage.Gradient == GradientRule.None ? 1 : stage.Clip, stage.Mode, stage.Mode is GateMode.Switch or GateMode.TopK ? stage.K : 1)
        {
            Holdout = stage.Data == GateData.Holdout ? Settings.Expert.Holdout : 0,
            Input = stage.Input,
        };
    }

    /// <summary>Which rows a client's expert held out, where the gate learns from those; else 0.</summary>
    public ulong HoldoutSeed(int client) => Settings.Gate.Data == GateData.Holdout ? ExpertSeed(client) : 0;

    /// <summary>What a gate is told of a client's own rows, beside their files.</summary>
    /// <param name="client">The client.</param>
    /// <param name="experts">The experts whose opinions of them it has, ascending.</param>
    public OwnRows OwnRows(int client, ImmutableArray<int> experts) =>
        Settings.Expert.Start == ExpertStart.Reuse
            ? new(experts, 0, 0, Settings.Inference.Batch)
            : new(experts, Settings.Expert.Holdout, ExpertSeed(client), Settings.Inference.Batch);

    /// <summary>How many of its own rows a client's gate reads before it serves: those that its expert held out, or all where there are none.</summary>
    public int OwnRowsRead => Settings.Expert.Start != ExpertStart.Reuse && HeldOut.Count(Settings.Expert.Holdout, TrainingRows) is > 0 and var held ? held : TrainingRows;

    /// <summary>Stages whose model goes around a ring of clients.</summary>
    public ImmutableArray<IRingStage> Rings { get; init; } = [];

    /// <summary>The ring in which a stage's model goes around; null where it is trained in rounds, or not at all.</summary>
    public IRingStage? Ring(string stage) => Rings.FirstOrDefault(ring => ring.Stage == stage);

    /// <summary>The stages of the experiment as the aggregator leads them, in order.</summary>
    public ImmutableArray<string> Pipeline => [Stages.Joining, Stages.Extractor, Stages.Expert, .. TrainsGate ? [Stages.Sharing, Stages.Gate] : ImmutableArray<string>.Empty, .. Rings.Select(ring => ring.Stage).Where(stage => stage != Stages.Extractor), Stages.Finished];

    /// <summary>Rounds or laps of a stage that leaves a trained model.</summary>
    public int Rounds(string stage) => Ring(stage)?.Rules(Settings).Laps ?? (stage == Stages.Extractor ? Settings.Extractor.Rounds : Settings.Gate.Exchanges);

    /// <summary>Stages whose gates are served with, in ordinal order.</summary>
    public ImmutableArray<string> GateStages { get; } = [.. Stages.Gates.Where(stage => Settings.Inference.Gates.Any(gate => Gates.Of(gate).Source == stage))];

    /// <summary>Whether stage 1 trains a predictor, and not F alone.</summary>
    public bool TrainsPredictor => Objective.Parts.Contains(ModelPart.Expert);

    /// <summary>Whether each client has a predictor of its own from the start.</summary>
    public bool HasOwnHeads => !SharedParts.Contains(ModelPart.Expert);

    /// <summary>Whether each client keeps the norms of its own extractor.</summary>
    public bool HasOwnNorms => Settings.Model.Norm == NormRule.BatchLocal;

    /// <summary>Whether stage 1's global model can answer by itself.</summary>
    public bool HasGlobalModel => !HasOwnHeads && !HasOwnNorms;

    /// <summary>Whether stage 1 corrects drift by control variates.</summary>
    public bool HasControl => Optimiser is IControlVariates;

    /// <summary>Parts of stage 1's model that are sent and averaged: all but a personal predictor.</summary>
    public ImmutableArray<ModelPart> SharedParts => [.. Objective.Parts.Where(part => part != ModelPart.Expert || Settings.Extractor.Head == HeadSharing.Shared)];

    /// <summary>Parts of stage 1's model that clients need once it is trained: a projection head has done its work.</summary>
    public int PublishedParts => SharedParts.Count(part => part != ModelPart.Projection);

    /// <summary>The job that draws a part's initial parameters, the same for everyone who asks.</summary>
    public Job Initial(ModelPart part)
    {
        var key = part == ModelPart.Gate ? GateKey("init", (int)part) : Key("init", (int)part);
        return part == ModelPart.Gate && Settings.Gate.NoiseForm == RouterNoise.Shazeer && LearnsNoise
            ? LearningJob.Create(new NoisyGateParameters(Model, Clients), key)
            : LearningJob.Create(
                new InitParameters(Model, part, part switch { ModelPart.Gate => Clients, ModelPart.Projection => Settings.FedSc.Dimension, _ => 0 }), key);
    }

    /// <summary>What of the chosen experts is mixed; one alone is what it is, so that no key tells apart what is the same.</summary>
    /// <param name="k">Experts a sample.</param>
    public Mixture Mixture(int k) => k > 1 ? Settings.Inference.Mixture : Learning.Jobs.Mixture.Logits;

    /// <summary>How much noise clients add to what they release of R; null for none.</summary>
    public ReleaseNoise? Noise { get; } = Objective.ExchangesMatrices
        ? ReleaseNoise.Of(
            Settings.FedSc, Settings.Extractor.Rounds, Partition(Settings, Settings.Data.Partition, Settings.Data.TrainPerClient).Rows)
        : null;

    /// <summary>The passes of inference: each gate on each test set.</summary>
    public ImmutableArray<InferencePass> Passes { get; } =
    [
        .. Settings.Inference.TestPartitions.SelectMany(
            test => Settings.Inference.Gates.Select(gate => new InferencePass(gate, test))),
    ];

    /// <summary>Experts that each sample of a pass asks: LocalGate knows only its own.</summary>
    public int K(InferencePass pass) => Gates.Of(pass.Gate).Experts(Settings.Inference.K);

    /// <summary>How long is waited for whom.</summary>
    public Deadlines Deadlines => _deadlines ??= Deadlines.Of(this);

    /// <summary>What messages of the experiment keep within.</summary>
    internal Bounds Bounds => new(
        Clients, Places, SharedParts.Length, PublishedParts, Ring(Stages.Extractor) is null ? Settings.Extractor.Rounds : 0, Settings.Gate.Exchanges,
        Rings.ToImmutableSortedDictionary(ring => ring.Stage, ring => ring.Rules(Settings).Laps, StringComparer.Ordinal), TrainingRows, Settings.Inference.Alternatives, Pipeline,
        StandardisesGate ? 1 : 0);

    /// <summary>Number of places that the aggregator has.</summary>
    public int Places => Settings.Aggregator.Places;

    /// <summary>Clients as messages name them: nobody where all are meant.</summary>
    public ImmutableArray<int> Named(IEnumerable<int> clients) => clients.ToImmutableArray() is var some && some.Length == Clients ? [] : some;

    /// <summary>Clients that a message names: all where it names nobody.</summary>
    public ImmutableArray<int> Meant(ImmutableArray<int> named) => named.IsEmpty ? ClientNumbers : named;

    /// <summary>The device of a client.</summary>
    public static DeviceId Device(int client) => new(client);

    /// <summary>The job that deals a client's training shard.</summary>
    public Job TrainingShard(int client) => Shard("train", client, _training);

    /// <summary>The job that deals a client's test shard.</summary>
    public Job TestShard(int client, TestPartition test) => Shard("test", client, PartitionOf(test));

    /// <summary>Training pictures of each client, n_i.</summary>
    public int TrainingRows => _training.Rows;

    /// <summary>Training pictures of each client that the gate learns from.</summary>
    public int GateRows => Settings.Gate.Data == GateData.Holdout ? HeldOut.Count(Settings.Expert.Holdout, TrainingRows) : TrainingRows;

    /// <summary>The seed of a client's expert, which says what that expert holds out.</summary>
    public ulong ExpertSeed(int client) => Key("expert", client);

    /// <summary>Test pictures of each client.</summary>
    public int TestRows(TestPartition test) => PartitionOf(test).Rows;

    /// <summary>What the clients' private secrets are derived from; null where there are none, as in a rehearsal.</summary>
    public NoiseSecret? Secret { get; init; }

    /// <summary>The seed of a client's releases: its secret, or the name of its private one. It stays the same over rounds: the noise differs because R does.</summary>
    public ulong ReleaseSeed(int client) => Secret?.Of(client).KeyId ?? Key("release-secret", client);

    /// <summary>A 64-bit key for a purpose: the same for the same experiment seed, whatever else the experiment does.</summary>
    public ulong Key(string purpose, int first = 0, int second = 0) => Settings.Key(purpose, first, second);

    /// <summary>The same for what is drawn for gates alone (<c>gate.seed</c>).</summary>
    public ulong GateKey(string purpose, int first = 0, int second = 0) => Settings.GateKey(purpose, first, second);

    /// <summary>Whether a gate is trained whose noise could be learned: RollGate has none.</summary>
    private bool LearnsNoise => TrainsGate || Settings.Evaluation.Asks(Reference.GlobalGate);

    private bool Serves(string stage) => GateStages.Contains(stage);

    private PartitionSpec PartitionOf(TestPartition test) => test == TestPartition.Iid ? _iidTest : _sameTest;

    /// <summary>The architecture of an experiment.</summary>
    internal static ModelSpec ModelOf(ExperimentSettings settings, PictureForm pictures) => new(settings.Model.Width, pictures.Classes)
    {
        Shape = pictures.Shape,
        Traits = pictures.Traits,
        Norm = settings.Model.Norm == NormRule.Group ? NormKind.Group : NormKind.Batch,
        Precision = settings.Model.Precision,
    };

    /// <summary>How pictures are dealt: a test set in the shares of the training shards, where those depend on the data.</summary>
    internal static PartitionSpec Partition(ExperimentSettings settings, string kind, int perClient, PartitionSpec? like = null)
    {
        var data = settings.Data;
        return Partitions.Of(kind).Read(new PartitionSpec(kind, data.Tau, settings.Experiment.Clients, perClient)
        {
            Alpha = data.Alpha,
            Dominant = data.DominantRule,
            Order = data.DominantOrder,
            Count = data.CountRule,
            Overlap = data.AllowOverlap ? Overlap.Allowed : Overlap.Refused,
            Like = like,
        });
    }

    private Job Shard(string split, int client, PartitionSpec partition) =>
        LearningJob.Create(new ShardParameters(Data, split, partition, client), Key("partition"));
}

/// <summary>One gate on one test set.</summary>
/// <param name="Gate">The gate's name.</param>
/// <param name="Test">Test set.</param>
public sealed record InferencePass(string Gate, TestPartition Test)
{
    /// <summary>The stage that its bytes are counted under.</summary>
    public string Stage => FormattableString.Invariant($"inference/{Gate}/{TestName}");

    /// <summary>The test set's name in records.</summary>
    public string TestName => NameOf(Test);

    /// <summary>A test set's name in records.</summary>
    public static string NameOf(TestPartition test) => test == TestPartition.Iid ? "iid" : "same";
}
