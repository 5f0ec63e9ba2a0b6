using NMoE.Simulation.Time;

namespace NMoE.Simulation.Network.Sharing;

/// <summary>
/// Concurrent flows through uplinks and downlinks, which they share max-min fairly. Flows are fluid: their bits are fixed-point numbers, a flow
/// is over at the first tick at which all of them have flowed, and a rounding never ends it early.
/// <para>
/// Starts, stops and changed rates are noted at once and cost O(log n). <see cref="Settle"/>, called once at the end of an instant, gives all
/// of them new rates together, by progressive filling over the links that they reach. Two things keep that cheap. First, a link is the clock of all flows
/// that it limits: they have one rate, a flow is over when its link has served a number fixed at its start, and so a changed rate costs one new end for each link
/// and not for each flow. Second, only flows that have to share both their links take part in the filling one by one. One whose other link is its own, such as
/// an upload to an aggregator, is ordered at the shared link by the cap that its own link sets, and is met again only when the level passes that cap.
/// </para>
/// <para>
/// With n uploads to one receiver an instant costs O(log n), and O(log n) more for each upload whose bottleneck changes: all of them O(n log n) together. In a
/// mesh, where senders and receivers both have several flows, it costs O(m log l) for the m flows and l links that are connected.
/// </para>
/// </summary>
public sealed class FairSharing
{
    private readonly IndexedHeap<SharedLink, SharedLink.ByNextEnd> _ends = new();
    private readonly List<SharedLink> _dirty = [];
    private readonly List<SharedLink> _touched = [];
    private readonly List<Flow> _moved = [];
    private readonly FlowPlacement _placement;
    private readonly ProgressiveFilling _filling;
    private int _links;
    private long _flows;

    /// <summary>Without links and flows.</summary>
    public FairSharing()
    {
        _placement = new FlowPlacement(_dirty, _moved);
        _filling = new ProgressiveFilling(_moved);
    }

    /// <summary>How often rates were computed anew.</summary>
    public long Recomputations { get; private set; }

    /// <summary>When the next flow is over, if nothing changes; null if none ever is. Right after <see cref="Settle"/>.</summary>
    public VirtualTime? NextEnd => _ends.Count == 0 ? null : new VirtualTime(_ends.Top.NextEnd);

    /// <summary>A new uplink or downlink.</summary>
    /// <param name="bitsPerSecond">0 to 1e13 bit/s; positive infinity if it limits nobody.</param>
    /// <exception cref="ArgumentOutOfRangeException">A rate out of range.</exception>
    public SharedLink AddLink(double bitsPerSecond) => new(_links++, Fluid.OfRate(bitsPerSecond));

    /// <summary>A link lets through more or less from now on; at 0 its flows hold.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A rate out of range.</exception>
    public void SetRate(SharedLink link, double bitsPerSecond)
    {
        ArgumentNullException.ThrowIfNull(link);
        var rate = Fluid.OfRate(bitsPerSecond);
        if (rate != link.Rate)
        {
            _placement.SetRate(link, rate);
        }
    }

    /// <summary>A flow starts. It has no rate before <see cref="Settle"/>.</summary>
    /// <param name="up">The sender's link.</param>
    /// <param name="down">The receiver's link, another one.</param>
    /// <param name="bits">At least 0.</param>
    /// <param name="owner">Whose it is.</param>
    /// <exception cref="ArgumentOutOfRangeException">A negative number of bits.</exception>
    /// <exception cref="ArgumentException">One link for both ends.</exception>
    public Flow Start(SharedLink up, SharedLink down, long bits, object? owner)
    {
        ArgumentNullException.ThrowIfNull(up);
        ArgumentNullException.ThrowIfNull(down);
        ArgumentOutOfRangeException.ThrowIfNegative(bits);
        if (ReferenceEquals(up, down))
        {
            throw new ArgumentException("A flow needs two links: the sender's uplink and the receiver's downlink.", nameof(down));
        }

        var flow = new Flow(_flows++, up, down, Fluid.OfBits(bits), owner);
        _placement.Add(flow);
        return flow;
    }

    /// <summary>A flow stops before its end; what is left of it stays in it. No effect on one that is stopped or over.</summary>
    public void Stop(Flow flow, VirtualTime now)
    {
        ArgumentNullException.ThrowIfNull(flow);
        if (flow.Joined)
        {
            LeaveClock(flow, now.Ticks);
            _placement.Remove(flow);
        }
    }

