using System.Collections.Immutable;
using System.Diagnostics;
using NMoE.Cli.Running;

namespace NMoE.Cli.Verifying;

/// <summary>Starts a run of a verification as a process of its own, with this process's environment.</summary>
internal static class ChildRun
{
    /// <summary>The command that makes it.</summary>
    public const string CommandName = "verify-run";

    /// <summary>Runs to the end; what it says of errors goes straight to standard error.</summary>
    /// <returns>Its exit code.</returns>
    /// <exception cref="OperationCanceledException">This process was to stop.</exception>
    public static int Make(
        string experiment, RunTrail trail, ImmutableArray<string> arguments, string title, TextWriter shown, CancellationToken cancellation)
    {
        shown.WriteLine($"{title}:");
        using var process = Process.Start(ThisProgram.Again(
            [CommandName, experiment, "--into", trail.Folder, .. arguments]))!;
        using var stopping = cancellation.Register(() => process.Kill(entireProcessTree: true));
        while (process.StandardOutput.ReadLine() is { } line)
        {
            shown.WriteLine("  " + line);
        }

        process.WaitForExit();
        cancellation.ThrowIfCancellationRequested();
        return process.ExitCode;
    }
}
