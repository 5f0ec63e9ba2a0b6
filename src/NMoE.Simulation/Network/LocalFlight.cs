using NMoE.Simulation.Loop;

namespace NMoE.Simulation.Network;

/// <summary>A transfer between two devices in one place: it takes no time, and nothing of it is on the air.</summary>
internal sealed class LocalFlight : IFlight
{
    private readonly Waiting _arrival;

    public LocalFlight(World world, Action<FlightEnd> ended) => _arrival = new Waiting(world, "arrival", TimeSpan.Zero, () => ended(FlightEnd.Arrived));

    public AirBytes OnAir => default;

    public void Stop() => _arrival.Stop();

    public void Hold() => _arrival.Hold();

    public void Release() => _arrival.Release();
}
