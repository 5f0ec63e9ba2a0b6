using NMoE.Learning.Jobs;
using NMoE.Learning.Keys;
using NMoE.Learning.Privacy;

namespace NMoE.Federation.Settings;

/// <summary>Stage 1 without labels: FedSC.</summary>
[Section("fedsc", """
    FedSC: two views of each picture, and the clients' correlation matrices R. A round is two exchanges: R up, then the sum of the others' down.
    The authors train with extractor { rounds = 200, epochs = 5, batch = 256, learning-rate = 0.03, clip = 3 }. Read only where extractor.method is fedsc.
    """)]
[When("extractor.method = fedsc")]
public sealed record FedScSection
{
    private const string Noised = "fedsc.privacy = budget or noise";

    [Key("2..4096", "Dimensions d of the projection head; R has d * d numbers. {range}; 64 to 128 when R is noised.")]
    public int Dimension { get; init; } = 512;

    [Key("[0.001, 1000000]", "mu: projections are scaled down to at most this squared norm. In {range}; 1 when R is noised.")]
    public double Cap { get; init; } = 4.0;

    [Key("What a client's own matrix counts in its loss: data-share (Eq. 4) or linear (from 1 to 0.2 over the rounds, the authors' code).")]
    public SelfWeight SelfWeight { get; init; } = SelfWeight.DataShare;

    [Key("How the others' matrices are weighed: weighted (by their data, Eq. 4) or unweighted (the authors' code).")]
    public ExternalWeights External { get; init; } = ExternalWeights.Weighted;

    [Key("The last matrix of a client that sends none: keep (it is used again) or drop. The weights of those that are there add up to what all others' would.")]
    public StaleMatrices Stale { get; init; } = StaleMatrices.Keep;

    [Key("off (R is sent as it is), budget (noised for the epsilon of the whole run) or noise (noised with sigma; the run reports its epsilon).")]
    [Promise("off")]
    public PrivacyMode Privacy { get; init; } = PrivacyMode.Off;

    [Key("""
        What the noise follows from, beside the matrix itself: seed (the experiment's; a run can be repeated anywhere, and who knows the seed can take the noise off
        again) or private (256 bits from the operating system, made once for a store and kept in its file secrets/noise, which its owner alone may read; a run
        repeats its noise as long as the file is there). The same matrix gets the same noise in every run on the store that has the same sigma: it is released
        once. With another sigma (another epsilon, delta, cap or number of rounds gives one), without the file, or on another store, it is released again, and two releases give away more
        than one: a run's epsilon counts its own. It is the peers that noise guards against: the store has R itself.
        """)]
    [When(Noised)]
    [Promise("seed")]
    public NoiseKey Secret { get; init; } = NoiseKey.Seed;

    [Key("[0.001, 1000000]", "Of the whole run. In {range}; read where privacy is budget.")]
    [When("fedsc.privacy = budget")]
    [Promise]
    public double Epsilon { get; init; } = 8.0;

    [Key("(0, 1)", "Of the whole run. In {range}; below 1/n of a client's n pictures, or the run says what it allows.")]
    [When(Noised)]
    [Promise]
    public double Delta { get; init; } = 1e-5;

    [Key("(0, 1000000]", """
        Standard deviation of E, where R + (E + E^T)/2 is released: off the diagonal the noise has sigma / sqrt(2). In {range}; read where privacy is noise. The authors published 0.00104 (with cap 4).
        """)]
    [When("fedsc.privacy = noise")]
    [Promise]
    public double Sigma { get; init; } = 0.00104;

    [Key("""
        When two data sets count as neighbours: replace-one (a record is another; R moves by sqrt(2) cap / n) or zero-out (a record counts for
        nothing; by cap / n).
        """)]
    [When(Noised)]
    [Promise]
    public Neighbours Neighbours { get; init; } = Neighbours.ReplaceOne;
}

/// <summary>What a client's own correlation matrix counts in its loss.</summary>
public enum SelfWeight
{
    /// <summary>Its share of the data, as Eq. (4) has it.</summary>
    DataShare,

    /// <summary>From 1 to 0.2 over the rounds, as the authors' code has it.</summary>
    Linear,
}

/// <summary>How the other clients' matrices are weighed.</summary>
public enum ExternalWeights
{
    /// <summary>By their data.</summary>
    Weighted,

    /// <summary>All alike, as the authors' code has it.</summary>
    Unweighted,
}

/// <summary>What is done with the last matrix of a client that sends none.</summary>
public enum StaleMatrices
{
    /// <summary>It is used again.</summary>
    Keep,

    /// <summary>It is left out.</summary>
    Drop,
}

/// <summary>Whether correlation matrices are noised.</summary>
public enum PrivacyMode
{
    /// <summary>They are sent as they are.</summary>
    Off,

    /// <summary>So that the whole run has the given epsilon and delta.</summary>
    Budget,

    /// <summary>With the given standard deviation; the run reports its epsilon.</summary>
    Noise,
}
