using NMoE.Learning.Keys;

namespace NMoE.Federation.Settings;

/// <summary>How packets are lost.</summary>
[Section("")]
[When("channel.model = shared")]
public sealed record LossSection
{
    [Key("[0, 1)", "Probability that a packet is lost on its way from any device to any other; while the path is good, where losses come in bursts. In {range}.", Name = "loss")]
    public double Probability { get; init; } = 0;

    [Key("independent (each packet alone) or bursts (a path is good or bad by turns: Gilbert, 1960; Elliott, 1963).", Name = "loss-form")]
    public LossForm Form { get; init; } = LossForm.Independent;

    /// <summary>The bursts.</summary>
    public BurstSection Burst { get; init; } = new();
}

/// <summary>A path that is good or bad by turns.</summary>
[Section("burst", "Read where losses come in bursts.")]
[When("channel.loss-form = bursts")]
public sealed record BurstSection
{
    [Key("[0, 1]", "Probability that a good path turns bad after a packet. In {range}.")]
    public double GoodToBad { get; init; } = 0.01;

    [Key("(0, 1]", "Probability that a bad path turns good after a packet: bursts are 1 / this long, in packets. In {range}.")]
    public double BadToGood { get; init; } = 0.3;

    [Key("[0, 1]", "Probability that a packet is lost while the path is bad. In {range}.")]
    public double Loss { get; init; } = 0.5;
}

/// <summary>Whether losses depend on each other.</summary>
public enum LossForm
{
    /// <summary>They do not.</summary>
    Independent,

    /// <summary>They come in bursts (Gilbert and Elliott).</summary>
    Bursts,
}
