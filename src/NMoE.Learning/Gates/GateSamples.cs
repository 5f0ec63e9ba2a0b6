using System.Collections.Immutable;
using NMoE.Learning.Jobs;
using NMoE.Learning.Tensors;
using static TorchSharp.torch;

namespace NMoE.Learning.Gates;

/// <summary>What a gate is trained on.</summary>
/// <param name="Latents">[rows, D].</param>
/// <param name="Opinions">What the experts say of them.</param>
internal sealed record GateSamples(Tensor Latents, Opinions Opinions)
{
    /// <summary>Inputs of a client beside its experts' logits: latents and shard.</summary>
    public const int FixedInputs = 2;

    /// <summary>One client's samples, in the caller's scope.</summary>
    /// <param name="inputs">Latents, shard, and the logits of each expert that is there.</param>
    /// <param name="settings">Which experts are there.</param>
    public static GateSamples Of(ReadOnlySpan<ReadOnlyMemory<byte>> inputs, GateParameters settings) =>
        new(TensorBlobs.Floats(inputs[0], "latents"), Opinions.Read(inputs[1], inputs[FixedInputs..], settings));

    /// <summary>The samples of several clients, one after the other, in the caller's scope.</summary>
    public static GateSamples Pool(ImmutableArray<GateSamples> clients) => new(
        cat([.. clients.Select(client => client.Latents)]),
        new Opinions(
            cat([.. clients.Select(client => client.Opinions.Logits)]),
            cat([.. clients.Select(client => client.Opinions.LogProbabilities)]),
            cat([.. clients.Select(client => client.Opinions.Labels)])));
}
