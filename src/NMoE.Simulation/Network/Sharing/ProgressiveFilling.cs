namespace NMoE.Simulation.Network.Sharing;

/// <summary>
/// Max-min fair rates by progressive filling (Bertsekas and Gallager, "Data Networks", 1992, section 6.5.2): the rates of all flows rise together; a link that
/// is full stops its own, and the others go on. Levels of links only rise as flows elsewhere stop, so a queue of links by their
/// levels finds the next one. Rounding down keeps every sum of rates at or below what its link lets through.
/// </summary>
/// <param name="moved">Told each flow that passes between the open and the capped ones of its hub.</param>
internal sealed class ProgressiveFilling(List<Flow> moved)
{
    private readonly PriorityQueue<SharedLink, (UInt128 Level, int Number)> _queue = new();
    private readonly List<SharedLink> _hubs = [];
    private long _number;

    /// <summary>Finds the levels of all links that these ones reach over flows that share both their links.</summary>
    /// <returns>Those links; valid until the next filling.</returns>
    public IReadOnlyList<SharedLink> Fill(List<SharedLink> dirty)
    {
        _number++;
        _hubs.Clear();
        dirty.ForEach(Reach);
        for (var next = 0; next < _hubs.Count; next++)
        {
            var hub = _hubs[next];
            for (var i = 0; i < hub.Shared.Count; i++)
            {
                Reach(hub.Shared[i].Other(hub));
            }
        }

        foreach (var hub in _hubs)
        {
            hub.Full = FullAt(hub);
            if (hub.Active > 0)
            {
                _queue.Enqueue(hub, (hub.Full, hub.Number));
            }
        }

        while (_queue.TryDequeue(out var hub, out var key))
        {
            if (hub.Active > 0 && key.Level != hub.Full)
            {
                _queue.Enqueue(hub, (hub.Full, hub.Number));
            }
            else if (hub.Active > 0)
            {
                Freeze(hub);
            }
        }

        return _hubs;
    }

    private void Reach(SharedLink link)
    {
        if (link.Filling == _number)
        {
            return;
        }

        link.Filling = _number;
        link.Frozen = 0;
        link.Active = link.Shared.Count;
        _hubs.Add(link);
    }

    private void Freeze(SharedLink hub)
    {
        for (var i = 0; i < hub.Shared.Count; i++)
        {
            var flow = hub.Shared[i];
            if (flow.Filling == _number)
            {
                continue;
            }

            flow.Filling = _number;
            flow.Bottleneck = hub;
            var other = flow.Other(hub);
            other.Active--;
            other.Frozen += hub.Full;
            other.Full = FullAt(other);
        }

        hub.Active = 0;
    }

    /// <summary>
    /// The level at which a link is full, given what is known of its shared flows; <see cref="Fluid.Unlimited"/> if it never is. Flows pass between open and
    /// capped until the capped ones are those whose cap is at most the level. It never falls on the way, so a flow passes at most twice.
    /// </summary>
    private UInt128 FullAt(SharedLink link)
    {
        while (true)
        {
            var taken = link.CappedSum + link.Frozen;
            var sharers = (uint)(link.Open.Count + link.Active);
            UInt128 level;
            if (link.Rate == Fluid.Unlimited || (sharers == 0 && taken <= link.Rate))
            {
                level = Fluid.Unlimited;
            }
            else
            {
                level = sharers == 0 || taken >= link.Rate ? 0 : Fluid.Divide(link.Rate - taken, sharers);
            }

            if (link.Open.Count > 0 && link.Open.Top.Cap <= level)
            {
                var flow = link.Open.Pop();
                link.CappedSum += flow.Cap;
                link.Capped.Add(flow);
                flow.IsCapped = true;
                moved.Add(flow);
            }
            else if (link.Capped.Count > 0 && link.Capped.Top.Cap > level)
            {
                var flow = link.Capped.Pop();
                link.CappedSum -= flow.Cap;
                link.Open.Add(flow);
                flow.IsCapped = false;
                moved.Add(flow);
            }
            else
            {
                return level;
            }
        }
    }
}