    /// <summary>A stopped flow goes on with what was left of it.</summary>
    public void Resume(Flow flow)
    {
        ArgumentNullException.ThrowIfNull(flow);
        if (!flow.Joined)
        {
            _placement.Add(flow);
        }
    }

    /// <summary>Ends the flows that are over, and gives all others the rates that follow from what was started, stopped and changed.</summary>
    /// <param name="now">Not before the last call.</param>
    /// <returns>The flows that are over, in the order of their starts.</returns>
    public IReadOnlyList<Flow> Settle(VirtualTime now)
    {
        var over = new List<Flow>();
        var computed = false;
        do
        {
            EndFlows(now.Ticks, over);
            if (_dirty.Count > 0)
            {
                Recompute(now.Ticks);
                computed = true;
            }

            FindEnds(now.Ticks);
        }
        while (_ends.Count > 0 && _ends.Top.NextEnd <= now.Ticks);

        Recomputations += computed ? 1 : 0;
        over.Sort((first, second) => first.Number.CompareTo(second.Number));
        return over;
    }

    private void EndFlows(long now, List<Flow> over)
    {
        while (_ends.Count > 0 && _ends.Top.NextEnd <= now)
        {
            var link = _ends.Pop();
            link.Advance(now);
            Touch(link);
            var ended = link.Group.PopAll(flow => link.Level == Fluid.Unlimited || flow.Finish <= link.Served);

            // The last that came lie last at their hub, from where they leave at once.
            ended.Sort((first, second) => second.Number.CompareTo(first.Number));
            foreach (var flow in ended)
            {
                flow.Clock = null;
                flow.Finish = 0;
                _placement.Remove(flow);
                over.Add(flow);
            }
        }
    }

    private void Recompute(long now)
    {
        _dirty.ForEach(link => link.IsDirty = false);
        var links = _filling.Fill(_dirty);
        _dirty.Clear();
        foreach (var link in links)
        {
            SetLevel(link, link.IsHub ? link.Full : link.Rate, now);
        }

        foreach (var link in links)
        {
            for (var i = 0; i < link.Shared.Count; i++)
            {
                RunBy(link.Shared[i].Bottleneck!, link.Shared[i], now);
            }
        }

        foreach (var flow in _moved)
        {
            if (flow is { Joined: true, Hub: { } hub })
            {
                if (flow.IsCapped)
                {
                    SetLevel(flow.Other(hub), flow.Cap, now);
                }

                RunBy(flow.IsCapped ? flow.Other(hub) : hub, flow, now);
            }
        }

        _moved.Clear();
    }

    private void SetLevel(SharedLink link, UInt128 level, long now)
    {
        if (link.Level != level)
        {
            link.SetLevel(level, now);
            Touch(link);
        }
    }

    private void RunBy(SharedLink clock, Flow flow, long now)
    {
        if (ReferenceEquals(flow.Clock, clock))
        {
            return;
        }

        LeaveClock(flow, now);
        clock.Advance(now);
        flow.Finish += clock.Served;
        flow.Clock = clock;
        clock.Group.Add(flow);
        Touch(clock);
    }

    private void LeaveClock(Flow flow, long now)
    {
        if (flow.Clock is { } clock)
        {
            clock.Advance(now);
            clock.Group.Remove(flow);
            flow.Finish = flow.LeftAt(clock.Served);
            flow.Clock = null;
            Touch(clock);
        }
    }

    private void Touch(SharedLink link)
    {
        if (!link.IsTouched)
        {
            link.IsTouched = true;
            _touched.Add(link);
        }
    }

    private void FindEnds(long now)
    {
        foreach (var link in _touched)
        {
            link.IsTouched = false;
            if (link.PlaceInEnds >= 0)
            {
                _ends.Remove(link);
            }

            if (NextEndOf(link, now) is { } end)
            {
                link.NextEnd = end;
                _ends.Add(link);
            }
        }

        _touched.Clear();
    }

    private static long? NextEndOf(SharedLink link, long now)
    {
        if (link.Group.Count == 0)
        {
            link.Rewind(now);
            return null;
        }

        link.Advance(now);
        var left = link.Group.Top.LeftAt(link.Served);
        if (left == 0 || link.Level == Fluid.Unlimited)
        {
            return now;
        }

        return link.Level > 0 && Fluid.TicksFor(left, link.Level) is { } ticks && ticks <= long.MaxValue - now ? now + ticks : null;
    }
}
