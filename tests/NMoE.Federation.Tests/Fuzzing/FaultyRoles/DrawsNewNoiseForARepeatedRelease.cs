using NMoE.Federation.Client;
using NMoE.Federation.Roles;
using ComputeEffect = NMoE.Federation.Roles.Compute;

namespace NMoE.Federation.Tests.Fuzzing.FaultyRoles;

/// <summary>
/// A client that draws noise whenever it releases its matrix, and says once a round that it did: asked again, it gives away a second release
/// that nobody counts.
/// </summary>
internal sealed class DrawsNewNoiseForARepeatedRelease(IRole<ClientState> real) : FaultyRole<ClientState>(real)
{
    private const int Again = 1;

    public override Decision<ClientState> Handle(ClientState state, object message)
    {
        var decision = Real.Handle(state, message);
        return message switch
        {
            JobFinished { Tag: { Name: "correlation", Second: Again } } => Changed(decision, effect => effect is ComputeEffect { Tag.Name: "release" } release
                ? release with { Tag = release.Tag with { Second = Again }, Job = release.Job with { Seed = release.Job.Seed + 1 } }
                : effect),
            JobFinished { Tag: { Name: "release", Second: Again } } => Without(decision, effect => effect is Observe { Observation: MatrixReleased }),
            _ => Changed(decision, effect => effect is ComputeEffect { Tag.Name: "correlation" } asked && state.Correlating?.Round == asked.Tag.First
                ? asked with { Tag = asked.Tag with { Second = Again } }
                : effect),
        };
    }
}
