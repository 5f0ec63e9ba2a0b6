using System.Text.Json.Serialization;
using NMoE.Learning.Models;

namespace NMoE.Learning.Jobs;

/// <summary>What happens to an analog latent's signal on its way beside noise.</summary>
public enum Fading
{
    /// <summary>It is as strong as its distance says.</summary>
    None,

    /// <summary>Its power is that times a draw with an exponential distribution of mean 1, for each latent anew, as over many paths without one in sight (Rayleigh).</summary>
    Rayleigh,
}

/// <summary>Signal-to-noise ratios that are drawn, for each row anew, evenly from the least to the most.</summary>
/// <param name="Key">Whose rows: the same for the client that learns from them and the expert that hears them.</param>
/// <param name="Expert">The expert that hears them.</param>
/// <param name="Least">In dB.</param>
/// <param name="Most">In dB.</param>
public sealed record DrawnSignals(ulong Key, int Expert, double Least, double Most);

/// <summary>
/// Latents as they arrive over an analog link: h + n, n normal with a variance of mean(h^2) over the signal-to-noise ratio. Input: latents. Output 0: <c>latents</c> f32 [n, D]. The job's seed draws noise and fading.
/// </summary>
/// <param name="Model">The architecture.</param>
/// <param name="Fading">What else happens to the signal.</param>
public sealed record AnalogParameters(ModelSpec Model, Fading Fading) : IJobParameters
{
    /// <inheritdoc/>
    public static string Kind => "analog";

    /// <summary>The ratio of all rows, in <see cref="LinkSteps"/>; null where each row's is drawn.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public int? Signal { get; init; }

    /// <summary>How each row's is drawn; null where all rows have one.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public DrawnSignals? Drawn { get; init; }
}

/// <summary>The signals that a gate learns with: those that peers' experts heard a client's rows with.</summary>
/// <param name="Key">As <see cref="DrawnSignals"/>.</param>
/// <param name="Own">The client's own expert, which hears them as they are.</param>
/// <param name="Least">In dB.</param>
/// <param name="Most">In dB.</param>
public sealed record GateSignals(ulong Key, int Own, double Least, double Most);
