using System.Collections.Immutable;
using NMoE.Federation.Algorithms;
using NMoE.Federation.Roles;
using NMoE.Federation.Settings;
using NMoE.Learning.Privacy;

namespace NMoE.Federation.Configuration;

/// <summary>Whether noise protects what it is asked to protect.</summary>
internal static class PrivacyCheck
{
    private const double MostEpsilon = 1e6;

    /// <returns>What weakens the protection, or leaves nothing of what is protected, a sentence each.</returns>
    /// <exception cref="ConfigurationException">A picture could move a matrix further than is counted, or the noise protects nothing.</exception>
    public static ImmutableArray<string> Run(ExperimentSettings settings, Values values)
    {
        if (!Objectives.Of(settings.Extractor.Method).ExchangesMatrices || settings.FedSc.Privacy == PrivacyMode.Off)
        {
            return [];
        }

        CheckClients(settings, values);
        var samples = Deal.Partition(settings).Rows;
        var noise = ReleaseNoise.Of(settings.FedSc, settings.Extractor.Rounds, samples)!;
        CheckSigma(settings, values, noise);
        return [.. Warnings(settings.FedSc, samples, noise)];
    }

    private static IEnumerable<string> Warnings(FedScSection fedsc, int samples, ReleaseNoise noise)
    {
        if (fedsc.Delta >= 1.0 / samples)
        {
            yield return FormattableString.Invariant(
                $"{KeyPath.Of(all => all.FedSc.Delta)} is {fedsc.Delta:G6}, and a client has {samples} pictures: a delta of 1/{samples} or more allows whole pictures to be given away. Write a smaller one.");
        }

        if (noise.Sigma > fedsc.Cap)
        {
            yield return FormattableString.Invariant(
                $"The noise on matrices has sigma {noise.Sigma:G6}, and no matrix is larger than {KeyPath.Of(all => all.FedSc.Cap)} = {fedsc.Cap:G6}: nothing of them is left. ")
                + (fedsc.Privacy == PrivacyMode.Budget ? $"Write a larger {KeyPath.Of(all => all.FedSc.Epsilon)}, fewer rounds or more pictures." : $"Write a smaller {KeyPath.Of(all => all.FedSc.Sigma)}.");
        }
    }

    private static void CheckSigma(ExperimentSettings settings, Values values, ReleaseNoise noise)
    {
        var (fedsc, rounds) = (settings.FedSc, settings.Extractor.Rounds);
        if (fedsc.Privacy != PrivacyMode.Noise || GaussianMechanism.Epsilon(fedsc.Delta, noise.Scale / Math.Sqrt(rounds)) <= MostEpsilon)
        {
            return;
        }

        var least = GaussianMechanism.Scale(MostEpsilon, fedsc.Delta) * Math.Sqrt(rounds) * noise.Sigma / noise.Scale;
        throw new ConfigurationException(
            values.Origin(KeyPath.Of(all => all.FedSc.Sigma)), KeyPath.Of(all => all.FedSc.Sigma),
            FormattableString.Invariant($"a noise of sigma {fedsc.Sigma:G6} has an epsilon above {MostEpsilon:0} over the {rounds} releases of a run, and protects nothing"),
            FormattableString.Invariant($"Write at least {least:G3}, or {KeyPath.Of(all => all.FedSc.Privacy)} = off"));
    }

    private static void CheckClients(ExperimentSettings settings, Values values)
    {
        if (settings.Data.AllowOverlap)
        {
            throw new ConfigurationException(
                values.Origin(KeyPath.Of(all => all.Data.AllowOverlap)), KeyPath.Of(all => all.Data.AllowOverlap),
                "a picture that several clients hold would pay for the releases of all of them, and the accountant counts each client alone",
                $"Write off, or {KeyPath.Of(all => all.FedSc.Privacy)} = off");
        }

        if (settings.Model.Norm == NormRule.BatchLocal)
        {
            throw new ConfigurationException(
                values.Origin(KeyPath.Of(all => all.Model.Norm)), KeyPath.Of(all => all.Model.Norm),
                "a client's own norms follow from all its pictures and enter each projection of its matrix, so that one picture can move the matrix further than the noise is made for",
                $"Write group or batch, or {KeyPath.Of(all => all.FedSc.Privacy)} = off");
        }
    }
}
