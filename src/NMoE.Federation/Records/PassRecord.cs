using System.Collections.Immutable;
using System.Text.Json.Serialization;

namespace NMoE.Federation.Records;

/// <summary>One inference pass of the whole system: a gate on a test set.</summary>
/// <param name="Gate"><c>fedgate</c>, <c>rangate</c>, <c>localgate</c>, <c>rollgate</c>, <c>priorgate</c>; <c>globalgate</c>, <c>best-expert</c> (all samples to the one that is best on the test set), <c>specialist</c> (of the true class, by training shares) and <c>oraclegate</c> as references, which send nothing and know the experts that there are.</param>
/// <param name="Test"><c>same</c> or <c>iid</c>.</param>
/// <param name="Accuracy">Pooled accuracy, 0..1.</param>
/// <param name="MacroF1">Pooled macro-F1, 0..1; null for references without a gate.</param>
/// <param name="Auc">Pooled one-vs-rest macro AUC; null for references without a gate.</param>
/// <param name="ClientAccuracy">Mean over clients of their accuracy.</param>
/// <param name="ClientMacroF1">Mean over clients of their macro-F1.</param>
/// <param name="ClientAuc">Mean over clients of their AUC.</param>
/// <param name="LocalRatio">Share of chosen (sample, expert) pairs whose expert is the sample's own client, whoever answered, 0..1; null for references without a gate.</param>
/// <param name="BytesPerSample">Bytes that left their senders, per inferred sample.</param>
/// <param name="Degraded">Share of (sample, expert) pairs that another expert answered than the one that the gate chose, because that was late: a next-best one, or the client's own. 0..1.</param>
/// <param name="MeanLatencySeconds">Mean virtual time from a request's start to its answer, in seconds.</param>
/// <param name="Routing">Share of client i's pairs that went to expert j, row by client, [n][n]; each row sums to 1. Empty where clients may ask some experts alone.</param>
public sealed record PassRecord(
    string Gate, string Test, double Accuracy, double? MacroF1, double? Auc,
    double ClientAccuracy, double? ClientMacroF1, double? ClientAuc,
    double? LocalRatio, double BytesPerSample, double Degraded, double MeanLatencySeconds,
    ImmutableArray<ImmutableArray<double>> Routing)
{
    /// <summary>Where clients may ask some experts alone, the share of client i's pairs that went to each of those, row by client; a client that answered nothing has none. Null where all may ask all.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public ImmutableArray<ImmutableArray<PeerShare>>? PeerRouting { get; init; }

    /// <summary>Low end of the 95 % interval of <see cref="Accuracy"/> over clients, by Student's t; null where it was not taken.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public double? AccuracyLow { get; init; }

    /// <summary>Its high end.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public double? AccuracyHigh { get; init; }

    /// <summary>Classes that <see cref="Auc"/> leaves out, because every sample, or none, is of that class.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public int AucSkipped { get; init; }

    /// <summary>Classes that the clients' AUCs leave out: sum over clients.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public int ClientAucSkipped { get; init; }

    /// <summary>Share of each true class's chosen (sample, expert) pairs by expert, row by class, [C][n]; a class without samples has zeros. Null for the oracle, and in reports of earlier versions.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public ImmutableArray<ImmutableArray<double>>? ClassRouting { get; init; }

    /// <summary>Entropy of the experts' shares of all chosen pairs, in bits, 0..log2 n; null with <see cref="ClassRouting"/>.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public double? RoutingEntropy { get; init; }

    /// <summary>Mutual information of a pair's true class and its expert, in bits; null with <see cref="ClassRouting"/>.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public double? MutualInformation { get; init; }

    /// <summary>Largest share of all chosen pairs that one expert has, 0..1; null with <see cref="ClassRouting"/>.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public double? LargestShare { get; init; }

    /// <summary>The client whose expert has it; null with <see cref="ClassRouting"/>.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public int? Favourite { get; init; }

    /// <summary>How a baseline was trained, where that is not what its name says, or how many clients answered, where not all did; else null.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Note { get; init; }
}

/// <summary>What went to one of the experts that a client may ask.</summary>
/// <param name="Expert">The expert.</param>
/// <param name="Share">Share of the client's pairs, 0..1.</param>
public readonly record struct PeerShare(int Expert, double Share);
