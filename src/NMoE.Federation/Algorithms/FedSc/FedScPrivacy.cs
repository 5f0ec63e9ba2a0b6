using System.Globalization;
using NMoE.Federation.Roles;
using NMoE.Federation.Settings;
using NMoE.Learning.Privacy;

namespace NMoE.Federation.Algorithms.FedSc;

/// <summary>The noise on FedSC's matrices, and whether it protects what it is asked to protect.</summary>
internal static class FedScPrivacy
{
    private const double MostEpsilon = 1e6;
    private static readonly string s_privacy = KeyPath.Of(all => all.FedSc.Privacy);

    /// <summary>The noise of one release of a client, so that as many as there are rounds keep to the run's budget; null where none is asked for. One picture of few moves their matrix further.</summary>
    public static ReleaseNoise? Noise(ExperimentSettings settings, int rows)
    {
        var fedsc = settings.FedSc;
        if (fedsc.Privacy == PrivacyMode.Off)
        {
            return null;
        }

        var sensitivity = Sensitivity.Of(fedsc.Neighbours, fedsc.Cap, rows);
        var sigma = fedsc.Privacy == PrivacyMode.Noise ? fedsc.Sigma
            : UpInLastDigit(GaussianMechanism.Scale(fedsc.Epsilon, fedsc.Delta) * Math.Sqrt(settings.Extractor.Rounds) * sensitivity);
        return new(sigma, sigma / sensitivity, fedsc.Delta, fedsc.Secret);
    }

    /// <summary>A picture could move a matrix further than is counted, or the noise protects nothing.</summary>
    public static SettingConflict? Conflict(ExperimentSettings settings)
    {
        SettingConflict Against(string key, string problem, string remedy) => new(key, problem, remedy) { Otherwise = $"{s_privacy} = off" };
        return Noise(settings, Sizes(settings).Fewest) is not { } noise ? null
            : settings.Data.AllowOverlap ? Against(
                KeyPath.Of(all => all.Data.AllowOverlap),
                "a picture that several clients hold would pay for the releases of all of them, and the accountant counts each client alone", "off")
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
        var (fedsc, (fewest, most)) = (settings.FedSc, Sizes(settings));
        if (Noise(settings, fewest) is not { } noise)
        {
            yield break;
        }

        if (fedsc.Delta >= 1.0 / most)
        {
            yield return FormattableString.Invariant(
                $"{KeyPath.Of(all => all.FedSc.Delta)} is {fedsc.Delta:G6}, and a client has {most} pictures: a delta of 1/{most} or more allows whole pictures to be given away. Write a smaller one.");
        }

        if (noise.Sigma > fedsc.Cap)
        {
            yield return FormattableString.Invariant(
                $"The noise on matrices has sigma {noise.Sigma:G6}{(fewest < most ? FormattableString.Invariant($" for a client of {fewest} pictures") : "")}, and no matrix is larger than {KeyPath.Of(all => all.FedSc.Cap)} = {fedsc.Cap:G6}: nothing of them is left. ")
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

    /// <summary>Training pictures of the clients that have fewest and most, without those that have none.</summary>
    private static (int Fewest, int Most) Sizes(ExperimentSettings settings)
    {
        int[] rows = [.. Deal.Sizes(settings).Where(own => own > 0)];
        return (rows.Min(), rows.Max());
    }

    /// <summary>Ten digits, rounded up: sigma enters job keys, and the last bits of a platform's exponential must not.</summary>
    private static double UpInLastDigit(double sigma) =>
        double.Parse((sigma * (1 + 1e-9)).ToString("E9", CultureInfo.InvariantCulture), CultureInfo.InvariantCulture);
}
