using System.CommandLine;
using NMoE.Cli.Fuzzing;
using NMoE.Cli.Running;
using NMoE.Federation.Fuzzing;
using Spectre.Console;

namespace NMoE.Cli.Commands;

/// <summary><c>nmoe fuzz</c>: searches for faults, and orders of events, that break the protocol.</summary>
internal static class FuzzCommand
{
    private const long DefaultSeeds = 1_000;

    /// <summary>The command.</summary>
    public static Command Create()
    {
        var file = Arguments.Configuration();
        var sets = Arguments.Sets();
        var seeds = Arguments.Whole("--seeds", "How many seeds to run, from 0 on.", 1, long.MaxValue, DefaultSeeds);
        var time = Arguments.Duration("--time", "Stop after so long, such as \"10 min\". Default: when all seeds have run.");
        var seed = Arguments.Whole("--seed", "Replay this one seed, and say what was drawn.", 0UL, ulong.MaxValue);
        var threads = Arguments.Whole("--threads", "Worlds at a time. Default: compute.threads.", 1, 1024);
        var json = new Option<bool>("--json") { Description = "Print what was found as JSON." };
        var command = new Command(
            "fuzz",
            "Draw small experiments and mixes of faults, permute events of one instant, and check invariants after every event. Nothing is trained.\n"
            + "A seed that fails is printed with the command that replays it and the fewest faults that it takes (code 6). Examples:\n"
            + "  nmoe fuzz experiments/quickstart.conf --seeds 10000\n  nmoe fuzz experiments/quickstart.conf --seed 17")
        {
            file, sets, seeds, time, seed, threads, json,
        };
        command.SetAction(parsed =>
        {
            var (path, overrides) = (parsed.GetRequiredValue(file), parsed.GetRequiredValue(sets));
            var configuration = ExperimentFile.Read(path, overrides);
            Warnings.Say(configuration.Warnings);
            var settings = configuration.Settings;
            var campaign = new FuzzCampaign(settings, parsed.GetValue(threads) ?? settings.Compute.Threads);
            var report = new FuzzReport(path, overrides);
            if (parsed.GetValue(seed) is { } one)
                return StopSignals.Until(Arguments.BeginsAnew, stop => Replay(campaign, report, one, stop));
            var (count, limit) = (parsed.GetRequiredValue(seeds), parsed.GetValue(time));
            using var stop = new StopSignals();
            var code = Search(campaign, report, count, limit, parsed.GetValue(json), stop.Token);
            return stop.HaveStopped ? stop.Stopped("The seeds above have run; the same command begins anew.") : code;
        });
        return command;
    }

    private static int Replay(FuzzCampaign campaign, FuzzReport report, ulong seed, CancellationToken cancellation)
    {
        ShowKept();
        var (whole, shrunk) = campaign.Replay(seed, cancellation);
        foreach (var line in report.Replayed(whole, shrunk))
        {
            Console.Out.WriteLine(line);
        }

        return whole.Violation is null ? ExitCodes.Success : ExitCodes.Violated;
    }

    private static int Search(FuzzCampaign campaign, FuzzReport report, long seeds, TimeSpan? time, bool json, CancellationToken cancellation)
    {
        if (!json)
        {
            ShowKept();
        }

        var result = campaign.Go(seeds, time, cancellation);
        if (json)
        {
            Console.Out.WriteLine(report.Json(result));
            return FuzzReport.IsSound(result) ? ExitCodes.Success : ExitCodes.Violated;
        }

        foreach (var line in report.Failures(result))
        {
            Console.Out.WriteLine(line);
        }

        FuzzReport.ShowCoverage(result, AnsiConsole.Console);
        Console.Out.WriteLine("Without a result:");
        foreach (var line in FuzzReport.Reasons(result).Concat(FuzzReport.Uncovered(result)))
        {
            Console.Out.WriteLine(line);
        }

        Console.Out.WriteLine(FuzzReport.Summary(result));
        return FuzzReport.IsSound(result) ? ExitCodes.Success : ExitCodes.Violated;
    }

    private static void ShowKept()
    {
        foreach (var line in CaseKeys.Sentences)
        {
            Console.Out.WriteLine(line);
        }
    }
}
