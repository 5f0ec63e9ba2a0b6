using NMoE.Learning.Tensors;
using static TorchSharp.torch;

namespace NMoE.Learning.Gates;

/// <summary>The losses of gate training.</summary>
public static class GateLoss
{
    /// <summary>
    /// Dense mixture: mean over the batch of -log sum_i p_i softmax(H_i(h))_y, in a form that cannot overflow. With k = 1 and a softmax after
    /// top-k, as Sec. II-A prints it, the gate's weight would always be 1 and its gradient zero.
    /// </summary>
    /// <param name="scores">Gate scores s, [B, n]; minus infinity for absent experts.</param>
    /// <param name="logProbabilities">log softmax(H_i(h))_y of the true class, [B, n].</param>
    public static Tensor DenseMixture(Tensor scores, Tensor logProbabilities) =>
        -nn.functional.log_softmax(scores, 1).Plus(logProbabilities).logsumexp(1).mean();

    /// <summary>Switch load balance, N sum_i f_i P_i (Fedus et al., 2022, Eq. 4): 1 when uniform, N when collapsed.</summary>
    /// <param name="probabilities">Router probabilities, [B, n].</param>
    /// <param name="assignment">The expert that each row was sent to, [B].</param>
    public static Tensor Balance(Tensor probabilities, Tensor assignment)
    {
        ArgumentNullException.ThrowIfNull(probabilities);
        var experts = probabilities.shape[1];
        var shares = nn.functional.one_hot(assignment, experts).to(probabilities.dtype).mean([0]).detach();
        return (shares * probabilities.mean([0])).sum().Times(experts);
    }
}
