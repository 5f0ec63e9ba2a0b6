using System.Collections.Immutable;

namespace NMoE.Federation.Sweeps;

/// <summary>What experiments are compared by on their way.</summary>
public enum HalvingMeasure
{
    /// <summary>The accuracy of stage 1's global model on the first test set; more is better.</summary>
    Accuracy,

    /// <summary>The clients' mean training loss of the round; less is better.</summary>
    Loss,
}

/// <summary>
/// Successive halving (Jamieson and Talwalkar, Non-stochastic best arm identification and hyperparameter optimization, AISTATS 2016), on the rungs of a bracket of Hyperband (Li et al., JMLR 2018): of n combinations
/// one in eta goes on at each rung, and rungs are eta times as many rounds apart.
/// </summary>
/// <param name="Measure">What they are compared by.</param>
/// <param name="Eta">From 2.</param>
/// <param name="First">The first rung; null for that from which one combination, or fewer than eta, comes to the end.</param>
/// <param name="Rounds">Rounds of stage 1.</param>
public sealed record SweepHalving(HalvingMeasure Measure, int Eta, int? First, int Rounds)
{
    /// <summary>The rungs in order; none where nothing is left to be stopped.</summary>
    /// <param name="combinations">How many there are.</param>
    public ImmutableArray<HalvingRung> Rungs(int combinations)
    {
        var rungs = ImmutableArray.CreateBuilder<HalvingRung>();
        var stay = combinations;
        for (long round = First ?? Usual(combinations); round < Rounds && stay > 1; round *= Eta)
        {
            stay = Math.Max(1, stay / Eta);
            rungs.Add(new((int)round, stay));
        }

        return rungs.ToImmutable();
    }

    /// <summary>So many rounds that eta times as many, again and again for each time that combinations can be divided, are all.</summary>
    private int Usual(int combinations)
    {
        var (share, left) = (1L, combinations);
        while (left >= Eta && share * Eta <= Rounds)
            (share, left) = (share * Eta, left / Eta);
        return (int)((Rounds + share - 1) / share);
    }
}

/// <summary>Where combinations are compared.</summary>
/// <param name="Round">After which round of stage 1.</param>
/// <param name="Stay">How many go on.</param>
public readonly record struct HalvingRung(int Round, int Stay);
