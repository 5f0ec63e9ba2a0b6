using NMoE.Simulation.Loop;

namespace NMoE.Simulation.Network;

/// <summary>A transfer that may leave later than it was sent: until then nothing of it is on the air.</summary>
internal sealed class Departure : IFlight
{
    private readonly Func<IFlight> _leave;
    private readonly Waiting? _wait;
    private IFlight? _flight;

    /// <summary>Leaves now, or after a while.</summary>
    /// <param name="world">The world.</param>
    /// <param name="after">How long it stays.</param>
    /// <param name="leave">Begins the transfer.</param>
    public Departure(World world, TimeSpan after, Func<IFlight> leave)
    {
        _leave = leave;
        if (after > TimeSpan.Zero)
        {
            _wait = new Waiting(world, "departure", after, Leave);
        }
        else
        {
            Leave();
        }
    }

    /// <summary>Whether it has left.</summary>
    public bool HasLeft => _flight is not null;

    public AirBytes OnAir => _flight?.OnAir ?? default;

    public void Stop()
    {
        _flight?.Stop();
        if (!HasLeft)
        {
            _wait!.Stop();
        }
    }

    public void Hold()
    {
        _flight?.Hold();
        if (!HasLeft)
        {
            _wait!.Hold();
        }
    }

    public void Release()
    {
        _flight?.Release();
        if (!HasLeft)
        {
            _wait!.Release();
        }
    }

    private void Leave() => _flight = _leave();
}
