namespace NMoE.Simulation.Network.Sharing;

/// <summary>
/// Which links a flow has to share, kept as flows come and go. One that shares a single link, its hub, is ordered there by the cap that its other link sets,
/// so that a hub of ten thousand such flows knows its level without a look at each. Only flows that share both links are met one by one.
/// </summary>
/// <param name="dirty">Links whose flows must be given new rates.</param>
/// <param name="moved">Flows that may have to run by another clock.</param>
internal sealed class FlowPlacement(List<SharedLink> dirty, List<Flow> moved)
{
    /// <summary>A flow comes.</summary>
    public void Add(Flow flow)
    {
        flow.Up.Flows.Add(flow);
        flow.Down.Flows.Add(flow);
        flow.Joined = true;

        // A second flow ends the time that the first had the link to itself.
        PutAgain(flow.Up, 2);
        PutAgain(flow.Down, 2);
        Put(flow);
    }

    /// <summary>A flow goes.</summary>
    public void Remove(Flow flow)
    {
        Take(flow);
        flow.Joined = false;
        flow.Up.Flows.Remove(flow);
        flow.Down.Flows.Remove(flow);
        PutAgain(flow.Up, 1);
        PutAgain(flow.Down, 1);
    }

    /// <summary>A link lets through more or less from now on.</summary>
    public void SetRate(SharedLink link, UInt128 rate)
    {
        // A lone flow's cap is part of its place elsewhere; and who shares what changes when a bound comes or goes.
        var replaced = link.Flows.Count == 1 || (link.Rate == Fluid.Unlimited) != (rate == Fluid.Unlimited) ? link.Flows.ToArray() : [];
        Array.ForEach(replaced, Take);
        link.Rate = rate;
        Array.ForEach(replaced, Put);
        MarkDirty(link);
    }

    private void PutAgain(SharedLink link, int count)
    {
        if (link.Flows.Count == count)
        {
            var first = link.Flows[0];
            Take(first);
            Put(first);
        }
    }

    private void Put(Flow flow)
    {
        if (flow.Up.IsBusy && flow.Down.IsBusy)
        {
            flow.Hub = null;
            flow.Up.Shared.Add(flow);
            flow.Down.Shared.Add(flow);
            MarkDirty(flow.Up);
            MarkDirty(flow.Down);
            return;
        }

        flow.Hub = flow.Down.IsBusy ? flow.Down : flow.Up;
        flow.IsCapped = false;
        flow.Hub.Open.Add(flow);
        moved.Add(flow);
        MarkDirty(flow.Hub);
    }

    private void Take(Flow flow)
    {
        if (flow.Hub is not { } hub)
        {
            flow.Up.Shared.Remove(flow);
            flow.Down.Shared.Remove(flow);
            MarkDirty(flow.Up);
            MarkDirty(flow.Down);
            return;
        }

        if (flow.IsCapped)
        {
            hub.Capped.Remove(flow);
            hub.CappedSum -= flow.Cap;
        }
        else
        {
            hub.Open.Remove(flow);
        }

        flow.Hub = null;
        MarkDirty(hub);
    }

    private void MarkDirty(SharedLink link)
    {
        if (!link.IsDirty)
        {
            link.IsDirty = true;
            dirty.Add(link);
        }
    }
}
