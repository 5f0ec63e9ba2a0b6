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
    // A place that no aggregator has: it marks the job through both of its steps.
    private const int Again = 99;

    public override Decision<ClientState> Handle(ClientState state, object message)
    {
        var decision = Real.Handle(state, message);
        return message switch
        {
            JobFinished { Tag: { Name: Tags.Correlation, Place: Again } } => Changed(decision, effect => effect is ComputeEffect { Tag.Name: Tags.Release } release
                ? release with { Tag = release.Tag with { Place = Again }, Job = release.Job with { Seed = release.Job.Seed + 1 } }
                : effect),
            JobFinished { Tag: { Name: Tags.Release, Place: Again } } => Without(decision, effect => effect is Observe { Observation: MatrixReleased }),
            _ => Changed(decision, effect => effect is ComputeEffect { Tag: RoundTag { Name: Tags.Correlation } tag } asked && state.Round.Correlating?.Round == tag.Round
                ? asked with { Tag = tag with { Place = Again } }
                : effect),
        };
    }
}
