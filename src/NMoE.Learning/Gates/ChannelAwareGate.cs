using NMoE.Learning.Keys;
using NMoE.Learning.Models;
using static TorchSharp.torch;

namespace NMoE.Learning.Gates;

/// <summary>The keys of <see cref="ChannelAwareGate"/>.</summary>
public sealed record ChannelAwareKeys
{
    /// <summary>How scores depend on signals.</summary>
    [Key("How scores depend on the signal-to-noise ratios: diag (s_i + a SNR_i, one a of at least 0), linear (s + U SNR, U of n x n) or mlp (a hidden layer of 64 on latent and ratios beside the linear gate). Stage 3 trains it (docs/related.md).")]
    public SignalForm Form { get; init; } = SignalForm.Diag;

    /// <summary>Whether the gate is told signals of other experts.</summary>
    [Key("Whether the gate is told each sample's ratios in a drawn order, that of another expert for each: a control, which has all of the gate but what it knows of the channel.")]
    public bool Shuffled { get; init; } = false;
}

/// <summary>
/// Channel-aware gating (Song et al., arXiv 2504.00819): FedGate's gate that sees, beside the latent, the signal-to-noise ratio with which each expert would hear it. It learns with ratios that are drawn for each sample and expert, on what
/// experts say of latents with that noise, and serves with those that the client knows.
/// </summary>
public sealed class ChannelAwareGate : IGate
{
    /// <summary>Its name.</summary>
    public const string GateName = "channel-aware";

    /// <inheritdoc/>
    public string Name => GateName;

    /// <inheritdoc/>
    public string Title => "Channel-aware";

    /// <inheritdoc/>
    public string? Source => FedGate.Stage;

    /// <inheritdoc/>
    public bool SensesLinks => true;

    /// <inheritdoc/>
    public object Settings => new ChannelAwareKeys();

    /// <inheritdoc/>
    public Choices Choose(GateInput samples)
    {
        ArgumentNullException.ThrowIfNull(samples);
        var (experts, shuffled) = (samples.Settings.Clients, samples.OwnKeys<ChannelAwareKeys>().Shuffled);
        var signals = new float[samples.Rows * experts];
        for (var row = 0; row < samples.Rows; row++)
        {
            var links = samples.Links(row);
            var order = shuffled ? samples.Draws(row).Permutation(experts) : [.. Enumerable.Range(0, experts)];
            for (var expert = 0; expert < experts; expert++)
            {
                signals[(row * experts) + expert] = (float)SignalInputs.Of(links.SignalToNoise(order[expert]));
            }
        }

        return Choices.TopK(samples.Scores(signals), experts, samples.Settings.K);
    }
}

/// <summary>Signal-to-noise ratios as a gate sees them.</summary>
internal static class SignalInputs
{
    // Beyond it noise changes no answer; the own expert has it, because nothing is on the way, and so has whose signal nobody measures.
    private const double Cap = 40;
    private const double Unit = 10;

    /// <summary>A ratio in dB in tens of it, at most 4; 4 where there is none.</summary>
    public static double Of(double? decibels) => Math.Min(decibels ?? Cap, Cap) / Unit;

    /// <summary>Latents and what stands beside them: [B, D] and [B, n] to [B, D + n].</summary>
    public static Tensor Beside(Tensor latents, Tensor signals) => cat([latents, signals], 1);
}
