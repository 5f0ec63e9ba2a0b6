using System.Collections.Immutable;
using System.CommandLine;
using System.Globalization;
using NMoE.Cli.Doctor;
using NMoE.Cli.Running;
using NMoE.Cli.Verifying;
using NMoE.Federation.Configuration;

namespace NMoE.Cli.Commands;

/// <summary><c>nmoe verify</c>: whether one experiment has one state hash, whatever computes it.</summary>
internal static class VerifyCommand
{
    private const int MostThreads = 1024;

    /// <summary>The command.</summary>
    public static Command Create()
    {
        var file = Arguments.Configuration();
        var sets = Arguments.Sets();
        var threads = new Option<string?>("--threads") { Description = "Numbers of compute threads, such as 1,2. Default: compute.threads and another." };
        var output = Arguments.Path("--out", "New folder for the stores and traces of the runs, which stay there. Default: a temporary one that is removed.");
        var json = new Option<bool>("--json") { Description = "Print what was found as JSON; progress goes to standard error." };
        var command = new Command(
            "verify",
            "Run an experiment anew with each number of threads, again with all of that remembered, and as its own store remembers it: either all are\n"
            + "the same to the byte, or the first event that differs is named (code 5). Each run is a process of its own; each number of threads takes\n"
            + "as long as a run from an empty store, its disk, and 32 bytes an event. Examples:\n"
            + "  nmoe verify experiments/quickstart.conf\n  nmoe verify experiments/quickstart.conf --threads 1,2 --set extractor.rounds=3 --json")
        {
            file, sets, threads, output, json,
        };
        command.SetAction(parsed => Verify(
            parsed.GetRequiredValue(file), parsed.GetRequiredValue(sets), parsed.GetValue(threads), parsed.GetValue(output), parsed.GetValue(json)));
        return command;
    }

    private static int Verify(string file, string[] sets, string? threads, string? output, bool json)
    {
        var (given, configuration) = GivenExperiment.Read(file, sets);
        Warnings.Say(configuration.Warnings.Concat(SlowArithmetic.Of([configuration.Settings], Numerics.Here())));
        var counts = threads is null ? Default(configuration.Settings.Compute.Threads) : Numbers(threads);
        return StopSignals.Until(
            output is null ? Arguments.BeginsAnew : $"What was computed stays in {output}; name another folder to begin anew.",
            stop => Verify(configuration, given, counts, output, json, stop));
    }

    private static int Verify(
        EffectiveConfiguration configuration, GivenExperiment given, ImmutableArray<int> counts, string? output, bool json, CancellationToken cancellation)
    {
        var place = output is null ? Directory.CreateTempSubdirectory("nmoe-verify-").FullName : NewFolder(output);
        try
        {
            var shown = json ? Console.Error : Console.Out;
            var experiment = Claim(given, place);
            var verification = new Verification(
                counts, place, output is null ? Keeping.Nothing : Keeping.Everything,
                (title, trail, arguments) => ChildRun.Make(experiment, trail, arguments, title, shown, cancellation));
            var (runs, code) = verification.Go();
            if (code != ExitCodes.Success)
            {
                return ExitCodes.IsStopped(code) ? StoppedRun(code) : code;
            }

            var report = new VerifyReport(configuration.Settings.Experiment.Name, configuration.ConfigHash, runs);
            Console.Out.WriteLine(json ? report.Json() : "\n" + string.Join('\n', report.Lines()));
            return report.IsEqual ? ExitCodes.Success : ExitCodes.Different;
        }
        finally
        {
            if (output is null)
            {
                Directory.Delete(place, recursive: true);
            }
        }
    }

    /// <summary>A signal went to the run, and perhaps to this process a moment later.</summary>
    private static int StoppedRun(int code)
    {
        Console.Error.WriteLine("A run of the verification was stopped; the same command begins anew.");
        return code;
    }

    private static ImmutableArray<int> Default(int own) => [own, own == 1 ? 2 : 1];

    private static ImmutableArray<int> Numbers(string written)
    {
        var numbers = written.Split(',')
            .Select(text => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number <= MostThreads ? number : 0)
            .ToImmutableArray();
        return numbers.Contains(0)
            ? throw new BadArgumentException("--threads", $"'{written}' is no list of numbers of threads", "Write whole numbers in 1..1024 with commas between them, as in --threads 1,2")
            : [.. numbers.Distinct()];
    }

    /// <summary>Writes what the runs read. Of two commands that found the same empty folder one is first.</summary>
    private static string Claim(GivenExperiment given, string folder)
    {
        var path = Path.Combine(folder, "experiment.json");
        try
        {
            given.Write(path);
            return path;
        }
        catch (IOException) when (File.Exists(path))
        {
            throw new BadArgumentException("--out", $"another verification writes to '{folder}' now", "Name a folder that is not there yet");
        }
    }

    /// <summary>What lies in the folder would be taken for what was computed just now.</summary>
    private static string NewFolder(string path) => Directory.Exists(path) && Directory.EnumerateFileSystemEntries(path).Any()
        ? throw new BadArgumentException("--out", $"the folder '{path}' is not empty", "Name one that is not there yet")
        : Directory.CreateDirectory(path).FullName;
}
