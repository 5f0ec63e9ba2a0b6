using System.CommandLine;
using System.Text.Json;
using NMoE.Cli.Costing;
using NMoE.Cli.Running;
using NMoE.Compute.Jobs;
using NMoE.Compute.Store;
using NMoE.Federation.Roles;
using NMoE.Learning;
using NMoE.Learning.Identity;
using Spectre.Console;

namespace NMoE.Cli.Commands;

/// <summary><c>nmoe cost</c>: jobs, FLOP, hours on this machine and bytes of the store, before anything runs.</summary>
public static class CostCommand
{
    private static readonly JsonSerializerOptions Json = new() { WriteIndented = true, PropertyNamingPolicy = JsonNamingPolicy.CamelCase };

    /// <summary>The command.</summary>
    public static Command Create()
    {
        var file = Arguments.Configuration();
        var sets = Arguments.Sets();
        var json = new Option<bool>("--json") { Description = "Print the estimate as JSON." };
        var command = new Command(
            "cost",
            "Say what an experiment would take: jobs, FLOP, hours on this machine, bytes. Example:\n  nmoe cost experiments/cifar10.conf --set model.width=64")
        {
            file, sets, json,
        };
        command.SetAction((parsed, cancellation) =>
        {
            var estimate = Estimate(parsed.GetRequiredValue(file), parsed.GetRequiredValue(sets), cancellation);
            if (parsed.GetValue(json))
            {
                Console.Out.WriteLine(JsonSerializer.Serialize(estimate, Json));
            }
            else
            {
                CostView.Show(estimate, AnsiConsole.Console);
            }

            return Task.FromResult(ExitCodes.Success);
        });
        return command;
    }

    private static CostEstimate Estimate(string file, string[] sets, CancellationToken cancellation)
    {
        var settings = ExperimentFile.Read(file, sets).Settings;
        var catalog = Places.Catalog(settings);
        var plan = new Plan(settings, catalog.Open(settings.Data.Name, settings.Seed).Spec);
        var store = new JobStore(Places.Store(settings));
        TorchThreads.Prepare();
        var fingerprintOf = Fingerprint.OfThisMachine(LearningFunctions.All(catalog));
        var rehearsal = Rehearsal.Of(
            plan, catalog, job => store.Find(JobKey.Of(fingerprintOf(job.Kind), job))?.Result, cancellation);
        var speeds = Speeds.Measure(plan.Model, settings.Extractor.Batch);
        return CostEstimate.Of(
            rehearsal.Executor, speeds, settings.Compute.Threads,
            rehearsal.Outcome.VirtualTime.Seconds, rehearsal.Outcome.Report.Ledger.Sum(line => line.Sent));
    }
}
