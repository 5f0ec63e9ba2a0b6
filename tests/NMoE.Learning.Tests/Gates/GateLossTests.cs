using NMoE.Learning.Gates;
using static TorchSharp.torch;

namespace NMoE.Learning.Tests.Gates;

public sealed class GateLossTests
{
    /// <summary>Five rows over two experts with the assignment given, a = 1: 0.87410439 (Switch form, computed in float32 elsewhere).</summary>
    [Fact]
    public void Load_balance_is_that_of_the_reference()
    {
        using var scope = NewDisposeScope();
        var probabilities = tensor(
            [0.35490513, 0.60419905, 0.4275843, 0.23061597, 0.32985854, 0.43953657, 0.25099766, 0.27730572, 0.7678207, 0.71474564], [5, 2]);
        Assert.Equal(0.87410439, GateLoss.Balance(probabilities, tensor([0L, 1, 1, 0, 0])).item<double>(), 5e-9);
    }

    [Fact]
    public void Load_balance_is_one_when_even_and_the_number_of_experts_when_collapsed()
    {
        using var scope = NewDisposeScope();
        var even = full([4, 4], 0.25, dtype: float64);
        Assert.Equal(1, GateLoss.Balance(even, tensor([0L, 1, 2, 3])).item<double>(), 1e-12);
        var collapsed = zeros([4, 4], dtype: float64);
        collapsed.select(1, 2).fill_(1.0);
        Assert.Equal(4, GateLoss.Balance(collapsed, tensor([2L, 2, 2, 2])).item<double>(), 1e-12);
    }

    /// <summary>Worked by hand: p = (3/4, 1/4), the true class has 1/2 and 1/10 with the two experts: -log(0.4).</summary>
    [Fact]
    public void Dense_mixture_is_minus_the_log_of_the_mixed_probability()
    {
        using var scope = NewDisposeScope();
        var loss = GateLoss.DenseMixture(tensor([Math.Log(3), 0.0], [1, 2]), tensor([Math.Log(0.5), Math.Log(0.1)], [1, 2]));
        Assert.Equal(-Math.Log(0.4), loss.item<double>(), 1e-12);
    }

    [Fact]
    public void An_absent_expert_has_no_part_in_the_mixture()
    {
        using var scope = NewDisposeScope();
        var loss = GateLoss.DenseMixture(tensor([0.0, double.NegativeInfinity], [1, 2]), tensor([Math.Log(0.5), 0.0], [1, 2]));
        Assert.Equal(Math.Log(2), loss.item<double>(), 1e-12);
    }

    [Fact]
    public void The_gradient_is_that_of_finite_differences()
    {
        using var scope = NewDisposeScope();
        double[] scores = [0.3, -1.2, 0.8, 0.1, 2.0, -0.5];
        var opinions = tensor([-0.2, -1.5, -3.0, -0.9, -0.1, -2.2], [2, 3]);
        var leaf = tensor(scores, [2, 3]).requires_grad_();
        Loss(leaf, opinions).backward();
        var gradient = leaf.grad!.data<double>().ToArray();
        for (var i = 0; i < scores.Length; i++)
        {
            Assert.Equal((At(i, 1e-6) - At(i, -1e-6)) / 2e-6, gradient[i], 1e-8);
        }

        double At(int moved, double by) => Loss(tensor([.. scores.Select((score, i) => i == moved ? score + by : score)], [2, 3]), opinions).item<double>();
    }

    private static Tensor Loss(Tensor scores, Tensor opinions) =>
        GateLoss.DenseMixture(scores, opinions).add(GateLoss.Balance(scores.softmax(1), tensor([0L, 1])));
}
