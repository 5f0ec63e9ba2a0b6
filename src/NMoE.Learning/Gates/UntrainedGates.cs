using NMoE.Chance;
using NMoE.Learning.Jobs;
using NMoE.Learning.Training;

namespace NMoE.Learning.Gates;

/// <summary>A client's own expert: nothing travels.</summary>
public sealed class LocalGate : IGate
{
    /// <summary>Its name.</summary>
    public const string GateName = "localgate";

    /// <inheritdoc/>
    public string Name => GateName;

    /// <inheritdoc/>
    public bool StaysHome => true;

    /// <inheritdoc/>
    public int Experts(int k, object? keys) => 1;

    /// <inheritdoc/>
    public Choices Choose(GateInput samples)
    {
        ArgumentNullException.ThrowIfNull(samples);
        return Choices.Alike([.. Enumerable.Repeat(samples.Settings.Client, samples.Rows)], 1);
    }

    /// <inheritdoc/>
    public IEnumerable<int> Foretell(int rows, RouteParameters settings, ulong seed)
    {
        ArgumentNullException.ThrowIfNull(settings);
        return Enumerable.Repeat(settings.Client, rows);
    }
}

/// <summary>Draws over all n experts that are there, the own included (Sec. III-C.1); without replacement where k is above 1.</summary>
public sealed class RanGate : IGate
{
    /// <summary>Its name.</summary>
    public const string GateName = "rangate";

    /// <inheritdoc/>
    public string Name => GateName;

    /// <inheritdoc/>
    public Choices Choose(GateInput samples)
    {
        ArgumentNullException.ThrowIfNull(samples);
        var settings = samples.Settings;
        if (!settings.Shares.IsEmpty && (settings.Shares.Length != settings.Clients || settings.Shares.Count(share => share > 0) < settings.K))
        {
            throw new InvalidDataException(FormattableString.Invariant(
                $"A distribution of {settings.Shares.Length} shares cannot choose {settings.K} of {settings.Clients} experts; it needs a share for each, and {settings.K} above 0."));
        }

        return Choices.Alike([.. Draw(samples.Rows, settings, samples.Seed)], settings.K);
    }

    /// <summary>k experts a row, each row by draws of its own.</summary>
    internal static IEnumerable<int> Draw(int rows, RouteParameters settings, ulong seed) => Enumerable.Range(0, rows).SelectMany(row =>
    {
        var draws = new Draws(seed, (uint)DrawPurpose.Route, (uint)row);
        return settings.Shares.IsEmpty ? draws.Permutation(settings.Clients).Where(settings.MayChoose).Take(settings.K) : Weighted(draws, settings);
    });

    /// <summary>k experts, one after the other, each by the shares of those that are left; where these have none, all alike.</summary>
    private static List<int> Weighted(Draws draws, RouteParameters settings)
    {
        var chosen = new List<int>(settings.K);
        while (chosen.Count < settings.K)
        {
            var there = Enumerable.Range(0, settings.Clients).Where(expert => settings.MayChoose(expert) && !chosen.Contains(expert)).ToArray();
            var left = there.Where(expert => settings.Shares[expert] > 0).ToArray();
            var point = draws.Next() * left.Sum(expert => settings.Shares[expert]);
            chosen.Add(left.Length == 0 ? there[draws.Next(there.Length)] : left.FirstOrDefault(expert => (point -= settings.Shares[expert]) < 0, left[^1]));
        }

        return chosen;
    }
}
