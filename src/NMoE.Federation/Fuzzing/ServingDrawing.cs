using NMoE.Federation.Roles;
using NMoE.Federation.Settings;
using NMoE.Learning.Gates;
using NMoE.Learning.Jobs;
using NMoE.Learning.Models;

namespace NMoE.Federation.Fuzzing;

/// <summary>Gates that look at groups, at whole requests or at what a sample is, and how many samples an expert is asked, in some of the cases. It draws from a sequence of its own: other cases are what they would be without.</summary>
/// <param name="share">The share of cases that it changes.</param>
/// <param name="draw">Choices.</param>
internal sealed class ServingDrawing(double share, Draw draw)
{
    /// <summary>The case with them.</summary>
    public ExperimentSettings In(ExperimentSettings settings)
    {
        if (share <= 0 || !draw.Chance(share))
        {
            return settings;
        }

        var changed = settings with { Inference = WithGate(settings.Inference) };
        return settings.Channel.Model == ChannelModel.Shared && draw.Chance(0.6) ? Analog(changed) : changed;
    }

    /// <summary>Latents as numbers, with a gate that sees how they are heard in half of these cases.</summary>
    private ExperimentSettings Analog(ExperimentSettings settings)
    {
        var (aware, inference) = (draw.Chance(0.5), settings.Inference);
        var gates = inference.Gates.RemoveAll(gate => Gates.Of(gate) is var of && (of.SensesLinks || (aware && of.Source is not null)));
        return settings with
        {
            Latent = settings.Latent with { Channel = LatentChannel.Analog, Precision = LatentPrecision.Fp32, Fading = draw.Of(Fading.None, Fading.Rayleigh) },
            Channel = LinkDrawing.Moving(settings.Channel),
            Inference = inference with
            {
                Gates = aware ? gates.Add(ChannelAwareGate.GateName) : gates.IsEmpty ? [RanGate.GateName] : gates,
                OfGates = inference.OfGates.SetItem(ChannelAwareGate.GateName, new ChannelAwareKeys { Form = draw.Of(SignalForm.Diag, SignalForm.Linear, SignalForm.Mlp), Shuffled = draw.Chance(0.3) }),
                Retries = 0,
            },
            Gate = aware ? settings.Gate with { Method = GateMethod.Rounds, Model = LinearGate.ModelName, NoiseForm = RouterNoise.Gaussian, SampledPeers = null } : settings.Gate,
            Topology = aware ? new TopologySection() : settings.Topology,
        };
    }

    private InferenceSection WithGate(InferenceSection inference)
    {
        var gate = draw.Of(KTop1Gate.GateName, SamGate.GateName, BaseGate.GateName, HashGate.GateName);
        object? keys = gate switch
        {
            KTop1Gate.GateName => new KTop1Keys { Groups = draw.Whole(1, 3) },
            SamGate.GateName => new SamKeys { Groups = draw.Whole(1, 3) },
            _ => null,
        };
        return inference with
        {
            Gates = inference.Gates.Add(gate),
            OfGates = keys is null ? inference.OfGates : inference.OfGates.SetItem(gate, keys),
            Capacity = draw.Of<double?>(null, 0.5, 1),
        };
    }
}
