using System.Collections.Immutable;
using NMoE.Federation.Roles;
using NMoE.Federation.Settings;
using NMoE.Simulation.Faults;
using NMoE.Simulation.Network;
using NMoE.Simulation.Time;

namespace NMoE.Federation.Fuzzing;

/// <summary>Draws a mix of faults. All times are whole milliseconds, so that the sentences of a configuration can say them.</summary>
/// <param name="draw">Choices.</param>
/// <param name="kinds">Kinds of messages that rules are for.</param>
/// <param name="clients">Number of clients.</param>
/// <param name="aggregator">Where the aggregator runs.</param>
/// <param name="sites">Number of sites.</param>
/// <param name="length">About how long the experiment takes if nothing goes wrong.</param>
internal sealed class FaultDrawing(Draw draw, ImmutableArray<string> kinds, int clients, AggregatorSection aggregator, int sites, TimeSpan length)
{
    private static readonly VirtualTime Never = new(long.MaxValue);

    private int Milliseconds => (int)length.TotalMilliseconds;

    /// <summary>The mix; in one case of fifty nothing goes wrong.</summary>
    public FaultsSection Faults()
    {
        var crashes = new CrashesSection { Share = draw.Chance(0.08) ? 0.4 : 0, Within = length, For = draw.Milliseconds(500, 3_000) };
        var churn = new ChurnSection
        {
            Up = draw.Chance(0.12) ? TimeSpan.FromMilliseconds(1 + (Milliseconds / 2)) : TimeSpan.Zero,
            Down = draw.Milliseconds(300, 2_000, 10_000),
            Until = 2 * length,
        };
        if (draw.Chance(0.02))
        {
            return new FaultsSection { Crashes = crashes with { Share = 0 }, Churn = churn with { Up = TimeSpan.Zero } };
        }

        var rules = Enumerable.Range(0, draw.Weighed((2, 0), (4, 1), (3, 2), (1, 3))).Select(_ => Rule()).ToImmutableArray();
        var schedule = ImmutableArray.CreateBuilder<ScheduledFault>();
        for (var left = draw.Weighed((2, 0), (3, 1), (3, 2), (2, 3), (1, 4)); left > 0; left--)
        {
            var fault = Scheduled();
            if (Cut(fault) is not { IsEmpty: true } && !schedule.Any(other => Overlap(fault, other)))
            {
                schedule.Add(fault);
            }
        }

        return new FaultsSection
        {
            Rules = rules,
            Schedule = schedule.ToImmutable(),
            Crashes = crashes with { Within = Whole(crashes.Within) },
            Churn = churn with { Until = Whole(churn.Until) },
        };
    }

    private MessageFault Rule()
    {
        var verb = draw.Weighed((4, FaultVerb.Drop), (2, FaultVerb.Corrupt), (2, FaultVerb.Delay), (2, FaultVerb.Duplicate), (2, FaultVerb.Reorder));
        var by = verb is FaultVerb.Drop or FaultVerb.Corrupt ? TimeSpan.Zero : draw.Milliseconds(1, 50, 500, 3_000, 12_000);
        var percent = draw.Of(2, 5, 10, 30, 60, 100);
        var kind = draw.Chance(0.5) ? null : draw.Of(kinds.AsSpan());
        var from = draw.Chance(0.6) ? DeviceGroup.Any : Somebody();
        var to = draw.Chance(0.6) ? DeviceGroup.Any : Somebody();
        if (percent < 60 && draw.Chance(0.5))
        {
            return new MessageFault(verb, by, percent, kind, from, to, VirtualTime.Zero, Never);
        }

        var begin = VirtualTime.Zero + When();
        return new MessageFault(verb, by, percent, kind, from, to, begin, begin + draw.Milliseconds(100, 500, 2_000, 8_000, 30_000));
    }

    private ScheduledFault Scheduled()
    {
        var verb = draw.Weighed((35, DeviceVerb.Crash), (12, DeviceVerb.Kill), (15, DeviceVerb.Slow), (24, DeviceVerb.Partition), (20, DeviceVerb.Hold));
        var who = verb == DeviceVerb.Kill
            ? One(draw.Weighed((6, draw.Whole(0, clients - 1)), (2, DeviceId.Aggregator.Number), (2, DeviceId.Supervisor.Number)))
            : Somebody();

        // A dead supervisor ends the run: what comes last would hardly ever see that.
        var at = verb == DeviceVerb.Kill && who.Contains(DeviceId.Supervisor) ? draw.Time(Milliseconds / 2, 2 * Milliseconds) : When();
        return verb switch
        {
            DeviceVerb.Crash => new ScheduledFault(at, verb, who, null, 1, draw.Milliseconds(0, 0, 1, 200, 2_000, 15_000)),
            DeviceVerb.Kill => new ScheduledFault(at, verb, who, null, 1, TimeSpan.Zero),
            DeviceVerb.Slow => new ScheduledFault(at, verb, who, null, draw.Of(2, 10, 1_000), draw.Milliseconds(1_000, 5_000, 30_000)),
            _ => new ScheduledFault(at, verb, who, draw.Chance(0.5) ? DeviceGroup.Any : Somebody(), 1, draw.Milliseconds(50, 500, 3_000, 12_000, 60_000)),
        };
    }

    /// <summary>Mostly while the experiment would run, now and then while devices join or where retries have made it longer.</summary>
    private TimeSpan When() => draw.Weighed((10, 0), (75, 1), (15, 2)) switch
    {
        0 => draw.Time(0, Math.Min(600, Milliseconds)),
        1 => draw.Time(0, Milliseconds),
        _ => draw.Time(Milliseconds, 4 * Milliseconds),
    };

    private DeviceGroup Somebody() => draw.Weighed((60, 0), (22, 1), (10, 2), (8, 3)) switch
    {
        0 => One(draw.Whole(0, clients - 1)),
        1 => One(DeviceId.Aggregator.Number),
        2 => One(DeviceId.Supervisor.Number),
        _ => new DeviceGroup([], Everyone.Included),
    };

    private static DeviceGroup One(int number) => new([new DeviceId(number)], Everyone.Excluded);

    /// <summary>Two equal cuts at a time cannot be told apart, and a configuration refuses them.</summary>
    private bool Overlap(ScheduledFault fault, ScheduledFault other) =>
        other.Verb == fault.Verb && fault.At < other.At + other.For && other.At < fault.At + fault.For && Cut(fault) is { } cut && cut.Equals(Cut(other));

    private Between? Cut(ScheduledFault fault) => Cuts.Of(fault, clients, aggregator, sites);

    private static TimeSpan Whole(TimeSpan time) => TimeSpan.FromMilliseconds(Math.Ceiling(time.TotalMilliseconds));
}
