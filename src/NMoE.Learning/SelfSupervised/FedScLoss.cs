using NMoE.Learning.Tensors;
using static TorchSharp.torch;

namespace NMoE.Learning.SelfSupervised;

/// <summary>FedSC's parts (Jing et al., 2024): correlation matrices of capped projections, and the local loss.</summary>
internal static class FedScLoss
{
    /// <summary>R = Z^T Z / (2B) over both views.</summary>
    /// <param name="first">z0, [B, d].</param>
    /// <param name="second">z1, [B, d].</param>
    public static Tensor Correlation(Tensor first, Tensor second)
    {
        using var scope = NewDisposeScope();
        var both = cat([first, second]);
        return both.t().mm(both).Times(1.0 / both.shape[0]).MoveToOuterDisposeScope();
    }

    /// <summary>Tr R+ = mean over the batch of z0_b . z1_b.</summary>
    /// <param name="first">z0, [B, d].</param>
    /// <param name="second">z1, [B, d].</param>
    public static Tensor Alignment(Tensor first, Tensor second) => (first * second).sum(1).mean();

    /// <summary>
    /// Eq. (4) in a form that works for one client too: -Tr R+ + a/2 |R|_F^2 + sum(R .* E). With a = q_i and E = W_i = sum over the others of q_j R~_j its
    /// gradients, weighed by q_i and summed over clients, are those of the global loss where all models agree.
    /// </summary>
    /// <param name="first">Capped z0, [B, d].</param>
    /// <param name="second">Capped z1, [B, d].</param>
    /// <param name="selfWeight">a, in [0, 1].</param>
    /// <param name="external">E, what the others contribute, frozen for the round, [d, d].</param>
    public static Tensor Local(Tensor first, Tensor second, double selfWeight, Tensor external)
    {
        var own = Correlation(first, second);
        return (own * own).sum().Times(selfWeight / 2).Plus((own * external).sum()).Minus(Alignment(first, second));
    }
}
