using System.Collections.Immutable;
using NMoE.Learning.Jobs;
using NMoE.Learning.Keys;

namespace NMoE.Federation.Settings;

/// <summary>Measurement. It takes no virtual time, device or byte.</summary>
[Section("evaluation", "Measurement stands outside the world: it takes no virtual time, device or byte.")]
public sealed record EvaluationSection
{
    private const string On = "evaluation.enabled = on";

    [Key("on or off: models and trace are equal either way.")]
    public bool Enabled { get; init; } = true;

    [Key("1..100000", """
        Stage 1's global model is scored after every so many rounds. {range}. With personal heads or local norms there is nothing to score; fedsc's extractor,
        which predicts nothing, is scored by a linear probe on all training pictures.
        """)]
    [When(On, "a global model that can be scored: norms that are not local, and under fedce a shared head")]
    public int EveryRounds { get; init; } = 1;

    [Key("What macro-F1 is the mean over: present (the classes that occur in the truth or the answers) or all (one that occurs in neither counts as 0).")]
    [When(On)]
    public ClassesOfF1 MacroF1 { get; init; } = ClassesOfF1.Present;

    [Key("""
        What else is trained to compare with, outside the world, with stage 1's budget, data and schedule (their rows name it where stage 1 is fedsc's): centralised-moe
        (F, gate and experts together on all data), local-classifier (each client alone), fedavg-classifier (fedce's own global model), one-shot-classifier (the
        average of the trained local classifiers).
        """, Choices = "centralised-moe local-classifier fedavg-classifier one-shot-classifier")]
    [When(On)]
    [Promise("[]")]
    public ImmutableArray<Baseline> Baselines { get; init; } = [];

    [Key("""
        What the gates are compared with, beside the best single expert, the specialist of the true class and OracleGate: [globalgate], a gate trained like
        FedGate's but on all clients' data together, for rounds * epochs epochs of the section gate (the paper's upper bound); or [].
        """, Choices = "globalgate")]
    [When(On)]
    [Promise("[]")]
    public ImmutableArray<Reference> References { get; init; } = [];

    [Key("(0, 1]", """
        Accuracies that a run's tables, and a sweep's, say what it took to reach: virtual time, bytes and, where devices spend energy, joules. A list of numbers, each in {range}, as in
        [0.6, 0.7]; [] for none.
        """)]
    [When(On)]
    public ImmutableArray<double> Targets { get; init; } = [];

    /// <summary>Whether a reference is measured.</summary>
    public bool Asks(Reference reference) => Enabled && References.Contains(reference);
}

/// <summary>What the networked mixture of experts is measured against, with stage 1's budget and data.</summary>
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
