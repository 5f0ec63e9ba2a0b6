using System.CommandLine;
using NMoE.Cli.Running;
using NMoE.Cli.Verifying;
using Spectre.Console;

namespace NMoE.Cli.Commands;

/// <summary>One run of <c>nmoe verify</c>, which starts it as a process of its own. Not for people, so help does not show it.</summary>
internal static class VerifiedRunCommand
{
    /// <summary>The command. Without a store it asks the experiment's own and computes nothing.</summary>
    public static Command Create()
    {
        var experiment = new Argument<string>("EXPERIMENT");
        var into = new Option<string>("--into") { Required = true };
        var store = new Option<string?>("--store");
        var threads = new Option<int>("--threads");
        var command = new Command(ChildRun.CommandName) { experiment, into, store, threads };
        command.Hidden = true;
        command.SetAction(parsed =>
        {
            using var stop = new StopSignals();
            var run = new VerifiedRun(
                GivenExperiment.Load(parsed.GetRequiredValue(experiment)), new RunTrail(parsed.GetRequiredValue(into)), AnsiConsole.Console);
            try
            {
                Go(run, parsed.GetValue(store), parsed.GetValue(threads), stop.Token);
            }
            catch (Exception) when (stop.HaveStopped)
            {
                // The verification says so, once for all of its runs.
                return stop.Code;
            }

            return ExitCodes.Success;
        });
        return command;
    }

    private static void Go(VerifiedRun run, string? store, int threads, CancellationToken cancellation)
    {
        if (store is null)
        {
            run.Recall(cancellation);
        }
        else
        {
            run.Compute(store, threads, cancellation);
        }
    }
}
