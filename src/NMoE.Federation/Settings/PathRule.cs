using NMoE.Simulation.Faults;

namespace NMoE.Federation.Settings;

/// <summary>What is otherwise on some paths than on all others; read where the channel's model is shared.</summary>
/// <param name="From">Senders.</param>
/// <param name="To">Receivers.</param>
/// <param name="Delay">Their delay, always the same; null for that of all others.</param>
/// <param name="LossPercent">Probability that a packet is lost, each alone, in percent, [0, 100); null for the loss of all others.</param>
public sealed record PathRule(DeviceGroup From, DeviceGroup To, TimeSpan? Delay, double? LossPercent);
