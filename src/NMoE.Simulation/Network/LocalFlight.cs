using NMoE.Simulation.Loop;

namespace NMoE.Simulation.Network;

/// <summary>A transfer between two devices in one place: it takes no time, and nothing of it is on the air.</summary>
internal sealed class LocalFlight(World world, Action<FlightEnd> ended) : Waiting(world, "arrival", TimeSpan.Zero), IFlight
{
    public AirBytes OnAir => default;

    protected override void Over() => ended(FlightEnd.Arrived);
}
