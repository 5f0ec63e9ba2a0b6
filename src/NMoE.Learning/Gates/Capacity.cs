using System.Collections.Immutable;

namespace NMoE.Learning.Gates;

/// <summary>
/// How many samples of a request an expert is asked at most, and what becomes of the others (GShard, as in HetuMoE, arXiv 2203.14685): first choices have precedence over second ones, and earlier samples over later ones. Whom all its
/// experts drop, the client's own answers.
/// </summary>
internal static class Capacity
{
    // What a product of decimal fractions is off by is no sample more.
    private const double Rounding = 1e-9;

    /// <summary>k ceil(T / E factor).</summary>
    /// <param name="k">Experts a sample.</param>
    /// <param name="samples">T, samples of the request.</param>
    /// <param name="experts">E, experts that there are.</param>
    /// <param name="factor">The factor.</param>
    public static long Of(int k, int samples, int experts, double factor) => k * (long)Math.Ceiling((samples * factor / experts) - Rounding);

    /// <summary>The choices that are left; rows that lost none are as they were.</summary>
    /// <param name="choices">What the gate chose.</param>
    /// <param name="samples">Of what: requests, experts and k.</param>
    /// <param name="factor">The factor.</param>
    public static Choices Drop(Choices choices, GateInput samples, double factor)
    {
        var (experts, weights, k) = (choices.Experts.ToArray(), choices.Weights.ToArray(), samples.Settings.K);
        foreach (var (first, count) in samples.Requests())
        {
            var dropped = Dropped(choices, first, count, k, Of(k, count, samples.Experts.Length, factor));
            foreach (var row in dropped.Select(slot => slot / k).Distinct())
            {
                ImmutableArray<(int, double)> left = [.. Enumerable.Range(row * k, k).Where(slot => !dropped.Contains(slot) && choices.Weights[slot] > 0).Select(slot => (choices.Experts[slot], (double)choices.Weights[slot]))];
                // Somebody has to answer: whoever has no expert of its own asks its first choice all the same.
                var kept = Choices.UpTo([left.IsEmpty ? [(samples.OwnExpert ?? choices.Experts[row * k], 1)] : left], k, samples.OwnExpert);
                kept.Experts.CopyTo(experts, row * k);
                kept.Weights.CopyTo(weights, row * k);
            }
        }

        return new(experts, weights);
    }

    private static SortedSet<int> Dropped(Choices choices, int first, int count, int k, long capacity)
    {
        var (asked, dropped) = (new Dictionary<int, long>(), new SortedSet<int>());
        for (var choice = 0; choice < k; choice++)
        {
            for (var row = first; row < first + count; row++)
            {
                var slot = (row * k) + choice;
                var before = asked.GetValueOrDefault(choices.Experts[slot]);
                if (choices.Weights[slot] > 0 && before >= capacity)
                {
                    dropped.Add(slot);
                }
                else if (choices.Weights[slot] > 0)
                {
                    asked[choices.Experts[slot]] = before + 1;
                }
            }
        }

        return dropped;
    }
}
