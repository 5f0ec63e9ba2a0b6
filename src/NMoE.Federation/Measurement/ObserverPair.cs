using NMoE.Federation.Devices;
using NMoE.Federation.Roles;
using NMoE.Simulation.Time;

namespace NMoE.Federation.Measurement;

/// <summary>Two that see the same.</summary>
internal sealed class ObserverPair(IObserver first, IObserver second) : IObserver
{
    public void Observe(VirtualTime at, Observation observation)
    {
        first.Observe(at, observation);
        second.Observe(at, observation);
    }
}
