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

    /// <summary>Starts the run's node.</summary>
    /// <param name="plan">The experiment.</param>
    /// <param name="store">The run's store.</param>
    /// <param name="say">Told what a user should know, a line each.</param>
    /// <exception cref="NodeException">The address cannot be bound, or the certificates are none.</exception>
    public ClusterCarrier Start(Plan plan, JobStore store, Action<string> say)
    {
        ArgumentNullException.ThrowIfNull(plan);
        var node = new NodeSettings(At.Host, At.Port, [], [NodeRoles.Coordinator], NodeSecurity.FromFolder(Certificates)) { Bind = Bind?.Binding };
        var step = new StepProbe(plan.Model.Spec, plan.Settings.Extractor.Batch);
        return ClusterCarrier.Start(
            new(node, plan.Settings.Experiment.Name, plan.Deal.Data, step, probe => probe.Hash(), Patience, Preparation.StaysHere, say), store);
    }
}
