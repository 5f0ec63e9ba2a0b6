using NMoE.Learning.Devices;
using NMoE.Learning.Jobs;
using NMoE.Learning.Tensors;
using static TorchSharp.torch;

namespace NMoE.Learning.Gates;

/// <summary>What the experts say of training latents.</summary>
/// <param name="Logits">[rows, n, C]; 0 for absent experts.</param>
/// <param name="LogProbabilities">log softmax(H_i(h))_y of the true class, [rows, n]; minus infinity for absent experts.</param>
/// <param name="Labels">[rows].</param>
internal sealed record Opinions(Tensor Logits, Tensor LogProbabilities, Tensor Labels)
{
    /// <summary>Reads them into the caller's scope.</summary>
    /// <param name="shard">The client's training shard.</param>
    /// <param name="answers">The logits of each expert that is there.</param>
    /// <param name="settings">Which experts are there.</param>
    public static Opinions Read(ReadOnlyMemory<byte> shard, ReadOnlySpan<ReadOnlyMemory<byte>> answers, GateParameters settings)
    {
        using var scope = NewDisposeScope();
        var labels = Backend.Longs(TensorBlobs.Labels(shard));
        var all = Backend.Zeros(float32, labels.shape[0], settings.Clients, settings.Model.Classes);
        var nobody = new float[labels.shape[0] * settings.Clients];
        Array.Fill(nobody, float.NegativeInfinity);
        var chances = Backend.Floats(nobody, labels.shape[0], settings.Clients);
        for (var i = 0; i < settings.Experts.Length; i++)
        {
            var logits = TensorBlobs.Floats(answers[i], "logits");
            all.select(1, settings.Experts[i]).copy_(logits);
            chances.select(1, settings.Experts[i]).copy_(
                nn.functional.log_softmax(logits, 1).gather(1, labels.unsqueeze(1)).squeeze(1));
        }

        return new(all.MoveToOuterDisposeScope(), chances.MoveToOuterDisposeScope(), labels.MoveToOuterDisposeScope());
    }

    /// <summary>The mode's loss of some rows.</summary>
    /// <param name="scores">Gate scores of the rows, [B, n]; minus infinity for absent experts.</param>
    /// <param name="rows">Which rows, [B].</param>
    /// <param name="settings">Mode and k.</param>
    public Tensor Loss(Tensor scores, Tensor rows, GateParameters settings) => settings.Mode switch
    {
        GateMode.Switch => GateLoss.Switch(scores, Logits[rows], Labels[rows], settings.K),
        GateMode.TopK => GateLoss.TopK(scores, Logits[rows], Labels[rows], settings.K),
        GateMode.OracleTarget => GateLoss.OracleTarget(scores, LogProbabilities[rows]),
        _ => GateLoss.DenseMixture(scores, LogProbabilities[rows]),
    };
}
