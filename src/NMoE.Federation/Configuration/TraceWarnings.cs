using NMoE.Federation.Settings;
using NMoE.Simulation;
using NMoE.Simulation.Network;
using NMoE.Simulation.Network.Access;
using NMoE.Simulation.Time;

namespace NMoE.Federation.Configuration;

/// <summary>What of a trace is no mistake, and yet worth knowing before a run.</summary>
internal static class TraceWarnings
{
    /// <summary>A sentence each for rows that are passed over, devices that are off at first, and devices that are off for good.</summary>
    public static IEnumerable<string> Of<T>(string key, string file, TraceContent<T> read, Func<T, AccessSchedule> schedule)
    {
        if (!read.Beyond.IsEmpty)
        {
            yield return FormattableString.Invariant($"{key}: {file}: {read.RowsBeyond} rows of clients that this experiment does not have are passed over: ")
                + Listing.Of([.. read.Beyond.Select(device => device.ToString())])
                + (read.Devices.IsEmpty ? ". No row of the file is of a device that there is." : ".");
        }

        var schedules = read.Devices.Select(pair => (Device: pair.Key, Access: schedule(pair.Value))).ToArray();
        var late = schedules.Where(of => of.Access.OnFrom is { } on && on != VirtualTime.Zero).Select(of => FormattableString.Invariant($"{of.Device} until {Seconds(of.Access.OnFrom!.Value)}")).ToArray();
        if (late.Length > 0)
        {
            yield return $"{key}: {file}: off at first: {Listing.Of(late)}.";
        }

        var ending = schedules.Where(of => of.Access.OffFrom is not null).Select(of => FormattableString.Invariant($"{of.Device} from {Seconds(of.Access.OffFrom!.Value)}")).ToArray();
        if (ending.Length > 0)
        {
            yield return $"{key}: {file}: off for good: {Listing.Of(ending)}. {KeyPath.Of(all => all.Channel.TraceRepeat)} lets a trace begin anew.";
        }
    }

    private static string Seconds(VirtualTime at) => FormattableString.Invariant($"{at.Seconds:0.###} s");
}
