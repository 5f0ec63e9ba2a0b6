using NMoE.Simulation.Loop;

namespace NMoE.Simulation.Network;

/// <summary>A transfer on its way, or held back by a fault: until it leaves nothing of it is on the air. Listed among all that are under way, among its sender's and among its receiver's.</summary>
/// <param name="network">The network that it goes through.</param>
/// <param name="number">Tells it from all others; later ones have larger numbers.</param>
/// <param name="transfer">What is sent.</param>
/// <param name="verdict">What becomes of it.</param>
internal sealed class Flight(DeviceNetwork network, long number, Transfer transfer, Verdict verdict)
{
    private FlightLinks _inAll;
    private FlightLinks _inSent;
    private FlightLinks _inComing;
    private Waiting? _wait;
    private IFlight? _onAir;

    public long Number => number;

    public Transfer Transfer => transfer;

    public Verdict Verdict => verdict;

    /// <summary>Whether it has left.</summary>
    public bool HasLeft => _onAir is not null;

    public AirBytes OnAir => _onAir?.OnAir ?? default;

    /// <summary>Leaves now, or after a while.</summary>
    public void Depart(World world, TimeSpan after)
    {
        if (after > TimeSpan.Zero)
        {
            _wait = new Departure(world, after, this);
        }
        else
        {
            Leave();
        }
    }

    public void Stop()
    {
        _onAir?.Stop();
        if (!HasLeft)
        {
            _wait!.Stop();
        }
    }

    public void Hold()
    {
        _onAir?.Hold();
        if (!HasLeft)
        {
            _wait!.Hold();
        }
    }

    public void Release()
    {
        _onAir?.Release();
        if (!HasLeft)
        {
            _wait!.Release();
        }
    }

    private sealed class Departure(World world, TimeSpan after, Flight flight) : Waiting(world, "departure", after)
    {
        protected override void Over() => flight.Leave();
    }

    private void Leave() => _onAir = network.Begin(this, Ended);

    private void Ended(FlightEnd end) => network.End(this, end);

    /// <summary>Among all that are under way.</summary>
    internal readonly struct InAll : IFlightLinks
    {
        public static ref FlightLinks Of(Flight flight) => ref flight._inAll;
    }

    /// <summary>Among its sender's.</summary>
    internal readonly struct InSent : IFlightLinks
    {
        public static ref FlightLinks Of(Flight flight) => ref flight._inSent;
    }

    /// <summary>Among its receiver's.</summary>
    internal readonly struct InComing : IFlightLinks
    {
        public static ref FlightLinks Of(Flight flight) => ref flight._inComing;
    }
}
