using System.Collections.Immutable;
using NMoE.Learning.Jobs;

namespace NMoE.Learning.Gates;

/// <summary>What a client knows of its links, and what a sample therefore takes with each expert. Its own expert is reached without a link.</summary>
/// <param name="cost">What one sample takes.</param>
/// <param name="links">The link to each expert, by its place.</param>
/// <param name="own">The place of the client's own expert.</param>
public sealed class LinkView(SampleCost cost, ImmutableArray<Link> links, int own)
{
    private const double Bits = 8;

    /// <summary>Rate of what goes to an expert, in bit/s.</summary>
    public double RateOut(int expert) => LinkSteps.Rate(links[expert].Out);

    /// <summary>Rate of what comes back, in bit/s.</summary>
    public double RateBack(int expert) => LinkSteps.Rate(links[expert].Back);

    /// <summary>Signal-to-noise ratio of what goes to an expert, in dB; null where nobody measures one, and for the own expert.</summary>
    public double? SignalToNoise(int expert) => links[expert].SignalToNoise is { } step ? LinkSteps.Decibels(step) : null;

    /// <summary>Energy of a byte to an expert, in J: what both ends spend on it, and on their radios while it is on its way.</summary>
    public double JoulesPerByte(int expert) => expert == own ? 0 : cost.Byte + (2 * cost.Radio * Bits / RateOut(expert));

    /// <summary>Energy of a sample with an expert, in J: latent, answer and computing, at both ends.</summary>
    public double Joules(int expert) => (cost.Flop * Flops(expert)) + (expert == own ? 0
        : (JoulesPerByte(expert) * cost.BytesOut) + ((cost.Byte + (2 * cost.Radio * Bits / RateBack(expert))) * cost.BytesBack));

    /// <summary>Time of a sample with an expert, in s: latent, computing and answer, one after the other, without the delay of the way, which nobody measures.</summary>
    public double Seconds(int expert) => (Flops(expert) / cost.Speed) + (expert == own ? 0
        : Bits * ((cost.BytesOut / RateOut(expert)) + (cost.BytesBack / RateBack(expert))));

    private double Flops(int expert) => cost.Flops + (expert == own ? 0 : cost.TravelFlops);
}
