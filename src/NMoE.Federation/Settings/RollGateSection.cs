using NMoE.Learning.Keys;

namespace NMoE.Federation.Settings;

/// <summary>RollGate: a gate that is trained around a ring of clients.</summary>
[Section("rollgate", """
    RollGate: a gate that rolls around a ring of the clients that have experts. Each labels some of its latents with its own number and the rest with the
    others', and trains the gate to tell the labels, with Adam. It forgets what the clients before have taught. Read only where inference.gates names rollgate.
    """)]
[When("rollgate in inference.gates")]
public sealed record RollGateSection
{
    [Key("(0, 1]", "Share of a client's latents that are labelled with its own number. In {range}; 0.7 in the paper.")]
    public double Share { get; init; } = 0.7;

    [Key("1..10000", "At most so many laps around the ring. {range}.")]
    public int Laps { get; init; } = 10;

    [Key("1..1000", "Local epochs of a turn. {range}.")]
    public int Epochs { get; init; } = 1;

    [Key("1..65536", "Mini-batch size. {range}.")]
    public int Batch { get; init; } = 128;

    [Key("(0, 10]", "In {range}.")]
    public double LearningRate { get; init; } = 0.001;

    [Key("[0, 1000]", "Training ends with a lap whose mean loss moved by less than this. In {range}; 0 goes all laps.")]
    public double Tolerance { get; init; } = 0.001;

    [Key("1 ms..10000 h", """
        Virtual time after which a client that does not acknowledge the gate is passed over, in later laps of the ring too: forecast (of a turn, as in extractor) or {range}. Longer than a
        turn takes: so many times as there are clients and laps, and the ring is taken for lost and begun anew.
        """, Word = "forecast")]
    public TimeSpan? Deadline { get; init; }
}
