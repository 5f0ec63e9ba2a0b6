using System.Collections.Immutable;
using NMoE.Learning.Tensors;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace NMoE.Learning.Models;

/// <summary>How a gate's scores depend on signal-to-noise ratios.</summary>
public enum SignalForm
{
    /// <summary>s_i + a SNR_i, with one a of at least 0.</summary>
    Diag,

    /// <summary>s + U SNR, U [n, n].</summary>
    Linear,

    /// <summary>s + V max(0, A [h; SNR] + c), with 64 hidden numbers.</summary>
    Mlp,
}

/// <summary>A linear gate that sees beside a latent the signal-to-noise ratio of each expert, in tens of dB: it takes [h; SNR], D + n numbers. What it knows of signals begins at nothing, but for <c>diag</c>, whose a begins at ln 2.</summary>
public sealed class SignalGate(SignalForm form) : IPart
{
    private const string Prefix = "signal-";

    /// <summary>Name of its a, of which softplus is taken.</summary>
    public const string Slope = "signal.scale";

    /// <inheritdoc/>
    public string Name => NameOf(form);

    /// <summary>The name of a form's gate.</summary>
    public static string NameOf(SignalForm form) => Prefix + form.ToString().ToLowerInvariant();

    /// <summary>The one of a name; null where the name is no such.</summary>
    public static SignalGate? Of(string name) => Enum.GetValues<SignalForm>().Where(form => NameOf(form) == name).Select(form => new SignalGate(form)).FirstOrDefault();

    /// <inheritdoc/>
    public Layers Build(Layers input, ModelSpec model, int outputs)
    {
        ArgumentNullException.ThrowIfNull(input);
        return input.Then(new Scores(form, input.Count, outputs));
    }

    /// <summary>[h; SNR] to s.</summary>
    private sealed class Scores(SignalForm form, int latent, int experts) : Layer([experts])
    {
        private const int Hidden = 64;

        public override ImmutableArray<ParameterShape> Parameters { get; } =
        [
            new("weight", [experts, latent]) { Start = Start.Plain(latent) }, new("bias", [experts]),
            .. form switch
            {
                SignalForm.Diag => [new ParameterShape(Slope, [1])],
                SignalForm.Linear => [new ParameterShape("signal.weight", [experts, experts])],
                _ => (ImmutableArray<ParameterShape>)[new("signal.0.weight", [Hidden, latent + experts]) { Start = Start.He(latent + experts) }, new("signal.0.bias", [Hidden]), new("signal.2.weight", [experts, Hidden])],
            },
        ];

        public override double Flops => (2.0 * latent * experts) + form switch
        {
            SignalForm.Diag => 2.0 * experts,
            SignalForm.Linear => 2.0 * experts * experts,
            _ => 2.0 * Hidden * (latent + experts + experts),
        };

        public override bool KeepsInput => true;

        public override Tensor Forward(Weights weights, Tensor x)
        {
            var (latents, signals) = (x.narrow(1, 0, latent), x.narrow(1, latent, experts));
            var scores = functional.linear(latents, weights["weight"], weights["bias"]);
            return scores.Plus(form switch
            {
                // softplus(x) = -log sigmoid(-x).
                SignalForm.Diag => signals.mul(functional.logsigmoid(weights[Slope].neg()).neg()),
                SignalForm.Linear => functional.linear(signals, weights["signal.weight"]),
                _ => functional.linear(functional.linear(x, weights["signal.0.weight"], weights["signal.0.bias"]).relu(), weights["signal.2.weight"]),
            });
        }
    }
}
