using System.Runtime.InteropServices;
using NMoE.Compute.Blobs;
using NMoE.Learning.Gates;
using NMoE.Learning.Jobs;

namespace NMoE.Learning.Tests.Guide;

/// <summary>The guide's gate is the one in its text, and does what the text says.</summary>
public sealed class CautiousGateTests
{
    private static readonly ModelSpec Model = new(16, 10);

    /// <summary>Scores [1, 1.4, 0] and [1, 1.6, 0] at client 0: half a point at home wins the first and loses the second.</summary>
    [Fact]
    public void A_sample_stays_at_home_unless_another_expert_is_clearly_better()
    {
        var choices = new CautiousGate().Choose(Input(clients: 3, client: 0, [1f, 1.4f, 0f], [1f, 1.6f, 0f]));
        Assert.Equal([0, 1], choices.Experts);
        Assert.Equal([1f, 1f], choices.Weights);
    }

    [Fact]
    public void The_guide_prints_the_gate_that_is_tested()
    {
        var guide = File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "docs", "add-a-gate.md"));
        var code = File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "docs", "CautiousGate.cs"));
        var body = code[code.IndexOf("public sealed class", StringComparison.Ordinal)..].Trim();
        Assert.Contains(body.Replace("\r\n", "\n", StringComparison.Ordinal), guide.Replace("\r\n", "\n", StringComparison.Ordinal), StringComparison.Ordinal);
    }

    /// <summary>A gate whose scores are the first latents: W_G picks them out.</summary>
    private static GateInput Input(int clients, int client, params float[][] rows)
    {
        var latents = new float[rows.Length * Model.Latent];
        var weight = new float[clients * Model.Latent];
        for (var expert = 0; expert < clients; expert++)
        {
            weight[(expert * Model.Latent) + expert] = 1;
            for (var row = 0; row < rows.Length; row++)
            {
                latents[(row * Model.Latent) + expert] = rows[row][expert];
            }
        }

        return new GateInput(
            new RouteParameters(Model, "cautiousgate", client, clients, 1, []), 1,
            SafeTensors.Write([Tensor("latents", latents, rows.Length, Model.Latent)]),
            SafeTensors.Write([Tensor("weight", weight, clients, Model.Latent), Tensor("bias", new float[clients], clients)]));
    }

    private static TensorBlob Tensor(string name, float[] values, params long[] shape) =>
        new(name, TensorType.F32, [.. shape], MemoryMarshal.AsBytes<float>(values).ToArray());
}
