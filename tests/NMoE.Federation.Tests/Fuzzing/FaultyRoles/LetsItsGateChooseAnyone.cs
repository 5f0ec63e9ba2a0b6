using NMoE.Federation.Client;
using NMoE.Federation.Roles;
using NMoE.Learning.Jobs;
using ComputeEffect = NMoE.Federation.Roles.Compute;

namespace NMoE.Federation.Tests.Fuzzing.FaultyRoles;

/// <summary>A client that supposes that everyone has an expert, whatever it was told.</summary>
internal sealed class LetsItsGateChooseAnyone(IRole<ClientState> real) : FaultyRole<ClientState>(real)
{
    public override Decision<ClientState> Handle(ClientState state, object message) => Changed(
        Real.Handle(state, message),
        effect => effect is ComputeEffect { Job: { Kind: "route" } job } compute
            ? compute with { Job = LearningJob.Create(LearningJob.Parameters<RouteParameters>(job) with { Experts = null }, job.Seed, [.. job.Inputs]) }
            : effect);
}
