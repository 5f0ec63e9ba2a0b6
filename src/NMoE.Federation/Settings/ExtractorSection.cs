using System.Collections.Immutable;
using NMoE.Learning.Jobs;
using NMoE.Learning.Keys;

namespace NMoE.Federation.Settings;

/// <summary>Stage 1.</summary>
[Section("extractor", "Stage 1: the shared feature extractor, in rounds of SGD.")]
public sealed record ExtractorSection
{
    /// <summary>The condition of keys that are read where stage 1 has rounds: its model does not go around.</summary>
    internal const string InRounds = "extractor.method = fedce or fedsc";

    [Key("fedce (with labels, Eq. 2), fedsc (without, Eq. 4; see the section fedsc) cyclic (with labels; one model goes around the clients, and a lap counts as a round) or pfedmoe (with labels; each client mixes the shared extractor with one of its own; see the section pfedmoe and docs/related.md).")]
    public string Method { get; init; } = "fedce";

    [Key("1..100000", "Rounds of local training and averaging. {range}; 100 in the paper.")]
    public int Rounds { get; init; } = 30;

    [Key("1..1000", "Local epochs a round. {range}; 5 in the paper. Fewer keep the clients' models closer.")]
    public int Epochs { get; init; } = 2;

    [Key("1 ms..10000 h", """
        Virtual time that a client computes in a round at most: unlimited, or {range}. Where a device takes longer for all local epochs, its client does as many whole ones as it has time for, at least one, and sends
        that: the partial work of FedProx's stragglers. By device.compute; that a fault will slow it down a device does not know.
        """, Word = "unlimited")]
    [When(InRounds)]
    public TimeSpan? ComputeWithin { get; init; }

    [Key("1..65536", "Mini-batch size. {range}.")]
    public int Batch { get; init; } = 64;

    [Key("(0, 10]", "At round 1; falls to zero over the rounds along a cosine. In {range}.")]
    public double LearningRate { get; init; } = 0.05;

    [Key("[0, 1)", "Of SGD; its state starts anew in each round, for the average has none. In {range}.")]
    public double Momentum { get; init; } = 0.9;

    [Key("[0, 1]", "L2 coefficient. In {range}.")]
    public double WeightDecay { get; init; } = 0.0005;

    [Key("(0, 1000000]", """
        Gradients are scaled down to at most this norm. In {range}. Without, the four-layer predictor, which has no norms of its own,
        dies in the first steps at this learning rate.
        """)]
    public double Clip { get; init; } = 1.0;

    [Key("""
        How fedce's training pictures are changed at random (fedsc has views of its own): crop-and-flip (random crop after padding by 4, and flip), flip, crop or none.
        Few passes learn more without crops; many overfit without. Digits and letters are never mirrored, whatever stands here.
        """)]
    [When("extractor.method = fedce, or a baseline that is trained")]
    public Augmentation Augmentation { get; init; } = Augmentation.CropAndFlip;

    [Key("""
        fedavg (average weighed by samples), fedprox (clients are pulled back to the round's start), fedavgm (momentum at the server) or scaffold (control
        variates against the clients' drift; with fedce, shared heads and momentum 0 only).
        """)]
    public string Algorithm { get; init; } = "fedavg";

    [Key("[0, 1000]", "FedProx's mu: the loss has mu/2 times the squared distance from the round's start. In {range}; read by fedprox only.")]
    [When("extractor.algorithm = fedprox")]
    public double Proximal { get; init; } = 0.01;

    [Key("[0, 1)", "FedAvgM's momentum. In {range}; read by fedavgm only.")]
    [When("extractor.algorithm = fedavgm")]
    public double ServerMomentum { get; init; } = 0.9;

    [Key("(0, 10]", "FedAvgM's learning rate. In {range}; read by fedavgm only.", Name = "server-learning-rate")]
    [When("extractor.algorithm = fedavgm")]
    public double ServerRate { get; init; } = 1.0;

    [Key("fedce's predictor: shared (averaged with the extractor) or personal (each client keeps its own, and only the extractor is sent, as Eq. 2 reads).")]
    [When("extractor.method = fedce")]
    public HeadSharing Head { get; init; } = HeadSharing.Shared;

    /// <summary>Who takes part in a round.</summary>
    public CohortSection Cohort { get; init; } = new();

    /// <summary>In which form updates travel.</summary>
    public CompressionSection Compression { get; init; } = new();

    [Key("(0, 1]", "Share of the updates waited for that is enough once the deadline has passed. In {range}.")]
    [When(InRounds, "extractor.aggregation = synchronous")]
    public double Quorum { get; init; } = 0.5;

    [Key("1 ms..10000 h", """
        Virtual time after which a round goes on with a quorum: forecast, or {range}. forecast is three times what a round takes if nothing goes wrong (bytes over rates, and computing by
        the device, from these keys alone), and supervision.patience beside: who was not reached asks after that, so that neither a lost message nor a device that restarts costs anybody a
        round. Who was silent at a deadline is neither invited nor waited for until it is heard again. A round that had no quorum begins anew, a few times.
        """, Word = "forecast")]
    public TimeSpan? Deadline { get; init; }

    [Key("""
        Clients left out of a round, by round from 1 and client from 0: absent { "10" = [3, 7] }.
        """)]
    [When(InRounds, "extractor.aggregation = synchronous")]
    public ImmutableSortedDictionary<int, ImmutableSortedSet<int>> Absent { get; init; } = ImmutableSortedDictionary<int, ImmutableSortedSet<int>>.Empty;
}

/// <summary>Who owns stage 1's predictor.</summary>
public enum HeadSharing
{
    /// <summary>It is averaged with the extractor, then each client's expert starts from it.</summary>
    Shared,

    /// <summary>Each client keeps its own, and only F is sent and averaged, as Eq. (2) reads.</summary>
    Personal,
}
