using System.Collections.Immutable;
using NMoE.Federation.Roles;
using NMoE.Federation.Settings;
using NMoE.Learning.Models;

namespace NMoE.Federation.Fuzzing;

/// <summary>Clients with other devices and other experts, in some cases. It draws from a sequence of its own: other cases are what they would be without.</summary>
/// <param name="share">The share of cases that it changes.</param>
/// <param name="draw">Choices.</param>
internal sealed class MixDrawing(double share, Draw draw)
{
    private static readonly ImmutableArray<string> s_experts = [Mlp4.ModelName, "mlp-32", "linear"];

    /// <summary>The case with them.</summary>
    public ExperimentSettings In(ExperimentSettings settings)
    {
        if (share == 0 || !draw.Chance(share))
            return settings;
        ImmutableArray<DeviceKind> kinds = [Kind(settings, "slow", draw.Of(2.0, 4.0)), Kind(settings, "fast", 0.5)];
        return settings with { Mix = DeviceMix.Of(kinds[..draw.Whole(1, kinds.Length)], settings.Experiment.Clients, Seeds.Of(settings)) };
    }

    private DeviceKind Kind(ExperimentSettings settings, string name, double slower) => settings.OwnKind with
    {
        Name = name,
        Share = draw.Of(0.2, 0.5),
        Device = settings.Device with { Compute = Math.Ceiling(settings.Device.Compute / slower) },
        Rates = settings.Channel.Rates with { Up = settings.Channel.Rates.Up / slower },

        // What is reused is stage 1's predictor.
        Expert = settings.Expert.Start == ExpertStart.Reuse ? settings.Model.Expert : draw.Of([.. s_experts]),
    };
}
