using System.Collections.Immutable;
using NMoE.Cluster;
using NMoE.Cluster.Nodes;
using NMoE.Cluster.Security;
using NMoE.Cluster.Work;
using NMoE.Compute.Store;
using NMoE.Federation.Roles;
using NMoE.Learning.Identity;

namespace NMoE.Cli.Running;

/// <summary>Where the workers of a run join it.</summary>
/// <param name="At">Where they reach it.</param>
/// <param name="Certificates">The folder of <c>nmoe certificates</c>; null for loopback addresses.</param>
/// <param name="Patience">How long jobs wait while nobody takes any.</param>
public sealed record ClusterPlace(Endpoint At, string? Certificates, TimeSpan Patience)
{
    /// <summary>Where it listens, if not at the place that workers use; null for both in one.</summary>
    public Endpoint? Bind { get; init; }

    /// <summary>Starts the node of a run, or of the runs of a sweep.</summary>
    /// <param name="name">What <c>nmoe status</c> calls it.</param>
    /// <param name="plans">The experiments: a worker must have all their data, and round as this machine does for each of their models.</param>
    /// <param name="store">Their store.</param>
    /// <param name="say">Told what a user should know, a line each.</param>
    /// <exception cref="NodeException">The address cannot be bound, or the certificates are none.</exception>
    /// <exception cref="BadArgumentException">There are more data sets and models than workers can be asked for.</exception>
    public ClusterCarrier Start(string name, ImmutableArray<Plan> plans, JobStore store, Action<string> say)
    {
        var node = new NodeSettings(At.Host, At.Port, [], [NodeRoles.Coordinator], NodeSecurity.FromFolder(Certificates)) { Bind = Bind?.Binding };
        var probes = plans.Select(plan => (plan.Deal.Data, Step: new StepProbe(plan.Model.Spec, plan.Settings.Extractor.Batch))).Distinct().ToImmutableArray();
        var device = plans[0].Settings.Compute.Computing;
        if (probes.Length > WorkForms.MostProbes)
        {
            throw new BadArgumentException(
                "--cluster", FormattableString.Invariant($"this sweep has {probes.Length} pairs of a data set and a model, and workers are asked for at most {WorkForms.MostProbes}"),
                "Run it in parts, or without --cluster");
        }

        return ClusterCarrier.Start(
            new(node, name, probes[0].Data, probes[0].Step, probe => probe.Hash(device), Patience, Preparation.StaysHere, say) { Others = probes[1..] }, store);
    }
}
