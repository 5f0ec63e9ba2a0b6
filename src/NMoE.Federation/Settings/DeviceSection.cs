using NMoE.Simulation.Network;

namespace NMoE.Federation.Settings;

/// <summary>A client's device.</summary>
/// <param name="Profile">The name of the set of values in <c>hocon/devices.conf</c> that stands between the reference and the experiment, or <c>none</c>.</param>
/// <param name="Compute">FLOP/s that virtual durations are counted with, the servers' too.</param>
/// <param name="Memory">Bytes that training may take; <see cref="long.MaxValue"/> for any number.</param>
/// <param name="Energy">What its radio and its computing cost. All 0: nobody counts.</param>
public sealed record DeviceSection(string Profile, double Compute, long Memory, EnergyProfile Energy)
{
    /// <summary>Whether anything that it does costs energy.</summary>
    public bool SpendsEnergy => Energy is not { SentByte: 0, ReceivedByte: 0, RadioOn: 0, Flop: 0 };
}
