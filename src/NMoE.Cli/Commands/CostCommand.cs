using System.CommandLine;
using System.Diagnostics;
using NMoE.Cli.Costing;
using NMoE.Cli.Running;
using NMoE.Compute.Execution;
using NMoE.Compute.Jobs;
using NMoE.Compute.Store;
using NMoE.Federation.Roles;
using NMoE.Federation.Sweeps;
using NMoE.Learning.Cost;
using NMoE.Learning.Devices;
using NMoE.Learning.Identity;
using NMoE.Learning.Registry;
using Spectre.Console;

namespace NMoE.Cli.Commands;

/// <summary><c>nmoe cost</c>: jobs, FLOP, hours on this machine and bytes of the store, before anything runs.</summary>
internal static class CostCommand
{
    private const double Giga = 1e9;

    /// <summary>The command.</summary>
    public static Command Create()
    {
        var file = Arguments.Configuration();
        var sets = Arguments.Sets();
        var axes = Arguments.Axes();
        var rate = Arguments.Whole("--rate", "Hours on another machine, which trains at so many GFLOP/s in all, instead of on this one, measured.", 1L, 1_000_000_000_000L);
        var json = JsonText.Option("the estimate");
        var command = new Command(
            "cost",
            "Say what an experiment or a sweep would take: jobs, FLOP, hours on this machine, bytes. Examples:\n  nmoe cost experiments/cifar10.conf --set model.width=64\n  nmoe cost experiments/table1.conf --set profile=paper\n  nmoe cost experiments/table1.conf --set profile=paper --rate 20000")
        {
            file, sets, axes, rate, json,
        };
        command.SetAction(parsed => StopSignals.Until(Arguments.BeginsAnew, stop =>
        {
            var estimate = Estimate(parsed.GetRequiredValue(file), parsed.GetRequiredValue(sets), parsed.GetRequiredValue(axes), parsed.GetValue(rate), stop);
            if (parsed.GetValue(json))
            {
                Console.Out.Write(JsonText.Of(estimate));
            }
            else
            {
                CostView.Show(estimate, AnsiConsole.Console);
            }

            return ExitCodes.Success;
        }));
        return command;
    }

    /// <summary>All experiments of a sweep together: what they share counts once.</summary>
    private static CostEstimate Estimate(string file, string[] sets, string[] axes, long? rate, CancellationToken cancellation)
    {
        using var pulse = new Pulse("reading, hashing and dealing the data", Stopwatch.StartNew(), Console.Error.WriteLine);
        var sweep = SweepReader.Read(file, sets, axes, new InputFiles().Open);
        Warnings.Say(sweep.Warnings);
        if (sweep.Halving is not null)
            Warnings.Say(["sweep.search = halving stops most of these experiments early; this counts all of them to their end"]);
        var points = sweep.Points.Select(point => point.Configuration.Settings).ToArray();
        var catalog = Places.Catalog(points[0]);
        var functions = LearningFunctions.All(catalog);
        var store = new JobStore(Places.Store(points[0]));
        var device = rate is null ? points[0].Compute.Computing : ComputeDevice.Cpu;
        TorchThreads.Prepare(device);
        var fingerprintOf = Fingerprint.OfThisMachine(functions, device);
        var executor = new RehearsalExecutor(functions, Memory(store, fingerprintOf));
        var plans = points.Select(settings => WithSecret(Shards.Of(settings, catalog).Plan)).ToArray();
        pulse.Do("rehearsing");
        var watch = Stopwatch.StartNew();
        var rehearsed = plans.Select(plan => Rehearsal.Of(plan, executor, cancellation).Outcome).ToArray();
        var world = watch.Elapsed;
        pulse.Do("measuring this machine");
        var largest = plans.MaxBy(plan => LearningCost.FedCe(plan.Model.Spec, 1, 1))!;
        var (speeds, threads) = rate is { } stated
            ? (Speeds.Stated(stated * Giga), 1)
            : (Speeds.Measure(largest.Model.Spec, largest.Settings.Extractor.Batch), points[0].Compute.Threads);
        return CostEstimate.Of(
            executor, speeds, JobOverhead.Measure(OnCpu(largest), catalog, cancellation), threads, world,
            rehearsed.Sum(outcome => outcome.VirtualTime.Seconds), rehearsed.Sum(outcome => outcome.Report.Ledger.Sum(line => line.Sent))) with
        {
            StatedGflops = rate,
        };
    }

    /// <summary>What a job costs beside its work is the CPU's and the disk's.</summary>
    private static Plan OnCpu(Plan plan) => plan with { Settings = plan.Settings with { Compute = plan.Settings.Compute with { Device = ComputeDevice.Cpu } } };

    /// <summary>What the store remembers; of an empty one nobody asks.</summary>
    private static Func<Job, JobResult?> Memory(JobStore store, Func<string, string> fingerprintOf)
    {
        var keys = store.Keys();
        return job => keys.Count > 0 && JobKey.Of(fingerprintOf(job.Kind), job) is var key && keys.Contains(key) ? store.Find(key)?.Result : null;
    }

    /// <summary>A secret that is there names the jobs that the store remembers; none is made for an estimate.</summary>
    private static Plan WithSecret(Plan plan) => SecretFile.IsNeeded(plan)
        ? plan with { Seeds = plan.Seeds with { Secret = SecretFile.Find(SecretFile.PathIn(Places.Store(plan.Settings))) } }
        : plan;
}
