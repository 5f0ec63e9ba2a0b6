using System.Collections.Immutable;
using NMoE.Learning.Jobs;
using NMoE.Learning.Partitions;

namespace NMoE.Federation.Settings;

/// <summary>Everything that a run is told. Keys are documented in <c>hocon/reference.conf</c>, one a member.</summary>
/// <param name="Seed">Key of every draw (<c>seed</c>).</param>
/// <param name="Profile">Which set of values stands between the reference and the experiment (<c>profile</c>).</param>
/// <param name="Experiment">What is run (<c>experiment</c>).</param>
/// <param name="Data">Pictures (<c>data</c>).</param>
/// <param name="Model">Architecture (<c>model</c>).</param>
/// <param name="Extractor">Stage 1 (<c>extractor</c>).</param>
/// <param name="FedSc">Stage 1 without labels (<c>fedsc</c>).</param>
/// <param name="Expert">Stage 2 (<c>expert</c>).</param>
/// <param name="Gate">Stage 3 (<c>gate</c>).</param>
/// <param name="RollGate">Stage 3 around a ring (<c>rollgate</c>).</param>
/// <param name="Latent">Latents on their way between clients (<c>latent</c>).</param>
/// <param name="Inference">Serving (<c>inference</c>).</param>
/// <param name="Aggregator">Where the aggregator runs (<c>aggregator</c>).</param>
/// <param name="Channel">Links (<c>channel</c>).</param>
/// <param name="Device">Devices (<c>device</c>).</param>
/// <param name="Supervision">Restarts (<c>supervision</c>).</param>
/// <param name="Faults">What goes wrong (<c>faults</c>).</param>
/// <param name="Evaluation">Measurement, outside the world (<c>evaluation</c>).</param>
/// <param name="Compute">Threads and store; not part of the configuration hash (<c>compute</c>).</param>
public sealed record ExperimentSettings(
    ulong Seed,
    Profile Profile,
    ExperimentSection Experiment,
    DataSection Data,
    ModelSection Model,
    ExtractorSection Extractor,
    FedScSection FedSc,
    ExpertSection Expert,
    GateSection Gate,
    RollGateSection RollGate,
    LatentSection Latent,
    InferenceSection Inference,
    AggregatorSection Aggregator,
    ChannelSection Channel,
    DeviceSection Device,
    SupervisionSection Supervision,
    FaultsSection Faults,
    EvaluationSection Evaluation,
    ComputeSection Compute);

/// <summary>A set of values between the reference and an experiment's own (<c>hocon/profiles.conf</c>).</summary>
public enum Profile
{
    /// <summary>The reference alone.</summary>
    None,

    /// <summary>Sized for two cores.</summary>
    Cpu,

    /// <summary>The paper's set-up.</summary>
    Paper,
}

/// <summary>What is run.</summary>
/// <param name="Name">Name of the run directory; letters, digits, '-' and '_'.</param>
/// <param name="Clients">Number of clients n, 1..100000.</param>
/// <param name="RetireServers">Whether aggregator and supervisor stop before inference: <c>on</c> (default) or <c>off</c>.</param>
public sealed record ExperimentSection(string Name, int Clients, bool RetireServers);

/// <summary>Pictures and how they are dealt.</summary>
/// <param name="Name">The name of a data set in <see cref="NMoE.Learning.Data.DataSources"/>.</param>
/// <param name="Path">Folder of a data set on disk; empty means the user's cache.</param>
/// <param name="Partition">The name of a partition in <see cref="NMoE.Learning.Partitions.Partitions"/>.</param>
/// <param name="Tau">In (0, 1].</param>
/// <param name="DominantRule">Share of the dominant class.</param>
/// <param name="DominantOrder">Which client has which dominant class.</param>
/// <param name="CountRule">What the sizes below count.</param>
/// <param name="Alpha">Concentration of the Dirichlet partition, above 0.</param>
/// <param name="AllowOverlap">Whether a picture may be dealt to several clients: <c>on</c> or <c>off</c>.</param>
/// <param name="TrainPerClient">Training pictures a client.</param>
/// <param name="TestPerClient">Test pictures a client.</param>
public sealed record DataSection(
    string Name, string Path, string Partition, double Tau, DominantRule DominantRule, DominantOrder DominantOrder, CountRule CountRule, double Alpha, bool AllowOverlap,
    int TrainPerClient, int TestPerClient);

/// <summary>Architecture.</summary>
/// <param name="Width">A multiple of 16, 16..128.</param>
/// <param name="Norm">The extractor's normalisation.</param>
/// <param name="Precision">What the extractor computes in.</param>
public sealed record ModelSection(int Width, NormRule Norm, Precision Precision);

/// <summary>The extractor's normalisation, and who owns it.</summary>
public enum NormRule
{
    /// <summary>Group norm, averaged.</summary>
    Group,

    /// <summary>Batch norm, averaged with its running statistics.</summary>
    Batch,

