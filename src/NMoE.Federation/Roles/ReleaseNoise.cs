using System.Globalization;
using NMoE.Federation.Settings;
using NMoE.Learning.Privacy;

namespace NMoE.Federation.Roles;

/// <summary>The noise on a released correlation matrix.</summary>
/// <param name="Sigma">Standard deviation of E's elements.</param>
/// <param name="Scale">sigma / sensitivity.</param>
public sealed record ReleaseNoise(double Sigma, double Scale)
{
    /// <summary>The noise of one release, so that as many as there are rounds keep to the run's budget; null where none is asked for.</summary>
    public static ReleaseNoise? Of(FedScSection settings, int rounds, int samples)
    {
        ArgumentNullException.ThrowIfNull(settings);
        var sensitivity = Sensitivity.Of(settings.Neighbours, settings.Cap, samples);
        return settings.Privacy switch
        {
            PrivacyMode.Budget => WithSigma(
                UpInLastDigit(GaussianMechanism.Scale(settings.Epsilon, settings.Delta) * Math.Sqrt(rounds) * sensitivity), sensitivity),
            PrivacyMode.Noise => WithSigma(settings.Sigma, sensitivity),
            _ => null,
        };
    }

    private static ReleaseNoise WithSigma(double sigma, double sensitivity) => new(sigma, sigma / sensitivity);

    /// <summary>Ten digits, rounded up: sigma enters job keys, and the last bits of a platform's exponential must not.</summary>
    private static double UpInLastDigit(double sigma) =>
        double.Parse((sigma * (1 + 1e-9)).ToString("E9", CultureInfo.InvariantCulture), CultureInfo.InvariantCulture);
}
