using NMoE.Learning.Jobs;
using NMoE.Learning.Privacy;

namespace NMoE.Federation.Settings;

/// <summary>Stage 1 without labels: FedSC (algorithms.md, sections 3 and 4).</summary>
/// <param name="Dimension">d of the projection head.</param>
/// <param name="Cap">mu: projections are scaled down to this squared norm.</param>
/// <param name="SelfWeight">What a client's own matrix counts.</param>
/// <param name="External">How the other clients' matrices are weighed.</param>
/// <param name="Stale">What is done with a missing client's last matrix.</param>
/// <param name="Privacy">Whether matrices are noised.</param>
/// <param name="Secret">What the noise follows from.</param>
/// <param name="Epsilon">Of the whole run, for a budget.</param>
/// <param name="Delta">Of the whole run.</param>
/// <param name="Sigma">Standard deviation of the noise, where it is given.</param>
/// <param name="Neighbours">When two data sets count as neighbours.</param>
public sealed record FedScSection(
    int Dimension, double Cap, SelfWeight SelfWeight, ExternalWeights External, StaleMatrices Stale, PrivacyMode Privacy, NoiseKey Secret, double Epsilon, double Delta,
    double Sigma, Neighbours Neighbours);

/// <summary>What a client's own correlation matrix counts in its loss.</summary>
public enum SelfWeight
{
    /// <summary>Its share of the data, as Eq. (4) has it.</summary>
    DataShare,

    /// <summary>From 1 to 0.2 over the rounds, as the authors' code has it.</summary>
    Linear,
}

/// <summary>How the other clients' matrices are weighed.</summary>
public enum ExternalWeights
{
    /// <summary>By their data.</summary>
    Weighted,

    /// <summary>All alike, as the authors' code has it.</summary>
    Unweighted,
}

/// <summary>What is done with the last matrix of a client that sends none.</summary>
public enum StaleMatrices
{
    /// <summary>It is used again.</summary>
    Keep,

    /// <summary>It is left out.</summary>
    Drop,
}

/// <summary>Whether correlation matrices are noised.</summary>
public enum PrivacyMode
{
    /// <summary>They are sent as they are.</summary>
    Off,

    /// <summary>So that the whole run has the given epsilon and delta.</summary>
    Budget,

    /// <summary>With the given standard deviation; the run reports its epsilon.</summary>
    Noise,
}
