using System.Runtime.InteropServices;

namespace NMoE.Cli.Doctor;

/// <summary>What a machine has to compute with.</summary>
/// <param name="Cores">Cores that this process may use.</param>
/// <param name="MemoryBytes">Memory that this process may use, in bytes: a container's limit where there is one.</param>
/// <param name="System">Operating system and architecture.</param>
public sealed record Machine(int Cores, long MemoryBytes, string System)
{
    /// <summary>The machine that this runs on.</summary>
    public static Machine Here() => new(
        Environment.ProcessorCount,
        GC.GetGCMemoryInfo().TotalAvailableMemoryBytes,
        $"{RuntimeInformation.OSDescription}, {RuntimeInformation.ProcessArchitecture}");
}

/// <summary>Cores and memory.</summary>
/// <param name="machine">The machine.</param>
internal sealed class MachineCheck(Machine machine) : IDoctorCheck
{
    /// <summary>Below this, in bytes, two compute threads may not fit beside the store's cache of the system.</summary>
    public const long ComfortableMemory = 4 * Bytes.PerGibibyte;

    public string Subject => "machine";

    public IReadOnlyList<Finding> Look() =>
    [
        new("system", FindingLevel.Good, machine.System),
        new("cores", FindingLevel.Good, $"{machine.Cores}: compute.threads up to {machine.Cores} is useful"),
        machine.MemoryBytes >= ComfortableMemory
            ? new("memory", FindingLevel.Good, Bytes.Gibibytes(machine.MemoryBytes))
            : new("memory", FindingLevel.Advice, $"{Bytes.Gibibytes(machine.MemoryBytes)}, under {Bytes.Gibibytes(ComfortableMemory)}", "Set compute.threads = 1."),
    ];
}
