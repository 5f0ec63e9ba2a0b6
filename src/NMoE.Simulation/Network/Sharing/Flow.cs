using NMoE.Simulation.Time;

namespace NMoE.Simulation.Network.Sharing;

/// <summary>Bits on their way through one uplink and one downlink. Made by <see cref="FairSharing.Start"/>.</summary>
public sealed class Flow
{
    internal int PlaceInGroup = -1;
    internal int PlaceAtHub = -1;
    private int _placeInUp;
    private int _placeInDown;
    private int _placeInUpShared;
    private int _placeInDownShared;

    internal Flow(long number, SharedLink up, SharedLink down, UInt128 left, object? owner)
    {
        Number = number;
        Up = up;
        Down = down;
        Finish = left;
        Owner = owner;
    }

    /// <summary>The sender's link.</summary>
    public SharedLink Up { get; }

    /// <summary>The receiver's link.</summary>
    public SharedLink Down { get; }

    /// <summary>Whose it is.</summary>
    public object? Owner { get; }

    /// <summary>Its rate since the last settling, in bit/s; 0 while it is stopped or not yet settled.</summary>
    public double BitsPerSecond => Clock is null ? 0 : Fluid.ToDouble(Clock.Level);

    /// <summary>Whole bits that have not flowed by now, rounded up.</summary>
    /// <param name="now">Not before the last settling.</param>
    public long BitsLeft(VirtualTime now) => Fluid.WholeBits(Clock is null ? Finish : LeftAt(Clock.ServedBy(now.Ticks)));

    internal long Number { get; }

    /// <summary>Whether it takes part: neither stopped nor at its end.</summary>
    internal bool Joined { get; set; }

    /// <summary>The link whose service drives it; null until it is settled.</summary>
    internal SharedLink? Clock { get; set; }

    /// <summary>What its clock will have served when it is over; without a clock, what is left of it.</summary>
    internal UInt128 Finish { get; set; }

    /// <summary>The only link that it has to share, or null if it shares both.</summary>
    internal SharedLink? Hub { get; set; }

    /// <summary>Whether the link beside its hub limits it, because the hub has more for each.</summary>
    internal bool IsCapped { get; set; }

    /// <summary>The filling in which its bottleneck was last found.</summary>
    internal long Filling { get; set; }

    /// <summary>Where it is limited, if it shares both links.</summary>
    internal SharedLink? Bottleneck { get; set; }

    /// <summary>What the link beside its hub lets through.</summary>
    internal UInt128 Cap => Other(Hub!).Rate;

    /// <summary>What is left when its clock has served so much.</summary>
    internal UInt128 LeftAt(UInt128 served) => Finish > served ? Finish - served : 0;

    internal SharedLink Other(SharedLink link) => ReferenceEquals(link, Up) ? Down : Up;

    /// <summary>By what the clock will have served.</summary>
    internal readonly struct ByFinish : IHeapOrder<Flow>
    {
        public static bool Before(Flow first, Flow second) =>
            first.Finish < second.Finish || (first.Finish == second.Finish && first.Number < second.Number);

        public static ref int Place(Flow item) => ref item.PlaceInGroup;
    }

    /// <summary>By the cap, the smallest first.</summary>
    internal readonly struct SmallestCap : IHeapOrder<Flow>
    {
        public static bool Before(Flow first, Flow second) =>
            first.Cap < second.Cap || (first.Cap == second.Cap && first.Number < second.Number);

        public static ref int Place(Flow item) => ref item.PlaceAtHub;
    }

    /// <summary>By the cap, the largest first.</summary>
    internal readonly struct LargestCap : IHeapOrder<Flow>
    {
        public static bool Before(Flow first, Flow second) => SmallestCap.Before(second, first);

        public static ref int Place(Flow item) => ref item.PlaceAtHub;
    }

    /// <summary>Among all flows of a link.</summary>
    internal readonly struct InFlows : IBagPlace
    {
        public static ref int Place(Flow flow, SharedLink link) =>
            ref ReferenceEquals(link, flow.Up) ? ref flow._placeInUp : ref flow._placeInDown;
    }

    /// <summary>Among the flows of a link that share both their links.</summary>
    internal readonly struct InShared : IBagPlace
    {
        public static ref int Place(Flow flow, SharedLink link) =>
            ref ReferenceEquals(link, flow.Up) ? ref flow._placeInUpShared : ref flow._placeInDownShared;
    }
}
