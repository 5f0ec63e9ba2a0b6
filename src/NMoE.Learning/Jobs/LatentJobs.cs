using NMoE.Learning.Models;
namespace NMoE.Learning.Jobs;

/// <summary>How exactly latents travel from one client to another.</summary>
public enum LatentPrecision
{
    /// <summary>As they are: 4 bytes a number.</summary>
    Fp32,

    /// <summary>IEEE binary16, to the nearest, ties to even: 2 bytes a number.</summary>
    Fp16,

    /// <summary>256 even steps from each row's lowest to its highest number: a byte a number, and 8 a row.</summary>
    Int8,
}

/// <summary>
/// What travels of latents. Input: latents. Output 0: <c>latents</c>, f16 [n, D]; or u8 [n, D] with <c>lowest</c> and <c>step</c>, f32 [n].
/// </summary>
/// <param name="Model">The architecture.</param>
/// <param name="Precision">Not <see cref="LatentPrecision.Fp32"/>: those travel as they are.</param>
public sealed record QuantiseParameters(ModelSpec Model, LatentPrecision Precision) : IJobParameters
{
    /// <inheritdoc/>
    public static string Kind => "quantise";
}

/// <summary>What a receiver makes of what travelled. Input: a <see cref="QuantiseParameters"/> job's output. Output 0: <c>latents</c> f32 [n, D].</summary>
/// <param name="Model">The architecture.</param>
/// <param name="Precision">As it was sent.</param>
public sealed record DequantiseParameters(ModelSpec Model, LatentPrecision Precision) : IJobParameters
{
    /// <inheritdoc/>
    public static string Kind => "dequantise";
}