    /// <summary>Batch norm that stays with each client (FedBN; Li et al., 2021).</summary>
    BatchLocal,
}

/// <summary>Stage 1.</summary>
/// <param name="Method">The name of an objective in <see cref="Algorithms.Objectives"/>.</param>
/// <param name="Rounds">Rounds.</param>
/// <param name="Epochs">Local epochs a round.</param>
/// <param name="Batch">Mini-batch size.</param>
/// <param name="LearningRate">At round 1; cosine over rounds towards zero.</param>
/// <param name="Momentum">In [0, 1).</param>
/// <param name="WeightDecay">L2 coefficient.</param>
/// <param name="Clip">Gradients are scaled down to at most this norm.</param>
/// <param name="Augmentation">How training pictures are changed at random.</param>
/// <param name="Algorithm">The name of a server optimiser in <see cref="Algorithms.ServerOptimisers"/>.</param>
/// <param name="Proximal">FedProx's mu.</param>
/// <param name="ServerMomentum">FedAvgM's momentum.</param>
/// <param name="ServerRate">FedAvgM's learning rate.</param>
/// <param name="Head">Whether the predictor is averaged.</param>
/// <param name="Quorum">Share of the cohort that is enough at the deadline, in (0, 1].</param>
/// <param name="Deadline">Virtual time after which a round goes on with a quorum; null for what follows from the forecast (<see cref="Roles.Deadlines"/>).</param>
/// <param name="Absent">Clients left out of a round, by round number from 1 (<c>extractor.absent."10" = [3]</c>).</param>
public sealed record ExtractorSection(
    string Method, int Rounds, int Epochs, int Batch, double LearningRate, double Momentum, double WeightDecay, double Clip, Augmentation Augmentation,
    string Algorithm, double Proximal, double ServerMomentum, double ServerRate, HeadSharing Head, double Quorum, TimeSpan? Deadline, ImmutableSortedDictionary<int, ImmutableSortedSet<int>> Absent)
{
    /// <summary>Who takes part in a round.</summary>
    public required CohortSection Cohort { get; init; }
}

/// <summary>Who owns stage 1's predictor.</summary>
public enum HeadSharing
{
    /// <summary>It is averaged with the extractor, then each client's expert starts from it.</summary>
    Shared,

    /// <summary>Each client keeps its own, and only F is sent and averaged, as Eq. (2) reads.</summary>
    Personal,
}

/// <summary>Stage 2: experts.</summary>
/// <param name="LearningRate">Adam's learning rate.</param>
/// <param name="Batch">Mini-batch size.</param>
/// <param name="Epochs">At most so many.</param>
/// <param name="Holdout">Share held out for early stopping, [0, 0.5].</param>
/// <param name="Patience">Epochs without improvement before stopping.</param>
/// <param name="Deadline">Virtual time after which stage 3 starts with those experts that are there; null as in stage 1.</param>
public sealed record ExpertSection(double LearningRate, int Batch, int Epochs, double Holdout, int Patience, TimeSpan? Deadline)
{
    /// <summary>What becomes of stage 1's predictor.</summary>
    public ExpertStart Start { get; init; }
}

/// <summary>What an expert is made of.</summary>
public enum ExpertStart
{
    /// <summary>It starts as stage 1's predictor and is fitted to its client's data.</summary>
    FineTune,

    /// <summary>It is stage 1's predictor: nothing is trained.</summary>
    Reuse,
}

/// <summary>Stage 3: FedGate.</summary>
/// <param name="Rounds">Rounds.</param>
/// <param name="Epochs">Local epochs a round.</param>
/// <param name="Batch">Mini-batch size.</param>
/// <param name="LearningRate">Adam's learning rate.</param>
/// <param name="Participation">Share of clients drawn in each round, (0, 1]; 0.7 in the paper.</param>
/// <param name="Balance">Load-balance coefficient.</param>
/// <param name="NoiseForm">How scores are disturbed in training.</param>
/// <param name="Noise">How much.</param>
/// <param name="Gradient">What is done to gradients.</param>
/// <param name="Clip">The norm for that.</param>
/// <param name="Mode">The loss.</param>
/// <param name="K">Experts a sample in training, for the modes that choose.</param>
/// <param name="Data">Which samples it learns from.</param>
/// <param name="Quorum">Share of the cohort that is enough at the deadline.</param>
/// <param name="Deadline">Virtual time after which a round, or the sharing of latents before it, goes on with a quorum; null as in stage 1.</param>
public sealed record GateSection(
    int Rounds, int Epochs, int Batch, double LearningRate, double Participation, double Balance, RouterNoise NoiseForm, double Noise,
    GradientRule Gradient, double Clip, GateMode Mode, int K, GateData Data, double Quorum, TimeSpan? Deadline)
{
    /// <summary>The name of the set of values in <c>hocon/gates.conf</c> that stands between the reference and the experiment, or <c>paper</c> for none.</summary>
    public string Recipe { get; init; } = "paper";

    /// <summary>The coordinates of the latents that it is trained in.</summary>
    public InputForm Input { get; init; }

    /// <summary>How it comes of the clients' samples.</summary>
    public GateMethod Method { get; init; }

    /// <summary>Rounds of the stage: one where it is solved and not trained.</summary>
    public int Exchanges => Method == GateMethod.Discriminant ? 1 : Rounds;

    /// <summary>Share of clients invited to each: all where every sample counts once.</summary>
    public double Invited => Method == GateMethod.Discriminant ? 1 : Participation;
}

