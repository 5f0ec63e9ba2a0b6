using NMoE.Learning.Keys;

namespace NMoE.Federation.Settings;

/// <summary>Stage 2: experts.</summary>
[Section("expert", "Stage 2: one expert a client, on frozen latents, with Adam.")]
public sealed record ExpertSection
{
    private const string Trained = "expert.start = fine-tune";

    [Key("""
        fine-tune (an expert starts as stage 1's predictor; after fedsc as a drawn one) or reuse (it is fedce's predictor, and nothing is trained: with a shared head all
        experts are the same).
        """)]
    public ExpertStart Start { get; init; } = ExpertStart.FineTune;

    [Key("(0, 10]", "In {range}.")]
    [When(Trained)]
    public double LearningRate { get; init; } = 0.001;

    [Key("1..65536", "Mini-batch size. {range}.")]
    [When(Trained)]
    public int Batch { get; init; } = 128;

    [Key("1..10000", "At most so many epochs. {range}.")]
    [When(Trained)]
    public int Epochs { get; init; } = 50;

    [Key("[0, 0.5]", "Share of the shard held out for early stopping. In {range}; at 0 the training rows judge the epochs, and patience still stops.")]
    [When(Trained)]
    public double Holdout { get; init; } = 0.1;

    [Key("1..10000", """
        Epochs without a better loss of the rows that judge before an expert stops, and is what it was at the best one: {range}, or never (all epochs are trained and the last is kept: rows that are held out say nothing).
        """, Word = "never")]
    [When(Trained)]
    public int? Patience { get; init; } = 5;

    [Key("1 ms..10000 h", """
        Virtual time after which stage 3 starts with those experts that are there, and serving without those who did not begin: forecast (from F and the expert, as in extractor) or {range}.
        """, Word = "forecast")]
    public TimeSpan? Deadline { get; init; }
}

/// <summary>What an expert is made of.</summary>
public enum ExpertStart
{
    /// <summary>It starts as stage 1's predictor and is fitted to its client's data.</summary>
    FineTune,

    /// <summary>It is stage 1's predictor: nothing is trained.</summary>
    Reuse,
}
