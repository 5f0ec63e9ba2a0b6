namespace NMoE.Simulation.Network.Sharing;

/// <summary>
/// An uplink or a downlink. It is also a clock: what it has served to each of the flows that it limits. All of them share that one number, so
/// a changed rate touches none of them. Made by <see cref="FairSharing.AddLink"/>.
/// </summary>
public sealed class SharedLink
{
    internal int PlaceInEnds = -1;

    internal SharedLink(int number, UInt128 rate)
    {
        Number = number;
        Rate = rate;
        Flows = new(this);
        Shared = new(this);
    }

    /// <summary>What it lets through, in bit/s; positive infinity if it limits nobody.</summary>
    public double BitsPerSecond => Fluid.ToDouble(Rate);

    internal int Number { get; }

    internal UInt128 Rate { get; set; }

    /// <summary>Every flow through it.</summary>
    internal FlowBag<Flow.InFlows> Flows { get; }

    /// <summary>Whether its flows have to share it.</summary>
    internal bool IsBusy => Flows.Count > 1 && Rate != Fluid.Unlimited;

    /// <summary>Whether flows ask it for their rate; if not, it caps the rate of a flow that another link serves.</summary>
    internal bool IsHub => Open.Count > 0 || Capped.Count > 0 || Shared.Count > 0;

    // The clock.

    /// <summary>The flows that it limits, and that run by its clock.</summary>
    internal IndexedHeap<Flow, Flow.ByFinish> Group { get; } = new();

    /// <summary>The rate of each of them.</summary>
    internal UInt128 Level { get; private set; }

    /// <summary>Bits served to each of them, at <see cref="At"/>.</summary>
    internal UInt128 Served { get; private set; }

    internal long At { get; private set; }

    internal long NextEnd { get; set; }

    // What its flows ask of it, kept between fillings.

    /// <summary>Flows that share this link alone, and take as much of it as any.</summary>
    internal IndexedHeap<Flow, Flow.SmallestCap> Open { get; } = new();

    /// <summary>Flows that share this link alone, and that their other link keeps below what each could have here.</summary>
    internal IndexedHeap<Flow, Flow.LargestCap> Capped { get; } = new();

    /// <summary>Sum of the caps of <see cref="Capped"/>.</summary>
    internal UInt128 CappedSum { get; set; }

    /// <summary>Flows that share both their links.</summary>
    internal FlowBag<Flow.InShared> Shared { get; }

    // One filling.

    internal long Filling { get; set; }

    /// <summary>Sum of the rates of shared flows that are limited elsewhere.</summary>
    internal UInt128 Frozen { get; set; }

    /// <summary>Shared flows whose rate is not known yet.</summary>
    internal int Active { get; set; }

    /// <summary>The level at which it is full, as far as is known.</summary>
    internal UInt128 Full { get; set; }

    internal bool IsDirty { get; set; }

    internal bool IsTouched { get; set; }

    /// <summary>Brings the clock to an instant.</summary>
    internal void Advance(long now)
    {
        if (now == At)
        {
            return;
        }

        Served = ServedBy(now);
        At = now;
    }

    /// <summary>Bits served to each by an instant that is not before the clock's.</summary>
    internal UInt128 ServedBy(long now) =>
        Group.Count == 0 || Level == Fluid.Unlimited ? Served : Served + Fluid.Flowed(Level, now - At);

    /// <summary>Serves at another level from an instant on.</summary>
    internal void SetLevel(UInt128 level, long now)
    {
        Advance(now);
        Level = level;
    }

    /// <summary>Sets the clock to 0 while no flow runs by it, so that it never overflows.</summary>
    internal void Rewind(long now)
    {
        Served = 0;
        At = now;
    }

    /// <summary>By the next end of a flow.</summary>
    internal readonly struct ByNextEnd : IHeapOrder<SharedLink>
    {
        public static bool Before(SharedLink first, SharedLink second) =>
            first.NextEnd < second.NextEnd || (first.NextEnd == second.NextEnd && first.Number < second.Number);

        public static ref int Place(SharedLink item) => ref item.PlaceInEnds;
    }
}
