using NMoE.Learning.SelfSupervised;
using static TorchSharp.torch;

namespace NMoE.Learning.Tests.SelfSupervised;

/// <summary>Against values worked out elsewhere for three pairs of projections with mu = 1.</summary>
public sealed class FedScLossTests
{
    private static Tensor First => Projections.Capped(tensor([.6, .8, 1, 0, .3, -.4], [3, 2]), 1);

    private static Tensor Second => Projections.Capped(tensor([.8, .6, 0, 2, .5, .5], [3, 2]), 1);

    [Fact]
    public void Rows_longer_than_the_cap_are_scaled_down_to_it_and_shorter_ones_left_alone()
    {
        using var scope = NewDisposeScope();
        Assert.Equal([.8, .6, 0, 1, .5, .5], Second.data<double>().ToArray().Select(value => Math.Round(value, 12)));
        Assert.Equal([0.0, 0.0], Projections.Capped(zeros(1, 2, dtype: float64), 1).data<double>().ToArray());
    }

    [Fact]
    public void The_correlation_matrix_is_that_of_the_reference()
    {
        using var scope = NewDisposeScope();
        double[] expected = [.39, .1816666667, .1816666667, .4016666667];
        var actual = FedScLoss.Correlation(First, Second).data<double>().ToArray();
        Assert.All(expected.Zip(actual), pair => Assert.Equal(pair.First, pair.Second, 5e-11));
    }

    [Fact]
    public void Equation_4_is_that_of_the_reference()
    {
        using var scope = NewDisposeScope();
        var external = tensor([.5 * .9, .1 * .9, .1 * .9, .25 * .9], [2, 2]);
        Assert.Equal(0.01421375, FedScLoss.Local(First, Second, 0.1, external).item<double>(), 5e-9);
    }

    /// <summary>The authors' loss is twice Eq. (4) with their alpha in place of q.</summary>
    [Fact]
    public void The_authors_loss_at_alpha_1_is_twice_that_of_one_client()
    {
        using var scope = NewDisposeScope();
        Assert.Equal(-0.227225, 2 * FedScLoss.Local(First, Second, 1, zeros(2, 2, dtype: float64)).item<double>(), 5e-7);
    }

    /// <summary>HaoChen et al.'s spectral contrastive loss takes the second moment between the views of different samples.</summary>
    [Fact]
    public void The_spectral_contrastive_loss_is_that_of_the_reference()
    {
        using var scope = NewDisposeScope();
        var between = First.mm(Second.t()).pow(2);
        var loss = (between.sum().item<double>() - between.diag().sum().item<double>()) / (3 * 2) - (2 * FedScLoss.Alignment(First, Second).item<double>());
        Assert.Equal(-0.2433333333, loss, 5e-11);
    }

    [Fact]
    public void The_gradient_is_that_of_finite_differences()
    {
        using var scope = NewDisposeScope();
        double[] start = [.6, .9, 1.2, 0.1, .3, -.4];
        var external = tensor([.5, .1, .1, .25], [2, 2]);
        var leaf = tensor(start, [3, 2]).requires_grad_();
        Loss(leaf).backward();
        var gradient = leaf.grad!.data<double>().ToArray();
        for (var i = 0; i < start.Length; i++)
        {
            Assert.Equal((At(i, 1e-6) - At(i, -1e-6)) / 2e-6, gradient[i], 1e-8);
        }

        Tensor Loss(Tensor z) => FedScLoss.Local(Projections.Capped(z, 1), Second, 0.3, external);

        double At(int moved, double by) => Loss(tensor([.. start.Select((value, i) => i == moved ? value + by : value)], [3, 2])).item<double>();
    }
}
