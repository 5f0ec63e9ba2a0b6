using System.Collections.Immutable;
using NMoE.Federation.Protocol;
using NMoE.Federation.Roles;
using NMoE.Federation.Settings;
using NMoE.Simulation.Faults;
using NMoE.Simulation.Network;
using NMoE.Simulation.Time;

namespace NMoE.Federation.Fuzzing;

/// <summary>Draws places that the aggregator can move to, in some of the cases, and in these what makes it move. It draws from a sequence of its own: other cases are what they would be without.</summary>
/// <param name="draw">Choices.</param>
internal sealed class StandbyDrawing(Draw draw)
{
    /// <summary>The kinds of messages between places.</summary>
    public static ImmutableArray<string> Kinds { get; } = [AggregatorAt.Form.Kind, Checkpoint.Form.Kind, CheckpointTaken.Form.Kind];

    /// <summary>In a third of the cases one place or two, at the base station or where there are shared links on a client.</summary>
    public ExperimentSettings Places(ExperimentSettings settings)
    {
        if (!draw.Chance(0.33))
        {
            return settings;
        }

        var clients = settings.Experiment.Clients;
        var shared = settings.Channel.Model == ChannelModel.Shared;
        StandbyPlace Place() => shared && draw.Chance(0.6) ? new(AggregatorPlace.Client, draw.Whole(0, clients - 1)) : new(AggregatorPlace.BaseStation, 0);
        var first = Place();
        return settings with
        {
            Aggregator = settings.Aggregator with
            {
                Place = first.Place,
                Client = first.Client,
                Standby = [.. Enumerable.Range(0, draw.Whole(1, 2)).Select(_ => Place())],
                CheckpointDeadline = draw.Milliseconds(100, 1_000, 4_000),
                MaxSilence = draw.Whole(1, 3),
            },
        };
    }

    /// <summary>More faults, of those that make the aggregator move, or lose what it would need for that.</summary>
    public FaultsSection Faults(FaultsSection faults, ExperimentSettings settings, TimeSpan length)
    {
        var places = settings.Aggregator.Places;
        if (places == 1 || draw.Chance(0.1))
        {
            return faults;
        }

        var milliseconds = (int)length.TotalMilliseconds;
        var schedule = faults.Schedule.ToBuilder();
        var dies = draw.Time(0, milliseconds);
        if (draw.Chance(0.6))
        {
            schedule.Add(Fault(DeviceVerb.Kill, dies, 0, TimeSpan.Zero));
        }

        if (draw.Chance(0.3))
        {
            schedule.Add(Fault(DeviceVerb.Kill, dies + draw.Milliseconds(0, 1_000, 8_000, 20_000), 1, TimeSpan.Zero));
        }

        var verb = draw.Weighed((4, (DeviceVerb?)null), (2, DeviceVerb.Crash), (2, DeviceVerb.Partition), (1, DeviceVerb.Hold), (1, DeviceVerb.Slow));
        if (verb is { } happens)
        {
            schedule.Add(Fault(happens, draw.Time(0, 2 * milliseconds), draw.Whole(0, places - 1), draw.Milliseconds(200, 3_000, 20_000, 60_000)));
        }

        return faults with
        {
            Schedule = schedule.ToImmutable(),
            Rules = draw.Chance(0.3) ? faults.Rules.Add(Rule()) : faults.Rules,
        };
    }

    private MessageFault Rule()
    {
        var verb = draw.Of(FaultVerb.Drop, FaultVerb.Corrupt, FaultVerb.Duplicate, FaultVerb.Delay, FaultVerb.Reorder);
        var by = verb is FaultVerb.Drop or FaultVerb.Corrupt ? TimeSpan.Zero : draw.Milliseconds(50, 1_000, 8_000);
        return new MessageFault(verb, by, draw.Of(10, 50, 100), draw.Of(Kinds.AsSpan()), DeviceGroup.Any, DeviceGroup.Any, VirtualTime.Zero, new VirtualTime(long.MaxValue));
    }

    private ScheduledFault Fault(DeviceVerb verb, TimeSpan at, int place, TimeSpan lasts) => new(
        at, verb, new DeviceGroup([DeviceId.AggregatorAt(place)], Everyone.Excluded),
        verb is DeviceVerb.Partition or DeviceVerb.Hold ? From(place) : null, verb == DeviceVerb.Slow ? 100 : 1, lasts);

    /// <summary>From all, or only from the supervisor: then there are two aggregators for a while.</summary>
    private DeviceGroup From(int place) => place > 0 || draw.Chance(0.5) ? DeviceGroup.Any : new DeviceGroup([DeviceId.Supervisor], Everyone.Excluded);
}
