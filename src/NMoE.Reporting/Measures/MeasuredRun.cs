using NMoE.Federation.Records;
using NMoE.Reporting.Records;

namespace NMoE.Reporting.Measures;

/// <summary>A run whose numbers are asked for.</summary>
/// <param name="Report">What it reported.</param>
/// <param name="Manifest">Its hashes and virtual time; null where they are not known.</param>
internal sealed record MeasuredRun(RunReport Report, Manifest? Manifest);

/// <summary>One gate on one test set in a run.</summary>
/// <param name="Run">The run.</param>
/// <param name="Pass">The gate's pass.</param>
internal sealed record MeasuredPass(MeasuredRun Run, PassRecord Pass)
{
    /// <summary>How long its requests took; null for references, which send none.</summary>
    public LatencyRecord? Latency => Run.Report.Latencies.FirstOrDefault(one => one.Gate == Pass.Gate && one.Test == Pass.Test);

    /// <summary>What it took to reach an accuracy; null where that was not asked.</summary>
    /// <param name="target">The accuracy.</param>
    /// <param name="of"><see cref="TargetRecord.GlobalModel"/>, or empty for this gate on this test set.</param>
    public TargetRecord? Target(double target, string of) => Run.Report.Targets.FirstOrDefault(one =>
        one.Target == target && (of.Length > 0 ? one.Of == of : one.Of == Pass.Gate && one.Test == Pass.Test));
}
