using NMoE.Chance;
using NMoE.Learning.Jobs;
using NMoE.Learning.Training;

namespace NMoE.Learning.Analog;

/// <summary>
/// What an analog link does to numbers: D of them are sent as the two parts of D / 2 complex symbols, and arrive with normal noise. Their power is mean(h^2): latents are means of what is never negative, and their mean is part of it.
/// </summary>
public static class AnalogChannel
{
    private static readonly double s_perDecibel = Normal.Log(10) / 10;

    /// <summary>Channel uses of some numbers: two to a symbol.</summary>
    /// <param name="numbers">How many.</param>
    public static int Uses(int numbers) => (numbers + 1) / 2;

    /// <summary>A ratio that is given in dB.</summary>
    public static double Ratio(double decibels) => Exponential.Exp(decibels * s_perDecibel);

    /// <summary>Deviation of the noise on each number of a row: sqrt(mean(h^2) / ratio).</summary>
    /// <param name="row">h, [D].</param>
    /// <param name="ratio">Signal-to-noise ratio.</param>
    public static double Deviation(ReadOnlySpan<float> row, double ratio)
    {
        var power = 0.0;
        foreach (var number in row)
        {
            power += (double)number * number;
        }

        return Math.Sqrt(power / (row.Length * ratio));
    }

    /// <summary>What a signal's power is multiplied by: 1, or a draw with an exponential distribution of mean 1.</summary>
    public static double Fade(Fading fading, Draws draws)
    {
        ArgumentNullException.ThrowIfNull(draws);
        return fading == Fading.Rayleigh ? -Normal.Log(draws.NextOpen()) : 1;
    }

    /// <summary>Puts noise on a row, where it lies.</summary>
    /// <param name="row">h, [D].</param>
    /// <param name="decibels">Mean signal-to-noise ratio in dB.</param>
    /// <param name="fading">What else happens to the signal.</param>
    /// <param name="draws">The row's own draws.</param>
    public static void Send(Span<float> row, double decibels, Fading fading, Draws draws)
    {
        var deviation = Deviation(row, Ratio(decibels) * Fade(fading, draws));
        foreach (ref var number in row)
        {
            number += (float)(deviation * Normal.Quantile(draws.NextOpen()));
        }
    }

    /// <summary>The drawn ratios of some rows, in dB.</summary>
    /// <param name="drawn">How they are drawn.</param>
    /// <param name="rows">How many rows.</param>
    public static double[] Decibels(DrawnSignals drawn, int rows)
    {
        ArgumentNullException.ThrowIfNull(drawn);
        var draws = new Draws(drawn.Key, (uint)DrawPurpose.Signal, (uint)drawn.Expert);
        return [.. Enumerable.Range(0, rows).Select(_ => drawn.Least + ((drawn.Most - drawn.Least) * draws.Next()))];
    }
}
