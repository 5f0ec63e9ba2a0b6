using System.Collections.Immutable;
using NMoE.Cluster.Work;
using NMoE.Compute.Execution;
using NMoE.Compute.Store;
using NMoE.Federation.Roles;
using NMoE.Federation.Settings;
using NMoE.Learning.Data;

namespace NMoE.Cli.Running;

/// <summary>What experiments compute with: data, a store, threads, and workers where there is a cluster. One experiment's own, or shared by several at once.</summary>
internal sealed class Workplace : IDisposable
{
    private Workplace(DataCatalog catalog, JobStore store, LocalExecutor executor, ClusterCarrier? carrier) => (Catalog, Store, Executor, Carrier) = (catalog, store, executor, carrier);

    /// <summary>The data sets.</summary>
    public DataCatalog Catalog { get; }

    /// <summary>The store.</summary>
    public JobStore Store { get; }

    /// <summary>Runs jobs; each experiment has a share of it.</summary>
    public LocalExecutor Executor { get; }

    /// <summary>The cluster's coordinator; null where this process computes alone.</summary>
    public ClusterCarrier? Carrier { get; }

    /// <summary>Starts threads, and the node that workers join.</summary>
    /// <param name="name">What <c>nmoe status</c> calls it.</param>
    /// <param name="plans">The experiments, with their secret.</param>
    /// <param name="catalog">Their data.</param>
    /// <param name="store">Their store.</param>
    /// <param name="cluster">Where workers join; null for nowhere.</param>
    /// <param name="say">Told what a user should know, a line each.</param>
    /// <param name="cancellation">Stops all jobs.</param>
    public static Workplace Open(
        string name, ImmutableArray<Plan> plans, DataCatalog catalog, JobStore store, ClusterPlace? cluster, Action<string> say, CancellationToken cancellation)
    {
        var carrier = cluster?.Start(name, plans, store, say);
        try
        {
            // Secrets of more clients than an experiment has are those of its clients too.
            var most = plans.OrderByDescending(plan => plan.Seeds.Secret is not null).ThenByDescending(plan => plan.Deal.Clients).First();
            // A GPU's memory holds as many jobs at once as there is room for the largest of any experiment.
            var atOnce = plans.Min(plan => JobsAtOnce.Of(plan, plan.Settings.Compute.Threads));
            return new(catalog, store, Preparation.Executor(most, catalog, store, atOnce, null, cancellation, carrier), carrier);
        }
        catch
        {
            carrier?.Dispose();
            throw;
        }
    }

    /// <summary>Whether experiments can share one: they have one store, one folder of data, one device and as many threads.</summary>
    public static bool IsCommon(IEnumerable<ExperimentSettings> experiments) =>
        experiments.Select(settings => (Places.Store(settings), settings.Compute.Threads, settings.Compute.Computing, settings.Data.Path)).Distinct().Count() == 1;

    /// <inheritdoc/>
    public void Dispose()
    {
        Executor.Dispose();
        Carrier?.Dispose();
    }
}
