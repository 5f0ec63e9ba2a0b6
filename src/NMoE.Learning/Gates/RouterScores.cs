using NMoE.Chance;
using NMoE.Learning.Devices;
using NMoE.Learning.Jobs;
using NMoE.Learning.Models;
using NMoE.Learning.Tensors;
using static TorchSharp.torch;

namespace NMoE.Learning.Gates;

/// <summary>The gate's scores in training, disturbed as <see cref="RouterNoise"/> says.</summary>
internal static class RouterScores
{
    /// <summary>Disturbed scores of some rows, [B, n].</summary>
    /// <param name="model">The gate.</param>
    /// <param name="latents">[B, D].</param>
    /// <param name="draws">Where the noise comes from.</param>
    /// <param name="settings">Form and size of the noise.</param>
    internal static Tensor Of(FlatParameters model, Tensor latents, Draws draws, GateParameters settings)
    {
        long[] shape = [latents.shape[0], settings.Clients];
        return settings.NoiseForm switch
        {
            RouterNoise.Gaussian => Network.Score(model, settings.Model, settings.Clients, latents).Plus(Drawn(shape, () => settings.Noise * draws.NextNormal())),
            RouterNoise.Shazeer => Shazeer(
                Network.Score(model, settings.Model, settings.Clients, latents), latents, model[$"{Network.G}/{GateLayout.Noise}"], Drawn(shape, () => Normal.Quantile(draws.NextOpen()))),
            _ => Network.Score(model, settings.Model, settings.Clients, latents * Drawn(latents.shape, () => 1 + (settings.Noise * ((2 * draws.Next()) - 1)))),
        };
    }

    /// <summary>s + e softplus(h W_noise) (Shazeer et al., 2017, Eq. 4); softplus(x) = -log sigmoid(-x).</summary>
    /// <param name="scores">s = h W_G + b, [B, n].</param>
    /// <param name="latents">h, [B, D].</param>
    /// <param name="noise">W_noise, [n, D].</param>
    /// <param name="normal">e, standard normal, [B, n].</param>
    public static Tensor Shazeer(Tensor scores, Tensor latents, Tensor noise, Tensor normal)
    {
        var softplus = -nn.functional.logsigmoid(-nn.functional.linear(latents, noise));
        return scores.Plus(normal * softplus);
    }

    /// <summary>A tensor of drawn numbers, row by row.</summary>
    internal static Tensor Drawn(long[] shape, Func<double> next)
    {
        var values = new float[shape[0] * shape[1]];
        for (var i = 0; i < values.Length; i++)
        {
            values[i] = (float)next();
        }

        return Backend.Floats(values, shape);
    }
}
