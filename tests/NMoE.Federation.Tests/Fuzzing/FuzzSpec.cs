using NMoE.Compute.Jobs;
using NMoE.Federation.Experiments;
using NMoE.Federation.Fuzzing;
using NMoE.Federation.Roles;
using NMoE.Learning.Data;
using NMoE.Learning.Registry;

namespace NMoE.Federation.Tests.Fuzzing;

/// <summary>Runs cases, with the real roles or with planted ones.</summary>
public abstract class FuzzSpec
{
    protected static readonly IReadOnlyCollection<IJobFunction> Functions = LearningFunctions.All(new DataCatalog(null));

    protected static CaseDrawing Drawing { get; } = new(Configuration.Experiments.Read("").Settings);

    protected static FuzzResult Run(FuzzCase drawn, Func<Plan, RoleSet>? roles = null, Coverage? coverage = null) =>
        drawn.Run(Functions, roles ?? RoleSet.Of, coverage ?? new Coverage(), CancellationToken.None);

    /// <summary>How the first of some seeds ends in which an invariant does not hold.</summary>
    protected static FuzzResult FirstViolation(Func<Plan, RoleSet> roles, int seeds) =>
        Enumerable.Range(0, seeds).Select(seed => Run(Drawing.Of((ulong)seed), roles)).First(result => result.Violation is not null);
}
