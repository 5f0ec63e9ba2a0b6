using System.Collections.Immutable;
using NMoE.Simulation.Time;

namespace NMoE.Simulation.Network.Access;

/// <summary>What a device's access to the network is like.</summary>
/// <param name="Up">Uplink, in bit/s: 0 while it is off, positive infinity if it limits nobody.</param>
/// <param name="Down">Downlink, in bit/s, likewise.</param>
public sealed record AccessConditions(double Up, double Down)
{
    /// <summary>An access that costs nothing.</summary>
    public static AccessConditions Unlimited { get; } = new(double.PositiveInfinity, double.PositiveInfinity);

    /// <summary>Switched off: transfers from and to the device hold.</summary>
    public static AccessConditions Off { get; } = new(0, 0);

    /// <summary>What the access adds to the delay of every transfer from and to the device.</summary>
    public TimeSpan Delay { get; init; }

    /// <summary>Probability that the access loses a packet, in [0, 1), beside what the path loses.</summary>
    public double Loss { get; init; }
}

/// <summary>Conditions from an instant on.</summary>
/// <param name="From">When they begin.</param>
/// <param name="Conditions">What they are until the next step.</param>
public sealed record AccessStep(VirtualTime From, AccessConditions Conditions);

/// <summary>A device's access over time: constant from each step to the next, and after the last one for ever, or until it begins anew.</summary>
public sealed record AccessSchedule
{
    /// <summary>Makes a schedule.</summary>
    /// <param name="steps">At least one, the first at the beginning of the world, each later than the one before.</param>
    /// <exception cref="ArgumentException">No step, a first one that is late, steps out of order, or conditions out of range.</exception>
    public AccessSchedule(IEnumerable<AccessStep> steps)
    {
        Steps = [.. steps];
        if (Steps.IsEmpty || Steps[0].From != VirtualTime.Zero)
        {
            throw new ArgumentException("A schedule must say what holds from the beginning of the world: its first step must be at 0 s.", nameof(steps));
        }

        foreach (var (step, next) in Steps.Zip(Steps.Skip(1)))
        {
            if (step.From.CompareTo(next.From) >= 0)
            {
                throw new ArgumentException($"The step at {next.From} follows one at {step.From}: each must be later than the one before.", nameof(steps));
            }
        }

        foreach (var (from, conditions) in Steps)
        {
            if (!(conditions.Up >= 0 && conditions.Down >= 0 && conditions.Delay >= TimeSpan.Zero && conditions.Loss is >= 0 and < 1))
            {
                throw new ArgumentException(
                    $"The step at {from} is {conditions}: rates and delay must be at least 0, and loss in [0, 1).", nameof(steps));
            }
        }
    }

    /// <summary>In order of time.</summary>
    public ImmutableArray<AccessStep> Steps { get; }

    /// <summary>The same for ever.</summary>
    public static AccessSchedule Constant(AccessConditions conditions) => new([new(VirtualTime.Zero, conditions)]);

    /// <summary>After how long all begins anew, longer than the last step is late; 0 for never.</summary>
    public TimeSpan Period { get; init; }

    /// <summary>Where its rates are 0, those of this access are 0 too; null for an access that is always on.</summary>
    public AccessSchedule? Switch { get; init; }

    /// <summary>The instant from which one of its rates is 0 for ever; null if there is none.</summary>
    public VirtualTime? OffFrom
    {
        get
        {
            var switched = Switch?.OffFrom;
            var own = OwnOffFrom();
            return switched is { } one && own is { } other ? (one.CompareTo(other) < 0 ? one : other) : switched ?? own;
        }
    }

    /// <summary>The first instant at which neither of its rates is 0; null if there is none.</summary>
    public VirtualTime? OnFrom
    {
        get
        {
            for (VirtualTime? at = VirtualTime.Zero; at is { } time && (OffFrom is not { } off || time.CompareTo(off) < 0); at = NextChange(time))
            {
                if (!IsOff(At(time)))
                {
                    return time;
                }
            }

            return null;
        }
    }

    /// <summary>What holds at an instant.</summary>
    public AccessConditions At(VirtualTime time)
    {
        var own = Steps[Place(InPeriod(time))].Conditions;
        return Switch is { } by && IsOff(by.At(time)) ? own with { Up = 0, Down = 0 } : own;
    }

    /// <summary>The first change after an instant; null if there is none.</summary>
    public VirtualTime? NextChange(VirtualTime after)
    {
        var (own, switched) = (OwnNextChange(after), Switch?.NextChange(after));
        return own is { } one && switched is { } other ? (one.CompareTo(other) < 0 ? one : other) : own ?? switched;
    }

    private static bool IsOff(AccessConditions conditions) => conditions.Up == 0 || conditions.Down == 0;

    private VirtualTime InPeriod(VirtualTime time) => Period > TimeSpan.Zero ? new(time.Ticks % Period.Ticks) : time;

    private VirtualTime? OwnNextChange(VirtualTime after)
    {
        var within = InPeriod(after);
        var began = new VirtualTime(after.Ticks - within.Ticks);
        return Place(within) + 1 is var next && next < Steps.Length ? began + (Steps[next].From - VirtualTime.Zero)
            : Period > TimeSpan.Zero && Steps.Length > 1 ? began + Period
            : null;
    }

    private VirtualTime? OwnOffFrom()
    {
        var off = Steps.Reverse().TakeWhile(step => IsOff(step.Conditions)).Count();
        return off == Steps.Length ? VirtualTime.Zero : off == 0 || Period > TimeSpan.Zero ? null : Steps[^off].From;
    }

    private int Place(VirtualTime time)
    {
        var (low, high) = (0, Steps.Length - 1);
        while (low < high)
        {
            var middle = (low + high + 1) / 2;
            (low, high) = Steps[middle].From.CompareTo(time) <= 0 ? (middle, high) : (low, middle - 1);
        }

        return low;
    }
}
