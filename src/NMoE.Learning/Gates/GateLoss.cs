using NMoE.Learning.Tensors;
using static TorchSharp.torch;

namespace NMoE.Learning.Gates;

/// <summary>The losses of gate training.</summary>
internal static class GateLoss
{
    /// <summary>
    /// Dense mixture: mean over the batch of -log sum_i p_i softmax(H_i(h))_y, in a form that cannot overflow. With k = 1 and a softmax after
    /// top-k, as Sec. II-A prints it, the gate's weight would always be 1 and its gradient zero.
    /// </summary>
    /// <param name="scores">Gate scores s, [B, n]; minus infinity for absent experts.</param>
    /// <param name="logProbabilities">log softmax(H_i(h))_y of the true class, [B, n].</param>
    public static Tensor DenseMixture(Tensor scores, Tensor logProbabilities) =>
        -nn.functional.log_softmax(scores, 1).Plus(logProbabilities).logsumexp(1).mean();

    /// <summary>The k best experts' logits, each scaled by its share of the softmax over all experts; mean cross-entropy (Fedus et al., 2022).</summary>
    /// <param name="scores">[B, n].</param>
    /// <param name="logits">The experts' logits, [B, n, C].</param>
    /// <param name="labels">True classes, [B].</param>
    /// <param name="k">Experts a sample.</param>
    public static Tensor Switch(Tensor scores, Tensor logits, Tensor labels, int k)
    {
        var (shares, chosen) = scores.softmax(1).topk(k, 1);
        return Mixed(shares, chosen, logits, labels);
    }

    /// <summary>The k best experts' logits, weighed by the softmax over their scores (Sec. II-A); mean cross-entropy.</summary>
    /// <param name="scores">[B, n].</param>
    /// <param name="logits">The experts' logits, [B, n, C].</param>
    /// <param name="labels">True classes, [B].</param>
    /// <param name="k">Experts a sample, at least 2: with one the weight is always 1 and no gradient reaches the gate.</param>
    public static Tensor TopK(Tensor scores, Tensor logits, Tensor labels, int k)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(k, 2);
        var (best, chosen) = scores.topk(k, 1);
        return Mixed(best.softmax(1), chosen, logits, labels);
    }

    /// <summary>Mean cross-entropy of the scores against the expert that gives the true class the highest probability.</summary>
    /// <param name="scores">[B, n].</param>
    /// <param name="logProbabilities">log softmax(H_i(h))_y, [B, n]; absent experts must not be the highest.</param>
    public static Tensor OracleTarget(Tensor scores, Tensor logProbabilities) => nn.functional.cross_entropy(scores, logProbabilities.argmax(1));

    private static Tensor Mixed(Tensor weights, Tensor chosen, Tensor logits, Tensor labels)
    {
        var of = logits.gather(1, chosen.unsqueeze(2).expand(-1, -1, logits.shape[2]));
        return nn.functional.cross_entropy((weights.unsqueeze(2) * of).sum(1), labels);
    }

    /// <summary>Switch load balance, N sum_i f_i P_i (Fedus et al., 2022, Eq. 4): 1 when uniform, N when collapsed.</summary>
    /// <param name="probabilities">Router probabilities, [B, n].</param>
    /// <param name="assignment">The expert that each row was sent to, [B].</param>
    public static Tensor Balance(Tensor probabilities, Tensor assignment)
    {
        var experts = probabilities.shape[1];
        var shares = nn.functional.one_hot(assignment, experts).to(probabilities.dtype).mean([0]).detach();
        return (shares * probabilities.mean([0])).sum().Times(experts);
    }
}
