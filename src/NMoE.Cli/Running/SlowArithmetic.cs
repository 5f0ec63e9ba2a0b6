using NMoE.Cli.Doctor;
using NMoE.Federation.Settings;
using NMoE.Learning.Models;

namespace NMoE.Cli.Running;

/// <summary>What computes far more slowly on this machine than it might: right, and for hours longer than who wrote the experiment elsewhere would think.</summary>
internal static class SlowArithmetic
{
    /// <summary>A sentence where experiments ask for bf16 of a CPU that has to emulate it.</summary>
    /// <param name="experiments">Those that this process computes.</param>
    /// <param name="here">This machine.</param>
    public static IEnumerable<string> Of(IEnumerable<ExperimentSettings> experiments, Numerics here)
    {
        if (here.EmulatedBf16 is var (reason, remedy) && experiments.Any(settings => settings.Model.Precision == Precision.BFloat16 && settings.Compute.Device.IsCpu))
            yield return $"model.precision = bf16: products in bf16 are {reason}, and are emulated, which takes several times as long as fp32. {remedy} fp32 gives other results than bf16 (docs/speed.md)";
    }
}