/// <summary>Which of its samples a client trains the gate on.</summary>
public enum GateData
{
    /// <summary>All, those that its expert was fitted on included.</summary>
    Train,

    /// <summary>Those that its expert held out.</summary>
    Holdout,
}

/// <summary>Latents on their way between clients, in stage 3 and in serving.</summary>
/// <param name="Precision">How exactly they travel; a client's own expert sees its own latents as they are.</param>
public sealed record LatentSection(LatentPrecision Precision);

/// <summary>Serving, peer to peer.</summary>
/// <param name="Gates">Names of the gates to serve with, one after the other; each is a pass of its own.</param>
/// <param name="TestPartitions">Test sets: <c>same</c> (as trained) and/or <c>iid</c>.</param>
/// <param name="K">Experts a sample, 1..n.</param>
/// <param name="Mixture">What of the chosen experts is mixed.</param>
/// <param name="RandomShares">RanGate's distribution, one share a client; empty for a uniform one.</param>
/// <param name="Batch">Samples a request.</param>
/// <param name="Deadline">Virtual time after which those who did not answer are late.</param>
/// <param name="Retries">How often those are asked again.</param>
/// <param name="Alternatives">How often the next-best are asked in their place after that; the client's own expert is the last.</param>
public sealed record InferenceSection(
    ImmutableArray<string> Gates, ImmutableArray<TestPartition> TestPartitions, int K, Mixture Mixture, ImmutableArray<double> RandomShares, int Batch,
    TimeSpan Deadline, int Retries, int Alternatives);

/// <summary>Which distribution the test shards have.</summary>
public enum TestPartition
{
    /// <summary>The training partition's.</summary>
    Same,

    /// <summary>Every class equally often at every client.</summary>
    Iid,
}

/// <summary>What happens after a crash.</summary>
/// <param name="Backoff">Virtual time before the first restart; doubles with each.</param>
/// <param name="MaxRestarts">Restarts of one device before it is given up.</param>
/// <param name="Patience">Virtual time without a word from those whom a device waits for, after which it asks.</param>
/// <param name="MaxSilence">Unanswered questions after which it goes on without them.</param>
public sealed record SupervisionSection(TimeSpan Backoff, int MaxRestarts, TimeSpan Patience, int MaxSilence);

/// <summary>Measurement. It takes no virtual time, device or byte.</summary>
/// <param name="Enabled"><c>on</c> or <c>off</c>: models and trace are equal either way.</param>
/// <param name="EveryRounds">The global model is scored after every so many rounds of stage 1.</param>
/// <param name="Baselines">What else is trained, outside the world, to compare with.</param>
/// <param name="References">What the gates are compared with, beside those that need no gate.</param>
public sealed record EvaluationSection(bool Enabled, int EveryRounds, ImmutableArray<Baseline> Baselines, ImmutableArray<Reference> References)
{
    /// <summary>The classes that macro-F1 is the mean over.</summary>
    public ClassesOfF1 MacroF1 { get; init; }
}

/// <summary>What the networked mixture of experts is measured against (algorithms.md, section 9), with stage 1's budget and data.</summary>
public enum Baseline
{
    /// <summary>F, gate and experts trained together on all clients' data in one place.</summary>
    CentralisedMoe,

    /// <summary>Each client trains F and a predictor on its own data alone.</summary>
    LocalClassifier,

    /// <summary>FedAvg of F and the predictor, in as many rounds: what FedCE's stage 1 ends with.</summary>
    FedAvgClassifier,

    /// <summary>The average of the local classifiers once they are trained.</summary>
    OneShotClassifier,
}

/// <summary>A gate that no device has: what the gates are compared with.</summary>
public enum Reference
{
    /// <summary>A gate trained on all clients' data together, the paper's upper bound (Sec. III-C.3).</summary>
    GlobalGate,
}

/// <summary>The machine's part.</summary>
/// <param name="Threads">Compute threads, each one job at a time.</param>
/// <param name="Store">The store.</param>
public sealed record ComputeSection(int Threads, StoreSection Store);

/// <summary>The store of results.</summary>
/// <param name="Path">Folder; empty means the user's cache.</param>
/// <param name="MaxBytes">Blobs beyond this are evicted, least recently used first (<c>compute.store.max-size</c>).</param>
public sealed record StoreSection(string Path, long MaxBytes);
