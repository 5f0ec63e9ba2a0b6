using System.Collections.Immutable;
using NMoE.Federation.Roles;
using NMoE.Federation.Settings;
using NMoE.Simulation.Faults;
using NMoE.Simulation.Network;
using NMoE.Simulation.Time;

namespace NMoE.Federation.Fuzzing;

/// <summary>
/// In a fifth of the cases one more fault, aimed at a state that a device is in or at a message that is sent there, each state as likely as the others: those that pass in
/// milliseconds, or in which hardly anything is sent, are met too. It draws from a sequence of its own: other cases are what they would be without.
/// </summary>
/// <param name="draw">Choices.</param>
internal sealed class AimedFault(Draw draw)
{
    private const double Share = 0.2;

    /// <summary>The case's faults, with one more where one is aimed.</summary>
    public FaultsSection In(FaultsSection faults, Plan plan, ulong tieSeed)
    {
        if (!draw.Chance(Share))
        {
            return faults;
        }

        var seen = Sightings.Of(plan, tieSeed);
        if (draw.Chance(0.5) && seen.Sent.Count > 0)
        {
            return faults with { Rules = faults.Rules.Add(Rule(Chosen(seen.Sent))) };
        }

        return seen.Stays.Count > 0 && Scheduled(Chosen(seen.Stays), faults, plan.Settings) is { } fault ? faults with { Schedule = faults.Schedule.Add(fault) } : faults;
    }

    /// <summary>Each state as likely as the others, or the one that is seen least; then each sight of it.</summary>
    private T Chosen<T>(IReadOnlyDictionary<RoleState, List<T>> seen)
    {
        var state = draw.Chance(0.5) ? seen.MinBy(pair => pair.Value.Count).Key : draw.Of(seen.Keys.ToImmutableArray().AsSpan());
        return draw.Of(seen[state].ToImmutableArray().AsSpan());
    }

    /// <summary>All of that kind between the two, within the millisecond.</summary>
    private MessageFault Rule((VirtualTime At, Transfer Transfer) sight)
    {
        var verb = draw.Of(FaultVerb.Drop, FaultVerb.Corrupt, FaultVerb.Delay, FaultVerb.Duplicate, FaultVerb.Reorder);
        var by = verb is FaultVerb.Drop or FaultVerb.Corrupt ? TimeSpan.Zero : draw.Milliseconds(1, 500, 3_000);
        var begin = VirtualTime.Zero + Floor(sight.At);
        return new MessageFault(verb, by, 100, sight.Transfer.Kind, One(sight.Transfer.From), One(sight.Transfer.To), begin, begin + TimeSpan.FromMilliseconds(1));
    }

    private ScheduledFault? Scheduled(Stay stay, FaultsSection faults, ExperimentSettings settings)
    {
        var verb = draw.Of(DeviceVerb.Crash, DeviceVerb.Kill, DeviceVerb.Slow, DeviceVerb.Partition, DeviceVerb.Hold);
        var from = Floor(stay.From).TotalMilliseconds;
        var at = TimeSpan.FromMilliseconds(from + draw.Whole(1, Math.Max(1, (int)(Floor(stay.Until).TotalMilliseconds - from))));
        var fault = verb switch
        {
            DeviceVerb.Crash => new ScheduledFault(at, verb, One(stay.Device), null, 1, draw.Milliseconds(0, 200, 2_000)),
            DeviceVerb.Kill => new ScheduledFault(at, verb, One(stay.Device), null, 1, TimeSpan.Zero),
            DeviceVerb.Slow => new ScheduledFault(at, verb, One(stay.Device), null, 100, draw.Milliseconds(1_000, 5_000)),
            _ => new ScheduledFault(at, verb, One(stay.Device), DeviceGroup.Any, 1, draw.Milliseconds(500, 3_000)),
        };

        // Two cuts at a time may be equal, which a configuration refuses.
        var cuts = verb is DeviceVerb.Partition or DeviceVerb.Hold;
        return cuts && (faults.Schedule.Any(other => other.Verb == verb) || Cuts.Of(fault, settings.Experiment.Clients, settings.Aggregator, settings.Topology.Sites ?? 0) is { IsEmpty: true }) ? null : fault;
    }

    private static TimeSpan Floor(VirtualTime at) => TimeSpan.FromMilliseconds(at.Ticks / TimeSpan.TicksPerMillisecond);

    private static DeviceGroup One(DeviceId device) => new([device], Everyone.Excluded);
}
