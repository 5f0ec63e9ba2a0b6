using NMoE.Federation.Roles;
using NMoE.Learning.Identity;
using NMoE.Reporting.Records;

namespace NMoE.Cli.Running;

/// <summary>What a result of this process follows from beside its configuration.</summary>
internal static class ResultInputs
{
    /// <summary>Of an experiment that this process runs, on a thread prepared by <see cref="TorchThreads.Prepare()"/>.</summary>
    public static RunInputs Of(Plan plan) => new(
        LoadedCode.OfThisProcess.Hash,
        $"{plan.Deal.Data.Name} {plan.Deal.Data.ContentHash}",
        Fingerprint.OfArithmetic(plan.Settings.Compute.Computing),
        plan.Seeds.Secret is { } secret ? FormattableString.Invariant($"secret {secret.KeyId:x16}") : plan.Pipeline.Noise is null ? null : "the seed");

    /// <summary>Of one that is rehearsed: nothing is computed that could be rounded.</summary>
    public static RunInputs OfTimes(Plan plan) => new(LoadedCode.OfThisProcess.Hash, $"{plan.Deal.Data.Name} {plan.Deal.Data.ContentHash}", "none: nothing is learned", null);
}
