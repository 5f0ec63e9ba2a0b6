using System.Collections.Immutable;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace NMoE.Learning.Models;

/// <summary>Group norm of 8 groups. Its parameters stay in float32: libtorch takes both types together.</summary>
internal sealed class GroupNorm(string name, ImmutableArray<int> output) : Layer(output)
{
    /// <summary>PyTorch's epsilon.</summary>
    internal const double Epsilon = 1e-5;

    private const int Groups = 8;

    private readonly string _weight = $"{name}.weight";
    private readonly string _bias = $"{name}.bias";

    public override ImmutableArray<ParameterShape> Parameters { get; } = Affine(name, output[0]);

    public override bool KeepsInput => true;

    internal override bool LeavesOutput => true;

    // Mean and deviation of each group.
    public override long Kept(int size) => 2 * Groups * sizeof(float);

    public override Tensor Forward(Weights weights, Tensor x) => functional.group_norm(x, Groups, weights[_weight], weights[_bias], Epsilon);

    internal static ImmutableArray<ParameterShape> Affine(string name, int wide) =>
        [new($"{name}.weight", [wide]) { Start = Start.One, IsOfNorm = true }, new($"{name}.bias", [wide]) { IsOfNorm = true }];
}

/// <summary>Batch norm, with running statistics.</summary>
internal sealed class BatchNorm(string name, ImmutableArray<int> output) : Layer(output)
{
    private const double StatisticsStep = 0.1;

    public override ImmutableArray<ParameterShape> Parameters { get; } =
    [
        .. GroupNorm.Affine(name, output[0]),
        new($"{name}.running_mean", [output[0]], ParameterRole.Statistic) { IsOfNorm = true },
        new($"{name}.running_var", [output[0]], ParameterRole.Statistic) { Start = Start.One, IsOfNorm = true },
        new($"{name}.num_batches_tracked", [], ParameterRole.Counter) { IsOfNorm = true },
    ];

    public override bool KeepsInput => true;

    internal override bool LeavesOutput => true;

    public override Tensor Forward(Weights weights, Tensor x)
    {
        if (weights.Pass == Pass.Training)
        {
            weights.Count($"{name}.num_batches_tracked");
        }

        return functional.batch_norm(
            x, weights[$"{name}.running_mean"], weights[$"{name}.running_var"], weights[$"{name}.weight"], weights[$"{name}.bias"],
            weights.Pass == Pass.Training, StatisticsStep, GroupNorm.Epsilon);
    }
}
