using NMoE.Simulation.Network;
using NMoE.Simulation.Time;

namespace NMoE.Federation.Devices;

/// <summary>Sees what devices compute, from outside the world: nothing that it does reaches back.</summary>
public interface IJobObserver
{
    /// <summary>A job was given to a device.</summary>
    /// <param name="from">When it begins: later than now where others come before it.</param>
    /// <param name="device">The device.</param>
    /// <param name="number">Tells it from all others of the device that have not ended.</param>
    /// <param name="kind">Kind of job.</param>
    void Began(VirtualTime from, DeviceId device, long number, string kind);

    /// <summary>A job that has not begun will begin at another time, because those before it take another time.</summary>
    /// <param name="from">When it begins.</param>
    /// <param name="device">The device.</param>
    /// <param name="number">As it was when it was given.</param>
    void Moved(VirtualTime from, DeviceId device, long number);

    /// <summary>A job has ended, or was forgotten with its device, perhaps before it began.</summary>
    /// <param name="at">Now.</param>
    /// <param name="device">The device.</param>
    /// <param name="number">As it was when it began.</param>
    void Ended(VirtualTime at, DeviceId device, long number);
}
