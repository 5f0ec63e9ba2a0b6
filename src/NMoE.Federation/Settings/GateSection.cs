using NMoE.Learning.Jobs;
using NMoE.Learning.Keys;
using NMoE.Learning.Models;

namespace NMoE.Federation.Settings;

/// <summary>Stage 3: FedGate.</summary>
[Section("gate", "Stage 3: the shared gate by FedGate, with Adam.")]
public sealed record GateSection
{
    private const string Served = "fedgate in inference.gates";
    private const string Trained = "fedgate in inference.gates or globalgate in evaluation.references";
    private const string AnyTrained = "a trained gate in inference.gates, globalgate in evaluation.references or centralised-moe in evaluation.baselines";
    private const string Learned = "fedgate in inference.gates, globalgate in evaluation.references or centralised-moe in evaluation.baselines";

    [Key("A set of values from hocon/gates.conf under this section's own: paper (none: what stands here) or robust (what routes by what it sees; docs/gates.md).")]
    public string Recipe { get; init; } = "paper";

    [Key("0..18446744073709551615", """
        Key of every draw for gates: experiment (the experiment's seed) or a whole number in {range}, which counts in its place for the initial gate, the training and the
        cohorts of stage 3, RollGate's labels and turns, RanGate's choices and GlobalGate. Stages 1 and 2 stay what they are: the chance of stage 3 alone. A gate that is solved has none but for its features.
        """, Word = "experiment")]
    [When("a gate that is trained in rounds or draws: in inference.gates, or globalgate in evaluation.references")]
    public ulong? Seed { get; init; }

    [Key("""
        The gate: linear (the paper's: scores h W_G + b) or mlp-64-32 (hidden layers of those widths with ReLU). With gate.method = discriminant it is linear; gate.features gives that one a hidden layer.
        """)]
    [When(AnyTrained)]
    public string Model { get; init; } = LinearGate.ModelName;

    [Key("""
        rounds (gradients, in rounds of local epochs and averages) or discriminant (solved in one exchange with all clients: each sends sums over its samples, every sample taken for the expert that gives
        its class the highest probability, and the aggregator solves for the linear gate that tells those apart best under one Gaussian an expert with a common covariance. It is what all data in
        one place would give, whoever holds which sample, where averages of what clients trained on their own classes are not). With discriminant only features, data, quorum and deadline of this
        section are read; the rest trains globalgate.
        """)]
    [When(Served)]
    public GateMethod Method { get; init; } = GateMethod.Rounds;

    [Key("0..4096", """
        Random features that the discriminant sees beside the latents: 0 (none: the gate is linear in latents) or so many numbers max(0, a'z + c) of the latents z, less their mean and over their
        deviation over all clients, with a and c drawn by the seed: everyone has the same. The gate is then a perceptron whose second layer is solved, and clients send more: sums over D and so
        many numbers, D the width of a latent, grow with the square of that. {range}.
        """)]
    [When(Served, "gate.method = discriminant")]
    public int Features { get; init; } = 0;

    [Key("""
        The coordinates that it learns in: latent (as they are), centred (less their mean over all clients) or normalised (less that mean, over their deviation).
        Latents are means of what is never negative, so that most of each is common to all: as they are, a step for one sample is a step for all. Each client then
        sends the mean of its latents and of their squares, once, and is sent those of all clients, in each round; the gate that is averaged and served is of latents as they are.
        """)]
    [When(Trained)]
    public InputForm Input { get; init; } = InputForm.Latent;

    [Key("1..4194303", """
        Peers of which a client learns what their experts say of its training latents: all that it may ask (topology.peers), or so many of them, drawn once. It trains the scores of those and of its own expert,
        and the aggregator averages each expert's among those that trained them: all scores are learned, and what stage 3 sends grows with clients * (peers + 1).
        """, Word = "all")]
    [When(Trained)]
    public int? SampledPeers { get; init; }

    [Key("1..100000", "Rounds. {range}.")]
    [When(Trained)]
    public int Rounds { get; init; } = 50;

    [Key("1..1000", "Local epochs a round. {range}.")]
    [When(Trained)]
    public int Epochs { get; init; } = 1;

    [Key("1..65536", "Mini-batch size. {range}.")]
    [When(Trained)]
    public int Batch { get; init; } = 128;

    [Key("(0, 10]", "In {range}.")]
    [When(Trained)]
    public double LearningRate { get; init; } = 0.001;

    [Key("""
        Which of its samples a client trains on: train (all; its expert was fitted on most of them, and does better there than on new ones) or holdout (those
        that its expert held out, by expert.holdout; they said only when the expert stops).
        """)]
    [When(Trained)]
    public GateData Data { get; init; } = GateData.Train;

    [Key("(0, 1]", "Share of clients drawn in each round, at least one client. In {range}; 0.7 in the paper.")]
    [When(Served)]
    public double Participation { get; init; } = 0.7;

    [Key("[0, 100]", "Load-balance coefficient, in Switch's form: 0 turns it off. In {range}.")]
    [When(Learned)]
    public double Balance { get; init; } = 0.01;

    [Key("""
        What the gate learns from: dense-mixture (all experts' probabilities, mixed by the softmax), switch (the k best experts' logits, scaled by
        the softmax over all), top-k (as the paper prints it: by the softmax over the k; teaches nothing when k is 1) or oracle-target (the expert
        with the smallest loss).
        """)]
    [When(Trained)]
    public GateMode Mode { get; init; } = GateMode.DenseMixture;

    [Key("1..100000", "Experts a sample in training, read by switch and top-k. 1..experiment.clients; at least 2 for top-k.")]
    [When(Trained, "gate.mode = switch or top-k")]
    public int K { get; init; } = 1;

    [Key("""
        How scores are disturbed in training: gaussian (added to the scores: the sum of twelve uniform draws, less six, has a normal's mean and deviation, and nothing beyond
        six of them), jitter (latents times 1 - noise to 1 + noise) or shazeer (normal noise whose deviation
        is softplus(h W_noise), for each sample and expert; W_noise starts at 0, that is at a deviation of ln 2, is as large as the gate, travels and is averaged with
        it, and is not read in serving).
        """)]
    [When(Learned)]
    public RouterNoise NoiseForm { get; init; } = RouterNoise.Gaussian;

    [Key("[0, 100]", """
        Standard deviation of gaussian noise, or half the width of jitter; shazeer does not read it. In {range}. The baseline centralised-moe has gaussian noise or none.
        """)]
    [When(Learned, "gate.noise-form = gaussian, or jitter where a gate is trained")]
    public double Noise { get; init; } = 0.01;

    [Key("What is done to gradients: clip (scaled down to at most the norm below), unit (scaled to exactly that norm) or none.")]
    [When(Trained)]
    public GradientRule Gradient { get; init; } = GradientRule.Clip;

    [Key("(0, 1000000]", "A gradient's Euclidean norm. In {range}.")]
    [When(Trained, "gate.gradient = clip or unit")]
    public double Clip { get; init; } = 1.0;

    [Key("(0, 1]", "Share of the drawn clients that is enough once the deadline has passed. In {range}.")]
    [When(Served)]
    public double Quorum { get; init; } = 0.5;

    [Key("1 ms..10000 h", "Virtual time after which a round, or the sharing of latents before it, goes on with a quorum: forecast (of each of them, as in extractor) or {range}.", Word = "forecast")]
    [When(Served)]
    public TimeSpan? Deadline { get; init; }

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
