using System.Collections.Immutable;
using NMoE.Learning.Jobs;
using NMoE.Learning.Keys;

namespace NMoE.Federation.Settings;

/// <summary>Serving, peer to peer.</summary>
[Section("inference", "Serving, peer to peer.")]
public sealed record InferenceSection
{
    private const string Asked = "a gate that asks peers in inference.gates";
    private const string Chosen = "a gate that chooses: any but localgate in inference.gates, globalgate in evaluation.references or centralised-moe in evaluation.baselines";

    [Key("""
        Gates to serve with, one pass each: fedgate (trained), rangate (draws), localgate (a client's own expert), rollgate (trained around a ring),
        priorgate (fedgate's gate and a prior over experts that each client fits to the rows that its own expert held out; docs/gates.md), entropy-gate (fedgate's gate where it is sure, else the client's own expert), des (of the sets of experts that fedgate's gate finds relevant enough the one that costs least energy; docs/related.md), wdmoe (of its best experts those that are worth the time they take; docs/related.md), ktop1 (the best of each group of experts), sam (the best of one group), base (samples of a request in even shares), hash (a fixed draw by the sample itself; all four in docs/related.md), pfl-mf (nothing is sent: a gate of each client's own mixes its own expert with stage 1's predictor, by features; docs/related.md), pfl-mfe (the same by the picture), pfedmoe (what extractor.method = pfedmoe has trained; nothing is sent), channel-aware (fedgate's gate that sees how well each expert would hear the sample; docs/related.md).
        """)]
    public ImmutableArray<string> Gates { get; init; } = ["fedgate", "rangate", "localgate"];

    [Key("Test sets: same (in the class shares of each client's training data), iid (every class equally often at every client).")]
    public ImmutableArray<TestPartition> TestPartitions { get; init; } = [TestPartition.Same];

    [Key("1..100000", "Experts asked a sample. 1..experiment.clients; 1 in the paper's tables.")]
    [When(Chosen)]
    public int K { get; init; } = 1;

    [Key("(0, 100]", """
        How many samples of a request an expert is asked at most, as a factor on an even share: k ceil(T / E factor) of T samples among E experts, or unlimited. What is above is dropped, second choices before first ones and later samples before earlier ones;
        a sample that loses all its experts is answered by the client's own. In {range}.
        """, Word = "unlimited")]
    [When(Chosen)]
    public double? Capacity { get; init; }

    [Key("What of the chosen experts is mixed: logits (the paper's Eq. 1) or probabilities.")]
    [When(Chosen, "inference.k of at least 2")]
    public Mixture Mixture { get; init; } = Mixture.Logits;

    [Key("RanGate's distribution: one share a client, in any unit; [] for a uniform one.")]
    [When("rangate in inference.gates")]
    public ImmutableArray<double> RandomShares { get; init; } = [];

    [Key("1..65536", "Samples in one request to a peer. {range}. Larger ones save headers and wait longer.")]
    public int Batch { get; init; } = 128;

    [Key("1 ms..10000 h", "Virtual time after which experts that did not answer are late. {range}. It is what those who ask will bear, and does not follow from a forecast.")]
    [When(Asked)]
    public TimeSpan Deadline { get; init; } = TimeSpan.FromSeconds(30);

    [Key("0..100", "How often those are asked again, a deadline each. {range}.")]
    [When(Asked)]
    public int Retries { get; init; } = 0;

    [Key("0..100", "How often the gate's next-best are asked in their place after that, a deadline each; the client's own expert is the last. {range}.")]
    [When(Asked)]
    public int Alternatives { get; init; } = 0;

    /// <summary>The keys that gates bring, by the gate's name.</summary>
    public ImmutableSortedDictionary<string, object> OfGates { get; init; } = ImmutableSortedDictionary<string, object>.Empty;
}

/// <summary>Which distribution the test shards have.</summary>
public enum TestPartition
{
    /// <summary>The training partition's.</summary>
    Same,

    /// <summary>Every class equally often at every client.</summary>
    Iid,
}
