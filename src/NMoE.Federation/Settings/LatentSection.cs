using NMoE.Learning.Jobs;
using NMoE.Learning.Keys;

namespace NMoE.Federation.Settings;

/// <summary>Latents on their way between clients, in stage 3 and in serving.</summary>
[Section("latent", "Latents on their way from client to client: once in stage 3, to hear what the peers' experts say of the training data, and in serving.")]
public sealed record LatentSection
{
    [Key("""
        fp32 (as they are: 4 bytes a number), fp16 (2 bytes, IEEE binary16, off by 2^-11 of a number at most) or int8 (a byte, and 8 a row for its lowest number and its
        step: off by half a 255th of the row's range at most). A latent of 512 numbers takes 2048, 1024 or 520 bytes; the raw picture has 3072.
        A client's own expert sees its own latents as they are. Sender and receiver are charged 2 FLOP a number.
        """)]
    [When("a gate that asks peers in inference.gates")]
    public LatentPrecision Precision { get; init; } = LatentPrecision.Fp32;
}
