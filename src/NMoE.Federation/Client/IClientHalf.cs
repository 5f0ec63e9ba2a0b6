using NMoE.Federation.Roles;

namespace NMoE.Federation.Client;

/// <summary>A stage as a client sees it. <see cref="ClientRole"/> shows each message, result and timer to one after the other, until one knows it for its own.</summary>
internal interface IClientHalf
{
    /// <summary>What a message, a job's result or a timer changes; null where it is not of this stage.</summary>
    Decision<ClientState>? Handle(ClientState state, object message);
}
