using NMoE.Learning.Jobs;
using NMoE.Learning.Keys;

namespace NMoE.Federation.Settings;

/// <summary>Latents on their way between clients, in stage 3 and in serving.</summary>
[Section("latent", "Latents on their way from client to client: once in stage 3, to hear what the peers' experts say of the training data, and in serving.")]
public sealed record LatentSection
{
    private const string Analog = "latent.channel = analog";
    private const string Trained = "fedgate in inference.gates";

    [Key("""
        fp32 (as they are: 4 bytes a number), fp16 (2 bytes, IEEE binary16, off by 2^-11 of a number at most) or int8 (a byte, and 8 a row for its lowest number and its
        step: off by half a 255th of the row's range at most). A latent of 512 numbers takes 2048, 1024 or 520 bytes; the raw picture has 3072.
        A client's own expert sees its own latents as they are. Sender and receiver are charged 2 FLOP a number.
        """)]
    [When("a gate that asks peers in inference.gates")]
    public LatentPrecision Precision { get; init; } = LatentPrecision.Fp32;

    [Key("""
        digital (latents are bytes, and arrive as they were sent) or analog (in serving a latent of D numbers is D / 2 uses of the radio's channel; it arrives once, with noise by the signal-to-noise ratio of the link then,
        and is no byte in the ledger; in stage 3 experts hear training latents with noise of ratios that are drawn). Analog takes channel.mobility, which has signals (docs/related.md).
        """)]
    [When("a gate that asks peers in inference.gates")]
    public LatentChannel Channel { get; init; } = LatentChannel.Digital;

    [Key("What else happens to analog latents: none, or rayleigh (each one's signal has a power of its own, drawn exponentially around its mean).")]
    [When("a gate that asks peers in inference.gates", Analog)]
    public Fading Fading { get; init; } = Fading.None;

    [Key("[-40, 60]", "The least signal-to-noise ratio that experts hear a training latent with in stage 3, in dB; each is drawn evenly, for sample and expert. In {range}.", Unit = "dB")]
    [When(Trained, Analog)]
    public double LeastSignal { get; init; } = -10;

    [Key("[-40, 60]", "The greatest. In {range}.", Unit = "dB")]
    [When(Trained, Analog)]
    public double MostSignal { get; init; } = 20;
}

/// <summary>How latents are sent.</summary>
public enum LatentChannel
{
    /// <summary>As bytes, which arrive as they were sent.</summary>
    Digital,

    /// <summary>As numbers, which arrive with noise.</summary>
    Analog,
}
