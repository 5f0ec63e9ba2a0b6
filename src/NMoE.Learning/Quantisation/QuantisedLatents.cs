using System.Collections.Immutable;
using NMoE.Compute.Blobs;
using NMoE.Learning.Jobs;

namespace NMoE.Learning.Quantisation;

/// <summary>The form in which latents travel.</summary>
public static class QuantisedLatents
{
    internal const string Latents = "latents";
    internal const string Lowest = "lowest";
    internal const string Step = "step";

    /// <summary>Bytes of one row that travels: 4D, 2D, or D and two floats.</summary>
    /// <param name="precision">How exactly.</param>
    /// <param name="dimensions">D.</param>
    public static int RowBytes(LatentPrecision precision, int dimensions) => precision switch
    {
        LatentPrecision.Fp16 => 2 * dimensions,
        LatentPrecision.Int8 => dimensions + (2 * sizeof(float)),
        _ => sizeof(float) * dimensions,
    };

    /// <summary>The tensors of a file of so many rows.</summary>
    /// <exception cref="InvalidDataException">The precision is that of latents as they are, for which there is no file of this kind.</exception>
    internal static ImmutableArray<TensorShape> Shapes(LatentPrecision precision, int rows, int dimensions) => precision switch
    {
        LatentPrecision.Fp16 => [new(Latents, TensorType.F16, [rows, dimensions])],
        LatentPrecision.Int8 =>
        [
            new(Latents, TensorType.U8, [rows, dimensions]), new(Lowest, TensorType.F32, [rows]), new(Step, TensorType.F32, [rows]),
        ],
        _ => throw new InvalidDataException($"Latents of precision {precision} travel as they are; fp16 and int8 are quantised."),
    };
}
