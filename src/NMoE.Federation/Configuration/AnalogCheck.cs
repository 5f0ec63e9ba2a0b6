using NMoE.Federation.Settings;
using NMoE.Learning.Gates;
using NMoE.Learning.Jobs;
using NMoE.Learning.Models;

namespace NMoE.Federation.Configuration;

/// <summary>What analog latents, and a gate that sees how well they are heard, cannot be used with.</summary>
internal static class AnalogCheck
{
    private const int MostInLinear = 1000;

    /// <param name="settings">All settings.</param>
    /// <param name="values">Where they were written.</param>
    /// <exception cref="ConfigurationException">Two keys contradict each other.</exception>
    public static void Run(ExperimentSettings settings, Values values)
    {
        var (latent, gates) = (settings.Latent, settings.Inference.Gates);
        if (latent.Channel == LatentChannel.Digital)
        {
            if (gates.Contains(ChannelAwareGate.GateName))
            {
                throw Wrong(values, KeyPath.Of(all => all.Inference.Gates), $"{ChannelAwareGate.GateName} learns what noise does to latents, and digital ones have none", $"Leave it out, or write {KeyPath.Of(all => all.Latent.Channel)} = analog");
            }

            return;
        }

        foreach (var (isWrong, key, problem, remedy) in Analog(settings))
        {
            if (isWrong)
                throw Wrong(values, key, problem, remedy);
        }

        if (gates.Contains(ChannelAwareGate.GateName))
        {
            foreach (var (isWrong, key, problem, remedy) in Aware(settings))
            {
                if (isWrong)
                    throw Wrong(values, key, problem, remedy);
            }
        }
    }

    private static (bool IsWrong, string Key, string Problem, string Remedy)[] Analog(ExperimentSettings settings)
    {
        var (latent, digital) = (settings.Latent, $"{KeyPath.Of(all => all.Latent.Channel)} = digital");
        var foresees = settings.Inference.Gates.FirstOrDefault(gate => gate != ChannelAwareGate.GateName && Gates.Of(gate).SensesLinks);
        return
        [
            (settings.Channel is not { Model: ChannelModel.Shared, Mobility.Form: not MobilityForm.None }, KeyPath.Of(all => all.Latent.Channel), "analog latents have the noise of their radio's signal, and no signal is known where distance does not make the rates",
                $"Write digital, or {KeyPath.Of(all => all.Channel.Model)} = shared and {KeyPath.Of(all => all.Channel.Mobility.Form)} = to-and-fro"),
            (latent.Precision != LatentPrecision.Fp32, KeyPath.Of(all => all.Latent.Precision), "analog latents are numbers and no bytes, which cannot be fewer", $"Write fp32, or {digital}"),
            (settings.Inference.Retries > 0, KeyPath.Of(all => all.Inference.Retries), "an analog latent is sent once", $"Write 0, or {digital}"),
            (foresees is not null, KeyPath.Of(all => all.Inference.Gates), $"{foresees} foresees what bytes of latents take, and analog ones are none", $"Leave it out, or write {digital}"),
            (settings.Channel.Traces.Conditions.Keys.Any(device => device.IsClient), KeyPath.Of(all => all.Channel.Trace), "a client with measured rates has no signal, and its latents would travel without time and noise", $"Leave out the traces of clients, or write {digital}"),
            (latent.LeastSignal > latent.MostSignal, KeyPath.Of(all => all.Latent.MostSignal), "the greatest ratio is less than the least", $"Write at least {KeyPath.Of(all => all.Latent.LeastSignal)}"),
        ];
    }

    private static (bool IsWrong, string Key, string Problem, string Remedy)[] Aware(ExperimentSettings settings)
    {
        const string Aware = ChannelAwareGate.GateName;
        var form = (settings.Inference.OfGates.GetValueOrDefault(Aware) as ChannelAwareKeys ?? new ChannelAwareKeys()).Form;
        var (gate, without) = (settings.Gate, $"leave {Aware} out of {KeyPath.Of(all => all.Inference.Gates)}");
        var other = settings.Inference.Gates.FirstOrDefault(name => name != Aware && Gates.Of(name).Source is not null);
        return
        [
            (other is not null, KeyPath.Of(all => all.Inference.Gates), $"{other} would read the gate that {Aware} trains, which sees more than latents", $"Leave one of them out, and compare them by a sweep's axis"),
            (form == SignalForm.Mlp && gate.Input != InputForm.Latent, KeyPath.Of(all => all.Gate.Input), $"the hidden layer of {Aware}'s mlp sees latents as they are", $"Write latent, or another inference.{Aware}.form"),
            (form == SignalForm.Linear && settings.Experiment.Clients > MostInLinear, KeyPath.Of(all => all.Experiment.Clients), $"{Aware}'s linear form has a number for each two of them, which all travel to each client in each round", FormattableString.Invariant($"Write at most {MostInLinear}, or another inference.{Aware}.form")),
            (gate.Method != GateMethod.Rounds, KeyPath.Of(all => all.Gate.Method), $"{Aware} is trained by gradients", $"Write rounds, or {without}"),
            (gate.Model != LinearGate.ModelName, KeyPath.Of(all => all.Gate.Model), $"{Aware} has a form of its own, inference.{Aware}.form", $"Write {LinearGate.ModelName}, or {without}"),
            (gate.NoiseForm != RouterNoise.Gaussian, KeyPath.Of(all => all.Gate.NoiseForm), $"{Aware} would have its signals disturbed with its latents", $"Write gaussian, or {without}"),
            (settings.Topology.Peers != PeerRule.All, KeyPath.Of(all => all.Topology.Peers), $"{Aware} sees the signals of all experts", $"Write all, or {without}"),
            (gate.SampledPeers is not null, KeyPath.Of(all => all.Gate.SampledPeers), $"{Aware} sees the signals of all experts", $"Write all, or {without}"),
            (settings.Evaluation.Asks(Reference.GlobalGate), KeyPath.Of(all => all.Evaluation.References), $"globalgate has no signals to learn with", $"Leave it out, or {without}"),
            (settings.Evaluation is { Enabled: true } measured && measured.Baselines.Contains(Baseline.CentralisedMoe), KeyPath.Of(all => all.Evaluation.Baselines), $"centralised-moe has no signals to learn with", $"Leave it out, or {without}"),
        ];
    }

    private static ConfigurationException Wrong(Values values, string key, string problem, string remedy) => new(values.Origin(key), key, problem, remedy);
}
