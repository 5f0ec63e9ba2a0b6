using System.Collections.Immutable;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics.X86;

namespace NMoE.Cli.Doctor;

/// <summary>What chooses the bits of a training step: the vector units, and the variables by which native libraries choose among them.</summary>
/// <param name="Capability">The widest that the CPU has: <c>avx512</c>, <c>avx2</c>, <c>baseline</c> or <c>arm64</c>.</param>
/// <param name="Variables">The pinned variables that are set, by name.</param>
public sealed record Numerics(string Capability, ImmutableSortedDictionary<string, string> Variables)
{
    private const string CpuInfo = "/proc/cpuinfo";

    /// <summary>What the CPU says that it can do, as the launcher reads it; empty where the system does not tell.</summary>
    public ImmutableSortedSet<string> Flags { get; init; } = [];

    // oneDNN's names of what has them, from the least.
    private static readonly string[] s_withBf16 =
        ["AVX512_CORE_BF16", "AVX512_CORE_FP16", "AVX512_CORE_AMX", "AVX512_CORE_AMX_FP16", "AVX10_1_512", "AVX10_1_512_AMX", "AVX10_1_512_AMX_FP16", "ALL", "DEFAULT"];

    /// <summary>Why products in bf16 are emulated here, which takes several times as long as fp32; null where the CPU makes them, and on Arm, where it is not known.</summary>
    public (string Reason, string Remedy)? EmulatedBf16
    {
        get
        {
            if (Capability == "arm64")
                return null;
            if (!Flags.Contains("avx512_bf16"))
                return ("not of this CPU", "Set model.precision=fp32, which is faster here.");
            var ceiling = Variables.GetValueOrDefault("ONEDNN_MAX_CPU_ISA");
            return ceiling is null || s_withBf16.Contains(ceiling)
                ? null
                : ($"of this CPU, yet {(Variables.TryGetValue("NMOE_ISA", out var isa) ? $"NMOE_ISA={isa}" : $"ONEDNN_MAX_CPU_ISA={ceiling}")} pins them away", "Leave NMOE_ISA unset, or set NMOE_ISA=avx512-bf16.");
        }
    }

    /// <summary>All variables that the launcher pins on x64.</summary>
    public static ImmutableArray<string> Pinned { get; } =
        ["ATEN_CPU_CAPABILITY", "ONEDNN_MAX_CPU_ISA", "MKL_CBWR", "OMP_NUM_THREADS", "MKL_NUM_THREADS", "NMOE_ISA"];

    /// <summary>Those of this process.</summary>
    public static Numerics Here() => new(CapabilityHere(), Pinned
        .Select(name => (Name: name, Value: Environment.GetEnvironmentVariable(name)))
        .Where(variable => !string.IsNullOrEmpty(variable.Value))
        .ToImmutableSortedDictionary(variable => variable.Name, variable => variable.Value!, StringComparer.Ordinal))
    {
        Flags = File.Exists(CpuInfo) ? FlagsOf(File.ReadAllText(CpuInfo)) : [],
    };

    /// <summary>The flags of the first CPU in the text of <c>/proc/cpuinfo</c>.</summary>
    public static ImmutableSortedSet<string> FlagsOf(string cpuInfo)
    {
        ArgumentNullException.ThrowIfNull(cpuInfo);
        var line = cpuInfo.Split('\n').FirstOrDefault(line => line.StartsWith("flags", StringComparison.Ordinal)) ?? string.Empty;
        return line[(line.IndexOf(':', StringComparison.Ordinal) + 1)..].Split(' ', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
            .ToImmutableSortedSet(StringComparer.Ordinal);
    }

    private static string CapabilityHere() =>
        RuntimeInformation.ProcessArchitecture == Architecture.Arm64 ? "arm64"
        : Avx512BW.IsSupported && Avx512DQ.IsSupported && Avx512F.VL.IsSupported ? "avx512"
        : Avx2.IsSupported ? "avx2"
        : "baseline";
}

/// <summary>Whether two runs on this machine, and on one like it, give the same bits.</summary>
/// <param name="numerics">What was found.</param>
internal sealed class NumericsCheck(Numerics numerics) : IDoctorCheck
{
    private static readonly string[] Threads = ["OMP_NUM_THREADS", "MKL_NUM_THREADS"];
    private static readonly string[] Vectors = ["ATEN_CPU_CAPABILITY", "ONEDNN_MAX_CPU_ISA", "MKL_CBWR"];

    public string Subject => "numerics";

    public IReadOnlyList<Finding> Look() => [Capability(), VectorChoice(), .. Bf16(), ThreadChoice()];

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

    /// <summary>Whether <c>model.precision = bf16</c> is faster here, or slower: libraries compute it either way, and say nothing.</summary>
    private ImmutableArray<Finding> Bf16()
    {
        const string subject = "bf16 products";
        if (numerics.Capability == "arm64")
            return [];
        return numerics.EmulatedBf16 is var (reason, remedy)
            ? [new(subject, FindingLevel.Advice, $"{reason}: model.precision = bf16, which profile = cpu sets, would be emulated", remedy)]
            : [new(subject, FindingLevel.Good, "of this CPU, and used where model.precision = bf16")];
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
