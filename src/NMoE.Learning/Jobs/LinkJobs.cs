using System.Collections.Immutable;
using System.Text.Json.Serialization;
using NMoE.Chance;

namespace NMoE.Learning.Jobs;

/// <summary>
/// Rates and signal-to-noise ratios in whole steps, of one part in a hundred and of half a decibel: what is the same but for a little is the same to a gate, and choices made by it can be remembered.
/// </summary>
public static class LinkSteps
{
    /// <summary>The step of 1 Tbit/s, the fastest; what limits nobody has it too.</summary>
    public const int Fastest = 2777;

    /// <summary>The step of the greatest signal-to-noise ratio, 200 dB; the least is its negative.</summary>
    public const int Clearest = 400;

    private static readonly double s_ratio = Normal.Log(1.01);

    /// <summary>The step of a rate, from 0: of 1 bit/s, and of an access that is off.</summary>
    /// <param name="bitsPerSecond">At least 0; infinite for an access that limits nobody.</param>
    public static int OfRate(double bitsPerSecond) => bitsPerSecond <= 1 ? 0
        : bitsPerSecond >= 1e12 ? Fastest
        : (int)Math.Round(Normal.Log(bitsPerSecond) / s_ratio, MidpointRounding.ToEven);

    /// <summary>The rate of a step, in bit/s.</summary>
    public static double Rate(int step) => Exponential.Exp(step * s_ratio);

    /// <summary>The step of a ratio in dB.</summary>
    public static int OfDecibels(double decibels) => (int)Math.Clamp(Math.Round(2 * decibels, MidpointRounding.ToEven), -Clearest, Clearest);

    /// <summary>The ratio of a step, in dB.</summary>
    public static double Decibels(int step) => step / 2.0;
}

/// <summary>What a client knows of the way to an expert and back, in <see cref="LinkSteps"/>.</summary>
/// <param name="Out">Rate of what goes there.</param>
/// <param name="Back">Rate of what comes back.</param>
public sealed record Link(int Out, int Back)
{
    /// <summary>The way to the client's own expert: no way at all.</summary>
    public static Link None { get; } = new(LinkSteps.Fastest, LinkSteps.Fastest);

    /// <summary>Signal-to-noise ratio of what goes there; null where nobody measures one.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public int? SignalToNoise { get; init; }
}

/// <summary>What one sample takes that a peer's expert answers.</summary>
/// <param name="BytesOut">Bytes of its latent on the way.</param>
/// <param name="BytesBack">Bytes of the answer.</param>
/// <param name="Flops">FLOP of the expert.</param>
/// <param name="TravelFlops">FLOP of making the latent what it was, where it travels quantised: at both ends together.</param>
/// <param name="Speed">FLOP/s of a device.</param>
/// <param name="Byte">J of a byte that leaves one device and is taken in by another.</param>
/// <param name="Radio">W of a device's radio.</param>
/// <param name="Flop">J of a FLOP.</param>
public sealed record SampleCost(double BytesOut, double BytesBack, double Flops, double TravelFlops, double Speed, double Byte, double Radio, double Flop);

/// <summary>What a client knows of its links, for a gate that asks for it: part of its route's parameters, and of no others'.</summary>
/// <param name="Request">Samples in one request.</param>
/// <param name="Cost">What one sample takes.</param>
/// <param name="Seen">The links to all n experts as they were known when each request was routed, the first first; samples of later ones are routed by the last, and anew when their turn comes.</param>
public sealed record LinkSense(int Request, SampleCost Cost, ImmutableArray<ImmutableArray<Link>> Seen);
