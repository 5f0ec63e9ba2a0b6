using NMoE.Learning.Gates;
using NMoE.Learning.Jobs;
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

    /// <summary>Shares (1/4, 3/4) of all; the best expert's logits (1, 0) times 3/4: -log(e^0.75 / (e^0.75 + 1)).</summary>
    [Fact]
    public void Switch_scales_the_best_experts_logits_by_its_share_of_all()
    {
        using var scope = NewDisposeScope();
        var loss = GateLoss.Switch(tensor([0.0, Math.Log(3)], [1, 2]), tensor([9.0, 9, 1, 0], [1, 2, 2]), tensor([0L]), 1);
        Assert.Equal(Math.Log(1 + Math.Exp(-0.75)), loss.item<double>(), 1e-12);
    }

    /// <summary>Of three experts the two best have the shares (3/4, 1/4) of each other, whatever the third has.</summary>
    [Fact]
    public void Top_k_weighs_the_best_experts_by_the_softmax_over_them()
    {
        using var scope = NewDisposeScope();
        var loss = GateLoss.TopK(tensor([0.0, Math.Log(3), -1], [1, 3]), tensor([4.0, 0, 8, 0, 99, 99], [1, 3, 2]), tensor([0L]), 2);
        Assert.Equal(Math.Log(1 + Math.Exp(-((0.25 * 4) + (0.75 * 8)))), loss.item<double>(), 1e-12);
    }

    /// <summary>As printed, a single expert's weight is always 1: that is why the mode refuses it.</summary>
    [Fact]
    public void Top_1_is_refused_because_it_would_teach_nothing()
    {
        using var scope = NewDisposeScope();
        Assert.Throws<ArgumentOutOfRangeException>(() => GateLoss.TopK(zeros(1, 2), zeros(1, 2, 2), tensor([0L]), 1));
    }

    [Fact]
    public void The_oracles_target_is_the_expert_with_the_smallest_loss()
    {
        using var scope = NewDisposeScope();
        var loss = GateLoss.OracleTarget(tensor([0.0, Math.Log(3)], [1, 2]), tensor([-2.0, -0.1], [1, 2]));
        Assert.Equal(-Math.Log(0.75), loss.item<double>(), 1e-12);
    }

    [Theory]
    [InlineData(GateMode.DenseMixture)]
    [InlineData(GateMode.Switch)]
    [InlineData(GateMode.TopK)]
    [InlineData(GateMode.OracleTarget)]
    public void The_gradient_is_that_of_finite_differences(GateMode mode)
    {
        using var scope = NewDisposeScope();
        double[] scores = [0.3, -1.2, 0.8, 0.1, 2.0, -0.5];
        var leaf = tensor(scores, [2, 3]).requires_grad_();
        Loss(mode, leaf).backward();
        var gradient = leaf.grad!.data<double>().ToArray();
        Assert.Contains(gradient, value => Math.Abs(value) > 1e-3);
        for (var i = 0; i < scores.Length; i++)
        {
            Assert.Equal((At(i, 1e-6) - At(i, -1e-6)) / 2e-6, gradient[i], 1e-8);
        }

        double At(int moved, double by) => Loss(mode, tensor([.. scores.Select((score, i) => i == moved ? score + by : score)], [2, 3])).item<double>();
    }

    private static Tensor Loss(GateMode mode, Tensor scores)
    {
        var opinions = tensor([-0.2, -1.5, -3.0, -0.9, -0.1, -2.2], [2, 3]);
        var logits = tensor([1.0, -2, 0.5, 0.3, 2, -1, 0.1, 0.2, -0.7, 1.5, 0.4, -0.3], [2, 3, 2]);
        var task = mode switch
        {
            GateMode.Switch => GateLoss.Switch(scores, logits, tensor([0L, 1]), 1),
            GateMode.TopK => GateLoss.TopK(scores, logits, tensor([0L, 1]), 2),
            GateMode.OracleTarget => GateLoss.OracleTarget(scores, opinions),
            _ => GateLoss.DenseMixture(scores, opinions),
        };
        return task.add(GateLoss.Balance(scores.softmax(1), tensor([0L, 1])));
    }
}
