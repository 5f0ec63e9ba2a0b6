namespace NMoE.Simulation.Network;

/// <summary>A flight's neighbours in a list.</summary>
internal struct FlightLinks
{
    public Flight? Before;
    public Flight? After;
}

/// <summary>Where a flight notes its neighbours in a list.</summary>
internal interface IFlightLinks
{
    static abstract ref FlightLinks Of(Flight flight);
}

/// <summary>Flights in the order in which they began; each knows its neighbours, so that any of them leaves at once.</summary>
/// <typeparam name="TLinks">Where they note those.</typeparam>
internal sealed class FlightList<TLinks>
    where TLinks : IFlightLinks
{
    private Flight? _first;
    private Flight? _last;

    /// <summary>All of them, from the first on. Whoever changes the list takes a copy.</summary>
    public IEnumerable<Flight> All
    {
        get
        {
            for (var flight = _first; flight is not null; flight = TLinks.Of(flight).After)
            {
                yield return flight;
            }
        }
    }

    public void Add(Flight flight)
    {
        TLinks.Of(flight).Before = _last;
        if (_last is null)
        {
            _first = flight;
        }
        else
        {
            TLinks.Of(_last).After = flight;
        }

        _last = flight;
    }

    public void Remove(Flight flight)
    {
        ref var links = ref TLinks.Of(flight);
        if (links.Before is { } before)
        {
            TLinks.Of(before).After = links.After;
        }
        else
        {
            _first = links.After;
        }

        if (links.After is { } after)
        {
            TLinks.Of(after).Before = links.Before;
        }
        else
        {
            _last = links.Before;
        }

        links = default;
    }

    /// <summary>Whether one of them carries a message.</summary>
    public bool Carries(DeviceId from, DeviceId to, Predicate<object> which)
    {
        for (var flight = _first; flight is not null; flight = TLinks.Of(flight).After)
        {
            if (flight.Transfer.From == from && flight.Transfer.To == to && which(flight.Transfer.Message))
            {
                return true;
            }
        }

        return false;
    }
}
