using System.Collections.Immutable;
using System.Diagnostics;
using System.Globalization;
using NMoE.Cli.Commands;
using NMoE.Cli.Running;

namespace NMoE.Cli.Verifying;

/// <summary>Starts a run of a verification as a process of its own, with this process's environment.</summary>
internal static class ChildRun
{
    /// <summary>Runs to the end; what it says of errors goes straight to standard error.</summary>
    /// <returns>Its exit code.</returns>
    /// <exception cref="OperationCanceledException">This process was to stop.</exception>
    public static int Make(
        string experiment, RunTrail trail, ImmutableArray<string> arguments, string title, TextWriter shown, CancellationToken cancellation)
    {
        shown.WriteLine($"{title}:");
        using var process = Process.Start(Start(
            [VerifiedRunCommand.Name, experiment, "--into", trail.Folder, .. arguments]))!;
        using var stopping = cancellation.Register(() => process.Kill(entireProcessTree: true));
        while (process.StandardOutput.ReadLine() is { } line)
        {
            shown.WriteLine("  " + line);
        }

        process.WaitForExit();
        cancellation.ThrowIfCancellationRequested();
        return process.ExitCode;
    }

    /// <summary>How to start this program again, by its own name or its library by dotnet. The child ends when this process does, however it does.</summary>
    public static ProcessStartInfo Start(ImmutableArray<string> arguments)
    {
        var library = typeof(ChildRun).Assembly.Location;
        var host = Environment.ProcessPath ?? "dotnet";
        var start = new ProcessStartInfo(host) { RedirectStandardOutput = true };
        start.Environment[StopSignals.ParentVariable] = Environment.ProcessId.ToString(CultureInfo.InvariantCulture);
        foreach (var argument in Path.GetFileNameWithoutExtension(host) == "dotnet" ? arguments.Insert(0, library) : arguments)
        {
            start.ArgumentList.Add(argument);
        }

        ParentCode.Give(start);
        return start;
    }
}
