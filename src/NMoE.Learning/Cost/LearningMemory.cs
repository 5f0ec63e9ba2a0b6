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
    /// Bytes that the backward pass needs of one picture, each number once: what a layer reads again of what went in or came out, and the log-probabilities of the loss. In the
    /// extractor a number takes the size of the model's precision, else 4 B.
    /// </summary>
    /// <param name="model">The architecture.</param>
    /// <param name="head">What is trained with the extractor.</param>
    /// <param name="dimension">Dimensions of the projection head.</param>
    public static long Activations(ModelSpec model, ModelPart head, int dimension)
    {
        var (extractor, on) = (Parts.Of(model, ModelPart.Extractor, 0), Parts.Of(model, head, dimension));
        return extractor.KeptBefore(on) + on.Kept() + (sizeof(float) * on.Count);
    }
}
