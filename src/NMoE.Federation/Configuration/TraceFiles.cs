using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;
using NMoE.Federation.Settings;
using NMoE.Simulation.Network;
using NMoE.Simulation.Network.Access;

namespace NMoE.Federation.Configuration;

/// <summary>Reads the traces that an experiment names.</summary>
/// <param name="settings">What else the experiment says.</param>
/// <param name="values">The experiment's values.</param>
/// <param name="open">The content of a file by its name, null where there is none.</param>
internal sealed class TraceFiles(ExperimentSettings settings, Values values, Func<string, string?> open)
{
    private readonly ImmutableSortedDictionary<string, string>.Builder _contents = ImmutableSortedDictionary.CreateBuilder<string, string>(StringComparer.Ordinal);

    /// <summary>SHA-256 of what was read, by the key that names it: where a file lies changes no result, and what stands in it does.</summary>
    public ImmutableSortedDictionary<string, string> Contents => _contents.ToImmutable();

    /// <summary>The traces.</summary>
    /// <exception cref="ConfigurationException">A file is missing, a row of it is wrong, or the channel would not read it.</exception>
    public ChannelTraces Read()
    {
        var repeat = settings.Channel.TraceRepeat;
        var (conditionsFile, conditions) = Read(KeyPath.Of(all => all.Channel.Trace), settings.Channel.Trace, (file, lines, devices) => AccessTrace.Conditions(file, lines, devices, repeat));
        var (intervalsFile, intervals) = Read(KeyPath.Of(all => all.Channel.Intervals), settings.Channel.Intervals, (file, lines, devices) => AccessTrace.Intervals(file, lines, devices, repeat));
        var always = AccessSchedule.Constant(AccessConditions.Unlimited);
        return new(conditions.Devices, intervals.Devices)
        {
            Repeat = repeat,
            Warnings =
            [
                .. TraceWarnings.Of(KeyPath.Of(all => all.Channel.Trace), conditionsFile, conditions, schedule => schedule),
                .. TraceWarnings.Of(KeyPath.Of(all => all.Channel.Intervals), intervalsFile, intervals, on => Availability.Of(always, on, repeat)),
            ],
        };
    }

    private (string File, TraceContent<T> Content) Read<T>(string key, string path, Func<string, IEnumerable<string>, IEnumerable<DeviceId>, TraceContent<T>> parse)
    {
        if (path.Length == 0)
        {
            return (path, new(ImmutableSortedDictionary<DeviceId, T>.Empty, [], 0));
        }

        if (settings.Channel.Model == ChannelModel.Fixed)
        {
            throw new ConfigurationException(
                values.Origin(key), key, "a fixed channel knows no devices' accesses", $"Write \"\", or {KeyPath.Of(all => all.Channel.Model)} = shared");
        }

        var text = open(path) ?? throw new ConfigurationException(
            values.Origin(key), key, $"there is no file '{path}'", "Name a trace as docs/traces.md describes it, or \"\" for none");
        _contents[key] = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)));
        try
        {
            var clients = Enumerable.Range(0, settings.Experiment.Clients).Select(client => new DeviceId(client));
            IEnumerable<DeviceId> devices = [DeviceId.Supervisor, DeviceId.Aggregator, .. clients];

            // A row of a device that uses another one's access would never be read.
            return (path, parse(path, text.Split('\n'), devices.Where(device => settings.Aggregator.AccessOf(device) == device)));
        }
        catch (TraceException fault)
        {
            throw new ConfigurationException(new Origin(path, fault.Line, 0), key, fault.Problem, fault.Remedy);
        }
    }
}
