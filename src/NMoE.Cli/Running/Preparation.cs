using NMoE.Cluster.Work;
using NMoE.Compute.Execution;
using NMoE.Compute.Jobs;
using NMoE.Compute.Store;
using NMoE.Federation.Roles;
using NMoE.Federation.Settings;
using NMoE.Learning.Data;
using NMoE.Learning.Identity;
using NMoE.Learning.Jobs;
using NMoE.Learning.Privacy;
using NMoE.Learning.Registry;

namespace NMoE.Cli.Running;

/// <summary>What an experiment needs before its first event, whoever runs it.</summary>
internal static class Preparation
{
    // Shorter than this nobody wonders what goes on.
    private static readonly TimeSpan s_unnoticed = TimeSpan.FromSeconds(2);

    /// <summary>The experiment, once it is known that its data and its store are large enough.</summary>
    /// <param name="settings">The experiment.</param>
    /// <param name="catalog">Its data.</param>
    /// <param name="doing">Told of what is done next, in words.</param>
    /// <param name="say">Told what a user should know, a line each.</param>
    /// <param name="cancellation">Stops it.</param>
    /// <exception cref="RehearsalFailedException">It cannot come to its end.</exception>
    /// <exception cref="Learning.Partitions.PartitionException">There are too few pictures.</exception>
    /// <exception cref="StoreException">The store's size limit is too small.</exception>
    /// <exception cref="Learning.Devices.NoDeviceException">There is no device of <c>compute.device</c>.</exception>
    public static Shards Checked(ExperimentSettings settings, DataCatalog catalog, Action<string> doing, Action<string> say, CancellationToken cancellation)
    {
        // Who has no GPU is told before anything is read.
        if (!settings.Compute.Device.IsCpu)
            TorchThreads.Prepare(settings.Compute.Computing);
        doing("reading, hashing and dealing the data");
        var shards = Shards.Of(settings, catalog);
        if (catalog.Open(settings.Data.Name, settings.Seed, settings.Data.Reading).Remark is { } remark)
            say(remark);
        using var slow = new Timer(_ => say("rehearsing the experiment: messages and times, nothing is trained yet"), null, s_unnoticed, Timeout.InfiniteTimeSpan);
        doing("rehearsing the experiment: messages and times, nothing is trained yet");
        Rehearsal.Of(shards.Plan, new RehearsalExecutor(LearningFunctions.All(catalog), _ => null), cancellation).Require(Places.Store(settings));
        return shards;
    }

    /// <summary>The experiment with the secret that its noise follows from, made if there is none yet; as it is where the noise follows from the seed.</summary>
    /// <exception cref="SecretException">The secret cannot be read or made.</exception>
    public static Plan WithSecret(Plan plan, StoreSettings store) =>
        SecretFile.IsNeeded(plan) ? plan with { Seeds = plan.Seeds with { Secret = SecretFile.FindOrMake(SecretFile.PathIn(store)) } } : plan;

    /// <summary>The kinds of jobs of an experiment.</summary>
    public static IReadOnlyCollection<IJobFunction> Functions(Plan plan, DataCatalog catalog) =>
        LearningFunctions.All(catalog, plan.Seeds.Secret is { } secret ? ReleaseSecrets.Of(secret, plan.Deal.Clients) : ReleaseSecrets.None);

    /// <summary>Whether a job needs the secret of private noise, which leaves this process for no worker.</summary>
    public static bool StaysHere(Job job) => job.Kind == ReleaseParameters.Kind && LearningJob.Parameters<ReleaseParameters>(job).Key == NoiseKey.Private;

    /// <summary>What computes an experiment's jobs: this process, or where there is a carrier the workers of a cluster.</summary>
    public static LocalExecutor Executor(
        Plan plan, DataCatalog catalog, JobStore store, int threads, Action<Job, JobResult, TimeSpan>? onRun, CancellationToken cancellation, ClusterCarrier? carrier = null)
    {
        var device = plan.Settings.Compute.Computing;
        TorchThreads.Prepare(device);
        var functions = Functions(plan, catalog);
        var fingerprintOf = Fingerprint.OfThisMachine(functions, device);
        var executor = new LocalExecutor(store, functions, fingerprintOf, JobsAtOnce.Of(plan, threads), () => TorchThreads.Prepare(device), onRun, cancellation) { Carrier = carrier };
        carrier?.Attach(executor, functions, fingerprintOf);
        return executor;
    }
}
