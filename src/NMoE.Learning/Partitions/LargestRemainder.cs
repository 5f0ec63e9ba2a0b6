namespace NMoE.Learning.Partitions;

/// <summary>Whole numbers out of shares, by largest remainder.</summary>
public static class LargestRemainder
{
    /// <summary>Whole numbers with a given sum; ties go to the classes after <paramref name="dominant"/> in cyclic order.</summary>
    /// <param name="quotas">How many of each class there would be in fractions, [C].</param>
    /// <param name="total">The sum.</param>
    /// <param name="dominant">A class, 0..C-1.</param>
    public static int[] Round(double[] quotas, int total, int dominant)
    {
        // Rounded first, so that an exact whole number never falls below itself and equal remainders stay equal.
        const int digits = 9;
        var exact = Array.ConvertAll(quotas, quota => Math.Round(quota, digits));
        var counts = Array.ConvertAll(exact, quota => (int)Math.Floor(quota));
        var byRemainder = Enumerable.Range(1, counts.Length)
            .Select(step => (dominant + step) % counts.Length)
            .OrderByDescending(label => Math.Round(exact[label] - counts[label], digits - 2));
        foreach (var label in byRemainder.Take(total - counts.Sum()))
            counts[label]++;
        return counts;
    }
}
