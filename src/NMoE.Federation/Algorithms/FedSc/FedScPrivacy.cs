using System.Globalization;
using NMoE.Federation.Roles;
using NMoE.Federation.Settings;
using NMoE.Learning.Partitions;
using NMoE.Learning.Privacy;

namespace NMoE.Federation.Algorithms.FedSc;

/// <summary>The noise on FedSC's matrices, and whether it protects what it is asked to protect.</summary>
internal static class FedScPrivacy
{
    private const double MostEpsilon = 1e6;
    private static readonly string s_privacy = KeyPath.Of(all => all.FedSc.Privacy);

    /// <summary>The noise of one release, so that as many as there are rounds keep to the run's budget; null where none is asked for.</summary>
    public static ReleaseNoise? Noise(ExperimentSettings settings)
    {
        var fedsc = settings.FedSc;
        if (fedsc.Privacy == PrivacyMode.Off)
        {
            return null;
        }

        var sensitivity = Sensitivity.Of(fedsc.Neighbours, fedsc.Cap, Samples(settings));
        var sigma = fedsc.Privacy == PrivacyMode.Noise ? fedsc.Sigma
            : UpInLastDigit(GaussianMechanism.Scale(fedsc.Epsilon, fedsc.Delta) * Math.Sqrt(settings.Extractor.Rounds) * sensitivity);
        return new(sigma, sigma / sensitivity, fedsc.Delta, fedsc.Secret);
    }

    /// <summary>A picture could move a matrix further than is counted, or the noise protects nothing.</summary>
    public static SettingConflict? Conflict(ExperimentSettings settings)
    {
        SettingConflict Against(string key, string problem, string remedy) => new(key, problem, remedy) { Otherwise = $"{s_privacy} = off" };
        return Noise(settings) is not { } noise ? null
            : settings.Data.AllowOverlap ? Against(
                KeyPath.Of(all => all.Data.AllowOverlap),
                "a picture that several clients hold would pay for the releases of all of them, and the accountant counts each client alone", "off")
            : Deal.Partition(settings) is { Sizes: not SizeRule.Equal } ? Against(
                KeyPath.Of(all => all.Data.Sizes), "a picture moves the matrix of a client with few of them further, and all clients add the same noise", "equal")
            : settings.Data.Partition == NaturalPartition.PartitionName ? Against(
                KeyPath.Of(all => all.Data.Partition), "a picture moves the matrix of a user with few of them further, and all clients add the same noise", "iid")
            : settings.Model.Norm == NormRule.BatchLocal ? Against(
                KeyPath.Of(all => all.Model.Norm),
                "a client's own norms follow from all its pictures and enter each projection of its matrix, so that one picture can move the matrix further than the noise is made for", "group or batch")
            : Least(settings, noise) is { } least ? Against(
                KeyPath.Of(all => all.FedSc.Sigma),
                FormattableString.Invariant($"a noise of sigma {settings.FedSc.Sigma:G6} has an epsilon above {MostEpsilon:0} over the {settings.Extractor.Rounds} releases of a run, and protects nothing"),
                FormattableString.Invariant($"at least {least:G3}"))
            : null;
    }

    /// <summary>What weakens the protection, or leaves nothing of what is protected, a sentence each.</summary>
    public static IEnumerable<string> Warnings(ExperimentSettings settings)
    {
        var (fedsc, samples) = (settings.FedSc, Samples(settings));
        if (Noise(settings) is not { } noise)
        {
            yield break;
        }

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

    /// <summary>The least sigma that protects something, where the stated one does not.</summary>
    private static double? Least(ExperimentSettings settings, ReleaseNoise noise)
    {
        var (fedsc, rounds) = (settings.FedSc, Math.Sqrt(settings.Extractor.Rounds));
        return fedsc.Privacy != PrivacyMode.Noise || GaussianMechanism.Epsilon(fedsc.Delta, noise.Scale / rounds) <= MostEpsilon
            ? null
            : GaussianMechanism.Scale(MostEpsilon, fedsc.Delta) * rounds * noise.Sigma / noise.Scale;
    }

    private static int Samples(ExperimentSettings settings) => Deal.Partition(settings).Rows;

    /// <summary>Ten digits, rounded up: sigma enters job keys, and the last bits of a platform's exponential must not.</summary>
    private static double UpInLastDigit(double sigma) =>
        double.Parse((sigma * (1 + 1e-9)).ToString("E9", CultureInfo.InvariantCulture), CultureInfo.InvariantCulture);
}
