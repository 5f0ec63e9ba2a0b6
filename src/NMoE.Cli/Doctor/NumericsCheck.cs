using System.Collections.Immutable;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics.X86;

namespace NMoE.Cli.Doctor;

/// <summary>What chooses the bits of a training step: the vector units, and the variables by which native libraries choose among them.</summary>
/// <param name="Capability">The widest that the CPU has: <c>avx512</c>, <c>avx2</c>, <c>baseline</c> or <c>arm64</c>.</param>
/// <param name="Variables">The pinned variables that are set, by name.</param>
public sealed record Numerics(string Capability, ImmutableSortedDictionary<string, string> Variables)
{
    /// <summary>All variables that the launcher pins on x64.</summary>
    public static ImmutableArray<string> Pinned { get; } =
        ["ATEN_CPU_CAPABILITY", "ONEDNN_MAX_CPU_ISA", "MKL_CBWR", "OMP_NUM_THREADS", "MKL_NUM_THREADS", "NMOE_ISA"];

    /// <summary>Those of this process.</summary>
    public static Numerics Here() => new(CapabilityHere(), Pinned
        .Select(name => (Name: name, Value: Environment.GetEnvironmentVariable(name)))
        .Where(variable => !string.IsNullOrEmpty(variable.Value))
        .ToImmutableSortedDictionary(variable => variable.Name, variable => variable.Value!, StringComparer.Ordinal));

    private static string CapabilityHere() =>
        RuntimeInformation.ProcessArchitecture == Architecture.Arm64 ? "arm64"
        : Avx512BW.IsSupported && Avx512DQ.IsSupported && Avx512F.VL.IsSupported ? "avx512"
        : Avx2.IsSupported ? "avx2"
        : "baseline";
}

/// <summary>Whether two runs on this machine, and on one like it, give the same bits.</summary>
/// <param name="numerics">What was found.</param>
public sealed class NumericsCheck(Numerics numerics) : IDoctorCheck
{
    private static readonly string[] Threads = ["OMP_NUM_THREADS", "MKL_NUM_THREADS"];
    private static readonly string[] Vectors = ["ATEN_CPU_CAPABILITY", "ONEDNN_MAX_CPU_ISA", "MKL_CBWR"];

    /// <inheritdoc/>
    public string Subject => "numerics";

    /// <inheritdoc/>
    public IReadOnlyList<Finding> Look() => [Capability(), VectorChoice(), ThreadChoice()];

    private Finding Capability() =>
        numerics.Capability != "avx512" && numerics.Variables.GetValueOrDefault("ATEN_CPU_CAPABILITY") == "avx512"
            ? new("CPU capability", FindingLevel.Broken, $"{numerics.Capability}, yet ATEN_CPU_CAPABILITY asks for avx512", "Set NMOE_ISA=avx2 or leave it unset.")
            : new("CPU capability", FindingLevel.Good, numerics.Capability);

    private Finding VectorChoice()
    {
        const string subject = "vector units";
        if (numerics.Capability == "arm64" || numerics.Variables.GetValueOrDefault("NMOE_ISA") == "native")
            return new(subject, FindingLevel.Good, "left to the libraries; the same bits are promised on this kind of CPU only");
        var unset = Vectors.Where(name => !numerics.Variables.ContainsKey(name)).ToArray();
        return unset.Length == 0
            ? new(subject, FindingLevel.Good, "pinned: " + Shown(Vectors))
            : new(subject, FindingLevel.Advice, "not pinned: " + string.Join(", ", unset), "Start the program with ./nmoe, which sets them before the libraries load.");
    }

    private Finding ThreadChoice()
    {
        var other = Threads.Where(name => numerics.Variables.GetValueOrDefault(name) != "1").ToArray();
        return other.Length == 0
            ? new("threads of a job", FindingLevel.Good, "pinned: " + Shown(Threads))
            : new("threads of a job", FindingLevel.Advice, $"{string.Join(", ", other)} should be 1", "Start the program with ./nmoe.");
    }

    private string Shown(string[] names) => string.Join(", ", names.Select(name => $"{name}={numerics.Variables[name]}"));
}
