using NMoE.Chance;
using NMoE.Learning.SelfSupervised;
using NMoE.Learning.Training;
using static TorchSharp.torch;

namespace NMoE.Learning.Tests.SelfSupervised;

/// <summary>
/// Where all clients have the same model, the clients' gradients, weighed by their data shares, sum to that of the global loss
/// -sum_i q_i Tr R+_i + 1/2 |sum_i q_i R_i|^2, in double precision and for unequal shares; and not with other weights.
/// </summary>
public sealed class GradientIdentityTests
{
    private const double Cap = 2;
    private static readonly int[] Samples = [7, 20, 13];
    private static readonly double[] Shares = [.. Samples.Select(n => n / (double)Samples.Sum())];

    [Fact]
    public void With_data_shares_and_the_weighed_external_the_local_gradients_sum_to_the_global_one() =>
        Assert.Equal(0, Distance((i, _) => Shares[i], (i, others) => Weighed(i, others, j => Shares[j])), 1e-6);

    [Fact]
    public void Without_an_external_and_with_self_weight_1_they_do_not() =>
        Assert.True(Distance((_, _) => 1, (_, all) => zeros_like(all[0])) > 1e-3);

    [Fact]
    public void With_the_unweighed_external_they_do_not() =>
        Assert.True(Distance((i, _) => Shares[i], (i, others) => Weighed(i, others, _ => (1 - Shares[i]) / (Samples.Length - 1))) > 1e-3);

    private static Tensor Weighed(int client, Tensor[] all, Func<int, double> weight)
    {
        var sum = zeros_like(all[0]);
        for (var other = 0; other < all.Length; other++)
        {
            if (other != client)
            {
                sum = sum.add(all[other].mul(tensor(weight(other))));
            }
        }

        return sum;
    }

    private static double Distance(Func<int, Tensor[], double> self, Func<int, Tensor[], Tensor> external)
    {
        using var scope = NewDisposeScope();
        var views = Samples.Select((n, i) => (First: Drawn((uint)i, n, 6), Second: Drawn((uint)i + 10, n, 6))).ToArray();
        var model = Drawn(20, 6, 4).requires_grad_();
        var matrices = views.Select(pair => FedScLoss.Correlation(Z(pair.First), Z(pair.Second)).detach()).ToArray();
        var locals = zeros_like(model);
        for (var i = 0; i < views.Length; i++)
        {
            var loss = FedScLoss.Local(Z(views[i].First), Z(views[i].Second), self(i, matrices), external(i, matrices));
            locals = locals.add(autograd.grad([loss], [model])[0].mul(tensor(Shares[i])));
        }

        var alignment = zeros(1, dtype: float64);
        var correlation = zeros_like(matrices[0]);
        for (var i = 0; i < views.Length; i++)
        {
            var share = tensor(Shares[i]);
            alignment = alignment.add(FedScLoss.Alignment(Z(views[i].First), Z(views[i].Second)).mul(share));
            correlation = correlation.add(FedScLoss.Correlation(Z(views[i].First), Z(views[i].Second)).mul(share));
        }

        var global = (correlation * correlation).sum().mul(tensor(0.5)).sub(alignment.sum());
        return autograd.grad([global], [model])[0].sub(locals).norm().item<double>();

        Tensor Z(Tensor inputs) => Projections.Capped(inputs.mm(model), Cap);
    }

    private static Tensor Drawn(uint stream, int rows, int columns)
    {
        var draws = new Draws(5, (uint)DrawPurpose.Noise, stream);
        return tensor([.. Enumerable.Range(0, rows * columns).Select(_ => draws.NextNormal())], [rows, columns]);
    }
}
