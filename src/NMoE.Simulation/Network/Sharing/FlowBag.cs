namespace NMoE.Simulation.Network.Sharing;

/// <summary>Where a flow notes its place in a bag of one of its links.</summary>
internal interface IBagPlace
{
    static abstract ref int Place(Flow flow, SharedLink link);
}

/// <summary>Flows of a link in no order that means anything; each knows its place, so that any of them leaves at once.</summary>
/// <param name="link">The link.</param>
/// <typeparam name="TPlace">Where they note their places.</typeparam>
internal sealed class FlowBag<TPlace>(SharedLink link)
    where TPlace : IBagPlace
{
    private Flow[] _flows = [];

    public int Count { get; private set; }

    public Flow this[int place] => _flows[place];

    public void Add(Flow flow)
    {
        if (Count == _flows.Length)
        {
            Array.Resize(ref _flows, Math.Max(1, 2 * Count));
        }

        TPlace.Place(flow, link) = Count;
        _flows[Count++] = flow;
    }

    /// <summary>Removes a flow that is in the bag.</summary>
    public void Remove(Flow flow)
    {
        var last = _flows[--Count];
        var place = TPlace.Place(flow, link);
        _flows[place] = last;
        TPlace.Place(last, link) = place;
        _flows[Count] = null!;
    }

    public Flow[] ToArray() => _flows[..Count];
}
