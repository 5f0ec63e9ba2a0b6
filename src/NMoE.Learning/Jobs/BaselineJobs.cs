namespace NMoE.Learning.Jobs;

/// <summary>
/// The centralised mixture of experts: F, the gate and all experts trained together on all clients' pictures, by SGD on the k best experts' logits, each scaled by its
/// share of the softmax over all (Fedus et al., 2022), plus the load-balance loss. Inputs: F, G, the n experts, then the training shards. Outputs: F, G, the n
/// experts. Metrics: <c>loss</c>, <c>accuracy</c>, <c>balance</c> (means over the last epoch). The paper's softmax over the chosen (Sec. II-A) would leave the gate without
/// a gradient at k = 1; the two differ by one positive factor a sample.
/// </summary>
/// <param name="Local">Architecture, SGD and augmentation as in FedCE; its proximal term is not read.</param>
/// <param name="Experts">Number of experts n.</param>
/// <param name="K">Experts a sample.</param>
/// <param name="Balance">Coefficient of the load-balance loss.</param>
/// <param name="Noise">Standard deviation of the normal noise on the scores.</param>
public sealed record CentralisedMoeParameters(FedCeParameters Local, int Experts, int K, double Balance, double Noise) : IJobParameters
{
    /// <inheritdoc/>
    public static string Kind => "centralised-moe";
}
