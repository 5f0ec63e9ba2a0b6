using NMoE.Learning.Jobs;
using NMoE.Learning.Models;

namespace NMoE.Learning.Cost;

/// <summary>
/// Memory of the largest work of a device, a mini-batch of stage 1, counted from the architecture: copies of the trained parameters, and what the backward pass
/// needs of the forward one. Libraries take more: workspaces, fragments, and bf16 copies of weights are left out, and so is the shard, which lies on disk.
/// </summary>
public static class LearningMemory
{
    /// <summary>Parameters, their gradients and their momentum.</summary>
    public const int Copies = 3;

    /// <summary>Bytes of a mini-batch of stage 1: copies * 4 B * parameters + pictures * <see cref="Activations"/>.</summary>
    /// <param name="model">The architecture.</param>
    /// <param name="head">What is trained with the extractor: the predictor or the projection head.</param>
    /// <param name="dimension">Dimensions of the projection head.</param>
    /// <param name="copies">Vectors as long as the parameters: <see cref="Copies"/>, and two more with control variates.</param>
    /// <param name="pictures">Pictures on their way at once, each view for itself.</param>
    public static long Training(ModelSpec model, ModelPart head, int dimension, int copies, int pictures)
    {
        var parameters = LearningCost.Parameters(model, ModelPart.Extractor, 0) + LearningCost.Parameters(model, head, dimension);
        return (copies * sizeof(float) * parameters) + (pictures * Activations(model, head, dimension));
    }

    /// <summary>
    /// Bytes that the backward pass needs of one picture: the picture; of each convolution its output, which its norm reads again, and the norm's output, which the next
    /// convolution reads again; the latent, and each linear layer's output. In the extractor a number takes the size of the model's precision, else 4 B.
    /// </summary>
    /// <param name="model">The architecture.</param>
    /// <param name="head">What is trained with the extractor.</param>
    /// <param name="dimension">Dimensions of the projection head.</param>
    public static long Activations(ModelSpec model, ModelPart head, int dimension)
    {
        ArgumentNullException.ThrowIfNull(model);
        var (height, width) = (model.Shape.Height, model.Shape.Width);
        var convolved = (long)model.Width * height * width;
        foreach (var (_, _, wide, stride) in ParameterLayout.Blocks(model))
        {
            (height, width) = (LearningCost.Strided(height, stride), LearningCost.Strided(width, stride));
            convolved += (stride == 1 ? 2 : 3) * (long)wide * height * width;
        }

        var linear = ParameterLayout.Of(model, head, dimension).Where(shape => shape.Shape.Length == 2).Sum(shape => shape.Shape[0]);
        var size = model.Precision == Precision.BFloat16 ? sizeof(float) / 2 : sizeof(float);
        return (size * (model.Shape.Bytes + (2 * convolved))) + (sizeof(float) * (model.Latent + linear));
    }
}
