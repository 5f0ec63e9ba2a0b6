using NMoE.Chance;
using NMoE.Learning.Training;

namespace NMoE.Learning.Metrics;

/// <summary>
/// A 95 % percentile interval of accuracy by the cluster bootstrap (Davison and Hinkley, 1997, sec. 3.8): clients are drawn with replacement, each with all of its pictures. What
/// clients differ by holds the chance of their pictures already; to draw those again would count it twice. Of few clients it is a little narrow, by sqrt((n - 1)/n). A client alone has
/// nobody to be drawn against: its pictures are drawn. It says how much another draw of clients and pictures would move the number; what another training would do, it does not say.
/// </summary>
/// <param name="Low">2.5 % quantile.</param>
/// <param name="High">97.5 % quantile.</param>
internal sealed record Bootstrap(double Low, double High)
{
    private const int Replicates = 1000;
    private const double Tail = 0.025;

    /// <summary>The interval.</summary>
    /// <param name="right">By client: 1 where a picture is right, else 0.</param>
    /// <exception cref="ArgumentException">There is no client, or one without pictures.</exception>
    public static Bootstrap Of(IReadOnlyList<int[]> right)
    {
        if (right.Count == 0 || right.Any(client => client.Length == 0))
        {
            throw new ArgumentException("At least one client is needed, each with pictures.", nameof(right));
        }

        // One picture of one client is drawn against nothing: nothing is known.
        if (right is [{ Length: 1 }])
            return new(0, 1);
        var drawn = right.Count > 1
            ? right.Select(client => (Hits: client.Sum(), Pictures: client.Length)).ToArray()
            : Array.ConvertAll(right[0], picture => (Hits: picture, Pictures: 1));
        var draws = new Draws(0, (uint)DrawPurpose.Bootstrap, 0);
        var accuracies = new double[Replicates];
        for (var replicate = 0; replicate < Replicates; replicate++)
        {
            accuracies[replicate] = Accuracy(drawn, draws);
        }

        Array.Sort(accuracies);
        return new(accuracies[(int)(Tail * Replicates)], accuracies[^((int)(Tail * Replicates) + 1)]);
    }

    private static double Accuracy((int Hits, int Pictures)[] clients, Draws draws)
    {
        var (hits, pictures) = (0L, 0L);
        for (var i = 0; i < clients.Length; i++)
        {
            var client = clients[draws.Next(clients.Length)];
            hits += client.Hits;
            pictures += client.Pictures;
        }

        return hits / (double)pictures;
    }
}
