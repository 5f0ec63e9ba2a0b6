using System.Collections.Immutable;
using System.Diagnostics;
using System.Globalization;

namespace NMoE.Cli.Running;

/// <summary>This program, started once more as a process of its own.</summary>
internal static class ThisProgram
{
    /// <summary>How to start this program again, by its own name or its library by dotnet. The child ends when this process does, however it does.</summary>
    public static ProcessStartInfo Again(ImmutableArray<string> arguments)
    {
        var library = typeof(ThisProgram).Assembly.Location;
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
