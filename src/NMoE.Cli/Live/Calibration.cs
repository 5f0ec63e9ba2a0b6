using System.Collections.Immutable;
using System.Diagnostics;
using NMoE.Compute.Execution;
using NMoE.Compute.Jobs;
using NMoE.Federation.Roles;
using NMoE.Learning.Identity;

namespace NMoE.Cli.Live;

/// <summary>
/// How fast this machine is as a device: a client's training pass of one round, as the very job that its role asks for, with reading and keeping its blobs; on one thread for each client that trains
/// at the same time. A live node does exactly that.
/// </summary>
/// <param name="FlopPerSecond">FLOP that the round is charged, over the seconds it took: the median of several.</param>
/// <param name="Least">Of the slowest.</param>
/// <param name="Most">Of the fastest.</param>
/// <param name="Repeats">How many were measured.</param>
/// <param name="Threads">Clients that trained at the same time, each on a thread.</param>
/// <param name="Flops">FLOP of the round.</param>
internal sealed record Calibration(double FlopPerSecond, double Least, double Most, int Repeats, int Threads, double Flops)
{
    /// <summary>A round that is faster by no more than this part is as fast as the one before it: a few per cent are the machine's own noise.</summary>
    public const double LeastGain = 0.03;

    /// <summary>Measures. Nothing is taken from, or left in, the experiment's store.</summary>
    /// <param name="plan">The experiment.</param>
    /// <param name="functions">The kinds of its jobs.</param>
    /// <param name="threads">Clients that train at the same time, no more than the experiment has.</param>
    /// <param name="repeats">How often, after a first time that does not count.</param>
    /// <param name="cancellation">Stops it.</param>
    public static Calibration Measure(Plan plan, IReadOnlyCollection<IJobFunction> functions, int threads, int repeats, CancellationToken cancellation)
    {
        var flops = plan.Pipeline.Objective.Flops(plan, plan.Deal.MostRows);
        var rates = Enumerable.Range(0, repeats + 1).Select(_ => flops / Seconds(plan, functions, threads, cancellation)).Skip(1).Order().ToArray();
        return new((rates[(repeats - 1) / 2] + rates[repeats / 2]) / 2, rates[0], rates[^1], repeats, threads, flops);
    }

    /// <summary>
    /// Trains a client's round again and again until it no longer gets faster, for at most <paramref name="longest"/>: then code is compiled and libtorch has found its kernels, as on a device
    /// that has trained before. Nothing of it is kept.
    /// </summary>
    /// <param name="plan">The experiment.</param>
    /// <param name="functions">The kinds of its jobs.</param>
    /// <param name="threads">Clients that train at the same time, no more than the experiment has.</param>
    /// <param name="longest">A round that takes longer is given up: what comes before its first step is a small part of it.</param>
    /// <param name="cancellation">Stops it.</param>
    /// <returns>Seconds of each whole round, in order.</returns>
    public static ImmutableArray<double> WarmUp(Plan plan, IReadOnlyCollection<IJobFunction> functions, int threads, TimeSpan longest, CancellationToken cancellation)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        limit.CancelAfter(longest);
        var seconds = ImmutableArray<double>.Empty;
        try
        {
            while (!HasSettled(seconds))
                seconds = seconds.Add(Seconds(plan, functions, threads, limit.Token));
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            // It took the longest time allowed, and is as warm as that makes it.
        }

        return seconds;
    }

    /// <summary>Whether the last two rounds gained less than <see cref="LeastGain"/> on the fastest before them.</summary>
    /// <param name="seconds">Seconds of each round, in order.</param>
    public static bool HasSettled(ImmutableArray<double> seconds) =>
        seconds.Length > 2 && seconds[^2..].Min() > seconds[..^2].Min() * (1 - LeastGain);

    private static double Seconds(Plan plan, IReadOnlyCollection<IJobFunction> functions, int threads, CancellationToken cancellation)
    {
        var folder = Directory.CreateTempSubdirectory("nmoe-calibrate-");
        try
        {
            // A store of its own each time, kept as a live node keeps its own: what is remembered takes no time.
            var store = LiveStore.Open(folder.FullName, long.MaxValue);
            using var executor = new LocalExecutor(store, functions, _ => "calibration", threads, () => TorchThreads.Prepare(plan.Settings.Compute.Computing), null, cancellation);
            var model = plan.Pipeline.Objective.Parts.Select(part => executor.Submit(plan.Model.Initial(part, plan.Seeds)).Wait(cancellation).Outputs[0]).ToArray();
            var shards = plan.Deal.Learners.Take(threads).Select(client => executor.Submit(plan.Deal.TrainingShard(client)).Wait(cancellation).Outputs[0]).ToArray();
            var start = Stopwatch.GetTimestamp();
            var jobs = shards.Select((shard, client) => executor.Submit(plan.Pipeline.Objective.Local(new LocalRound(plan, client, 1, [.. model], shard)))).ToArray();
            foreach (var job in jobs)
            {
                job.Wait(cancellation);
            }

            return Stopwatch.GetElapsedTime(start).TotalSeconds;
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }
}
