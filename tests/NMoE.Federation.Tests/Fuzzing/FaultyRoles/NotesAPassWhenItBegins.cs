using NMoE.Federation.Client;
using NMoE.Federation.Roles;

namespace NMoE.Federation.Tests.Fuzzing.FaultyRoles;

/// <summary>A client that writes a pass of inference down as done when it begins with it: after a crash it goes on with the next.</summary>
internal sealed class NotesAPassWhenItBegins(IRole<ClientState> real) : FaultyRole<ClientState>(real)
{
    public override object Durable(ClientState state) => state.Serving is { } serving
        ? state.Durable with { Serving = state.Durable.Serving with { PassesDone = serving.Pass + 1 } }
        : Real.Durable(state);
}
