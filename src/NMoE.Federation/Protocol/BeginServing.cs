using System.Collections.Immutable;
using NMoE.Simulation.Network;
using static NMoE.Federation.Protocol.WireValues;

namespace NMoE.Federation.Protocol;

/// <summary>Supervisor to client: serve, and use, the networked experts from now on, without us.</summary>
internal sealed record BeginServing : IMessage
{
    /// <summary>As in <see cref="TrainingFinished"/>: whom a gate may choose.</summary>
    public ImmutableArray<int> Experts { get; init; } = [];

    /// <summary>On the wire, and when it is possible.</summary>
    internal static MessageForm Form { get; } = MessageForm.Of<BeginServing, Wire.BeginServing>(
        "BeginServing",
        m => new() { Experts = { Counts(m.Experts) } },
        read => new() { Experts = Counts(read.Experts) },
        (m, from, bounds) => from == DeviceId.Supervisor && bounds.AreClients(m.Experts));
}
