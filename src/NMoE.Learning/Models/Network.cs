using NMoE.Learning.Jobs;
using NMoE.Learning.Tensors;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace NMoE.Learning.Models;

/// <summary>What a forward pass is for.</summary>
public enum Pass
{
    /// <summary>Batch norm normalises by the batch, and its running statistics follow.</summary>
    Training,

    /// <summary>Batch norm normalises by its running statistics.</summary>
    Evaluation,
}

/// <summary>The forward functions of the parts.</summary>
public static class Network
{
    /// <summary>Prefix of the extractor's parameters.</summary>
    public const string F = "F";

    /// <summary>Prefix of an expert's parameters.</summary>
    public const string H = "H";

    /// <summary>Prefix of the gate's parameters.</summary>
    public const string G = "G";

    /// <summary>Prefix of the projection head's parameters.</summary>
    public const string P = "P";

    private const int Groups = 8;
    private const double Epsilon = 1e-5;
    private const double StatisticsStep = 0.1;

    /// <summary>
    /// ResNet-18 for 32x32 pictures (He et al., 2016; 3x3 stem, no max-pool; group or batch norm): [B, C, H, W] to [B, D]. Parameters and latents are float32;
    /// what lies between has the model's precision.
    /// </summary>
    public static Tensor Extract(FlatParameters p, ModelSpec model, Tensor pictures, Pass pass)
    {
        var x = functional.relu(Norm(p, model, pass, "bn1", Convolve(p, "conv1", pictures.to(TypeOf(model.Precision)), 1, 1)));
        foreach (var (name, _, _, stride) in ParameterLayout.Blocks(model))
        {
            var shortcut = stride == 1 ? x : Norm(p, model, pass, $"{name}.downsample.1", Convolve(p, $"{name}.downsample.0", x, stride, 0));
            var inner = functional.relu(Norm(p, model, pass, $"{name}.bn1", Convolve(p, $"{name}.conv1", x, stride, 1)));
            inner = Norm(p, model, pass, $"{name}.bn2", Convolve(p, $"{name}.conv2", inner, 1, 1));
            x = functional.relu(inner.Plus(shortcut));
        }

        return x.to(float32).mean([2, 3]);
    }

    /// <summary>An expert, H(h): [B, D] to logits [B, C].</summary>
    public static Tensor Decide(FlatParameters p, Tensor latents)
    {
        var x = latents;
        for (var layer = 0; layer < 4; layer++)
        {
            x = functional.linear(x, p[$"{H}/{2 * layer}.weight"], p[$"{H}/{2 * layer}.bias"]);
            x = layer == 3 ? x : functional.relu(x);
        }

        return x;
    }

    /// <summary>The gate's scores s = h W_G + b: [B, D] to [B, n].</summary>
    public static Tensor Score(FlatParameters p, Tensor latents) => functional.linear(latents, p[$"{G}/weight"], p[$"{G}/bias"]);

    /// <summary>FedSC's projection head, before the cap: [B, D] to [B, d].</summary>
    public static Tensor Project(FlatParameters p, Tensor latents) => functional.linear(
        functional.relu(functional.linear(latents, p[$"{P}/0.weight"], p[$"{P}/0.bias"])), p[$"{P}/2.weight"], p[$"{P}/2.bias"]);

    private static ScalarType TypeOf(Precision precision) => precision == Precision.BFloat16 ? ScalarType.BFloat16 : ScalarType.Float32;

    // The norms' own parameters and statistics stay in float32: libtorch takes both types together.
    private static Tensor Convolve(FlatParameters p, string name, Tensor x, int stride, int padding) =>
        functional.conv2d(x, p[$"{F}/{name}.weight"].to(x.dtype), null, strides: [stride, stride], padding: [padding, padding]);

    private static Tensor Norm(FlatParameters p, ModelSpec model, Pass pass, string name, Tensor x)
    {
        var (weight, bias) = (p[$"{F}/{name}.weight"], p[$"{F}/{name}.bias"]);
        if (model.Norm == NormKind.Group)
        {
            return functional.group_norm(x, Groups, weight, bias, Epsilon);
        }

        if (pass == Pass.Training)
        {
            p.Count($"{F}/{name}.num_batches_tracked");
        }

        return functional.batch_norm(
            x, p[$"{F}/{name}.running_mean"], p[$"{F}/{name}.running_var"], weight, bias, pass == Pass.Training, StatisticsStep, Epsilon);
    }
}
