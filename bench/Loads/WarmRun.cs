using System.Diagnostics;
using NMoE.Cli.Running;

namespace NMoE.Bench.Loads;

/// <summary>A whole <c>nmoe run</c> of a thousand small jobs, a process of its own, on a store that holds much else: once to remember them, and then warm.</summary>
/// <param name="store">The store's folder.</param>
/// <param name="output">Where the run leaves its folder.</param>
internal sealed class WarmRun(string store, string output)
{
    // Seven hundred jobs of training, and those of serving and measuring.
    private const string Experiment = """
        experiment { name = warm, clients = 10 }
        data { train-per-client = 20, test-per-client = 10, size = 28, colour = grey }
        model { extractor = lenet5-relu, expert = linear }
        extractor { rounds = 60, epochs = 1, batch = 10 }
        expert.epochs = 1
        gate.rounds = 10
        evaluation.every-rounds = 10
        """;

    /// <summary>What is measured, in order: each gives the jobs that it was made of.</summary>
    public IEnumerable<(string Name, Func<string> Step)> Steps(CancellationToken cancellation)
    {
        yield return ("a whole run, nothing remembered", () => Run(cancellation).Jobs);
        yield return ("the same run, all remembered", () => Run(cancellation).Jobs);
        yield return ("of the same run, again: from the command to the end of its first round", () => Text($"it began after {Run(cancellation).First.TotalSeconds:F3} s"));
    }

    private (string Jobs, TimeSpan First) Run(CancellationToken cancellation)
    {
        Directory.CreateDirectory(output);
        var file = Path.Combine(output, "warm.conf");
        File.WriteAllText(file, Experiment);
        var began = Stopwatch.GetTimestamp();
        using var process = Process.Start(ThisProgram.Again(["run", file, "--out", output, "--set", "compute.store.path=" + store]))!;
        using var stopping = cancellation.Register(() => process.Kill(entireProcessTree: true));
        TimeSpan? first = null;
        var jobs = "";
        while (process.StandardOutput.ReadLine() is { } line)
        {
            if (line.Contains(" 1/60 ", StringComparison.Ordinal))
                first ??= Stopwatch.GetElapsedTime(began);
            if (line.StartsWith("jobs ", StringComparison.Ordinal))
                jobs = line["jobs ".Length..].Trim();
        }

        process.WaitForExit();
        cancellation.ThrowIfCancellationRequested();
        return process.ExitCode == 0 && first is { } when ? (jobs, when) : throw new InvalidOperationException(Text($"The run on this store ended with code {process.ExitCode}; what it said stands above."));
    }

    private static string Text(FormattableString text) => FormattableString.Invariant(text);
}
