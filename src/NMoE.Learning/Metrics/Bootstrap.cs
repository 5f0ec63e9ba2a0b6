using NMoE.Chance;
using NMoE.Learning.Training;

namespace NMoE.Learning.Metrics;

/// <summary>
/// A 95 % percentile interval of accuracy by the bootstrap in two stages (Davison and Hinkley, 1997, sec. 3.8): clients are drawn with replacement, then
/// pictures of each drawn client. It says how much another draw of clients and pictures would move the number; what another training would do, it does not say.
/// </summary>
/// <param name="Low">2.5 % quantile.</param>
/// <param name="High">97.5 % quantile.</param>
public sealed record Bootstrap(double Low, double High)
{
    private const int Replicates = 1000;
    private const double Tail = 0.025;

    /// <summary>The interval.</summary>
    /// <param name="right">By client: 1 where a picture is right, else 0.</param>
    /// <exception cref="ArgumentException">There is no client, or one without pictures.</exception>
    public static Bootstrap Of(IReadOnlyList<int[]> right)
    {
        ArgumentNullException.ThrowIfNull(right);
        if (right.Count == 0 || right.Any(client => client.Length == 0))
        {
            throw new ArgumentException("At least one client is needed, each with pictures.", nameof(right));
        }

        var draws = new Draws(0, (uint)DrawPurpose.Bootstrap, 0);
        var accuracies = new double[Replicates];
        for (var replicate = 0; replicate < Replicates; replicate++)
        {
            accuracies[replicate] = Accuracy(right, draws);
        }

        Array.Sort(accuracies);
        return new(accuracies[(int)(Tail * Replicates)], accuracies[^((int)(Tail * Replicates) + 1)]);
    }

    private static double Accuracy(IReadOnlyList<int[]> right, Draws draws)
    {
        var (hits, count) = (0L, 0L);
        for (var i = 0; i < right.Count; i++)
        {
            var client = right[draws.Next(right.Count)];
            foreach (var _ in client)
            {
                hits += client[draws.Next(client.Length)];
            }

            count += client.Length;
        }

        return hits / (double)count;
    }
}
