using NMoE.Chance;
using NMoE.Compute.Blobs;
using NMoE.Learning.Devices;
using NMoE.Learning.Jobs;
using NMoE.Learning.Models;
using NMoE.Learning.Tensors;
using NMoE.Learning.Training;
using static TorchSharp.torch;

namespace NMoE.Learning.Gates;

/// <summary>
/// What a discriminant sees in the place of a latent h: z, which is h less the mean of all clients' latents and over their deviation, and K random features max(0, a_k'z + c_k) beside it
/// (Huang, Zhu and Siew, 2006). Nobody learns a_k and c_k: whoever knows the key draws the same ones. A gate that is linear in these is a perceptron of latents whose first layer
/// stands before any data are seen, so that its second is solved from sums like a linear gate.
/// </summary>
/// <param name="Coordinates">From h to z.</param>
/// <param name="Directions">a, [K, D], f64: normal with a variance of 1/D, so that a'z is as large as z.</param>
/// <param name="Offsets">c, [K], f64: normal with a variance of 1.</param>
internal sealed record GateFeatures(Standardisation Coordinates, Tensor Directions, Tensor Offsets)
{
    /// <summary>The features of a job, in the caller's scope; null where the gate is linear.</summary>
    /// <param name="drawn">How many, and by which key.</param>
    /// <param name="width">D.</param>
    /// <param name="moments">The moments of all clients' latents together, where there are features.</param>
    public static GateFeatures? Of(RandomFeatures? drawn, int width, ReadOnlyMemory<byte> moments)
    {
        if (drawn is null)
        {
            return null;
        }

        var draws = new Draws(drawn.Key, (uint)DrawPurpose.Parameter, 0);
        Tensor Normals(params long[] shape) => Backend.Doubles(Enumerable.Range(0, (int)shape.Aggregate((a, b) => a * b)).Select(_ => draws.NextNormal()).ToArray(), shape);
        var directions = Normals(drawn.Count, width).Times(1 / Math.Sqrt(width));
        return new(Standardisation.Of(InputForm.Normalised, moments)!, directions, Normals(drawn.Count));
    }

    /// <summary>z and the features of some latents: [B, D] to [B, D + K], f64.</summary>
    public Tensor Apply(Tensor latents)
    {
        var relative = Coordinates.Apply(latents).to(float64);
        return cat([relative, relative.mm(Directions.t()).Plus(Offsets).relu()], 1);
    }

    /// <summary>The file of a gate of latents as they are that gives the same scores as one that is linear in these.</summary>
    /// <param name="weight">[n, D + K], f64.</param>
    /// <param name="bias">[n], f64.</param>
    public TensorBlob[] Fold(Tensor weight, Tensor bias)
    {
        var (shift, scale, width) = (Coordinates.Shift.to(float64), Coordinates.Scale.to(float64), Coordinates.Shift.shape[0]);
        var direct = weight.narrow(1, 0, width) / scale;
        var hidden = Directions / scale;
        return
        [
            TensorBlobs.Of("bias", bias.Minus(direct.mv(shift))), TensorBlobs.Of(GateLayout.HiddenBias, Offsets.Minus(hidden.mv(shift))),
            TensorBlobs.Of(GateLayout.HiddenWeight, hidden), TensorBlobs.Of("weight", cat([direct, weight.narrow(1, width, weight.shape[1] - width)], 1)),
        ];
    }

    /// <summary>The scores of a gate with such a file: [B, D] to [B, n].</summary>
    public static Tensor Score(FlatParameters gate, Tensor latents)
    {
        var hidden = nn.functional.linear(latents, gate[$"{Network.G}/{GateLayout.HiddenWeight}"], gate[$"{Network.G}/{GateLayout.HiddenBias}"]).relu();
        return nn.functional.linear(cat([latents, hidden], 1), gate[$"{Network.G}/weight"], gate[$"{Network.G}/bias"]);
    }
}
