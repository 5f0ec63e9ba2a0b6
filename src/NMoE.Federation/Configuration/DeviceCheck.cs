using NMoE.Federation.Algorithms;
using NMoE.Federation.Settings;
using NMoE.Learning.Gates;

namespace NMoE.Federation.Configuration;

/// <summary>Refuses a model that no device can train.</summary>
internal static class DeviceCheck
{
    /// <exception cref="ConfigurationException">A mini-batch of stage 1 does not fit into a device's memory.</exception>
    public static void Run(ExperimentSettings settings, Values values)
    {
        var memory = settings.Device.Memory;
        var (needed, batch) = TrainingMemory.Of(settings);
        if (needed > memory)
        {
            throw new ConfigurationException(
                values.Origin(KeyPath.Of(all => all.Device.Memory)), KeyPath.Of(all => all.Device.Memory),
                FormattableString.Invariant($"training takes {needed} B (parameters, gradients, momentum, and the activations of {batch} pictures), and a device has {memory} B"),
                FormattableString.Invariant($"Write at least {needed} B, or lower {KeyPath.Of(all => all.Model.Width)} or {KeyPath.Of(all => all.Extractor.Batch)}"));
        }
    }

    /// <summary>A sentence where a gate weighs energy and none is spent.</summary>
    public static IEnumerable<string> Energy(ExperimentSettings settings)
    {
        if (settings.Inference.Gates.Contains(DesGate.GateName) && !settings.Kinds.Any(kind => kind.Device.SpendsEnergy))
        {
            yield return $"{KeyPath.Of(all => all.Inference.Gates)} has {DesGate.GateName}, which weighs energy, and devices spend none: all experts cost it the same. "
                + $"Write {KeyPath.Of(all => all.Device.Energy.Radio)} or another of its energies, or a {KeyPath.Of(all => all.Device.Profile)}.";
        }
    }

    /// <summary>A sentence where joules are those of another radio than the network's, which says nothing of its own: none where the experiment itself says what its radio spends.</summary>
    public static IEnumerable<string> Radio(ExperimentSettings settings, IReadOnlySet<string> stated)
    {
        var (device, channel) = (settings.Device.Profile, settings.Channel.Profile);
        var keys = new[] { KeyPath.Of(all => all.Device.Energy.SentByte), KeyPath.Of(all => all.Device.Energy.ReceivedByte), KeyPath.Of(all => all.Device.Energy.Radio) };
        if (channel is not (ProfileFile.None or "ideal") && device != ProfileFile.None && !Profiles.Radio(channel).Any() && !keys.All(stated.Contains))
        {
            yield return $"{KeyPath.Of(all => all.Channel.Profile)} = {channel} does not say what its radio spends: the joules of {KeyPath.Of(all => all.Device.Profile)} = {device} are those of another one (hocon/devices.conf). "
                + $"Write {string.Join(", ", keys)} of its radio.";
        }
    }
}
