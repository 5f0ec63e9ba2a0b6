using System.Diagnostics;
using NMoE.Learning.Identity;

namespace NMoE.Cli.Running;

/// <summary>A process that a command starts is a part of it, and runs its code: whatever lies at the program's path by then.</summary>
internal static class ParentCode
{
    /// <summary>The variable by which a process learns what it is a part of.</summary>
    public const string Variable = "NMOE_PARENT_CODE";

    /// <summary>Tells a process that is to be started what code it must have.</summary>
    public static void Give(ProcessStartInfo child) => child.Environment[Variable] = LoadedCode.OfThisProcess.Hash;

    /// <summary>Ends a process that has other code than the command that started it.</summary>
    /// <exception cref="BuiltAnewException">It has.</exception>
    public static void Check()
    {
        var own = LoadedCode.OfThisProcess.Hash;
        if (Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } parents && parents != own)
            throw new BuiltAnewException(parents, own);
    }
}
