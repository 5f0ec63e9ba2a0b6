using NMoE.Simulation.Network;

namespace NMoE.Federation.Protocol;

/// <summary>Supervisor to aggregator: begin.</summary>
internal sealed record BeginTraining : IMessage
{
    /// <summary>On the wire, and when it is possible.</summary>
    internal static MessageForm Form { get; } = MessageForm.Of<BeginTraining, Wire.BeginTraining>(
        "BeginTraining",
        _ => new(),
        _ => new(),
        (_, from, _) => from == DeviceId.Supervisor);
}
