using System.Collections.Immutable;

namespace NMoE.Learning.Gates;

/// <summary>
/// The cheapest set of at most D experts whose relevances sum up to what is required (Qin et al., 2025; a knapsack with a count): a tree over experts in the order of energy over relevance, cut where what is left
/// cannot reach the requirement, and where its linear relaxation, which may take a part of an expert and counts none, costs more than the best set that was found.
/// </summary>
/// <param name="Experts">The set, the most relevant first; of equals the lower number.</param>
/// <param name="Reaches">Whether it reaches the requirement; if not, it is the D most relevant.</param>
public sealed record CheapestSet(ImmutableArray<int> Experts, bool Reaches)
{
    /// <summary>Sets that are looked at for a sample, at most: beyond, the best so far is taken.</summary>
    public const int MostSteps = 1 << 14;

    // Sums that are equal but for the rounding of scores in single precision are equal.
    private const double Tolerance = 1.0 / (1 << 20);
    private const double Whole = 1L << 40;

    /// <summary>The cheapest set. Of sets that cost the same, the one of fewer experts, then the more relevant one, then the one of lower numbers.</summary>
    /// <param name="relevance">Of each expert, at least 0; those of 0 are never taken.</param>
    /// <param name="energy">Of each expert, at least 0.</param>
    /// <param name="required">What the relevances of a set must sum up to, above 0.</param>
    /// <param name="most">D, at least 1.</param>
    public static CheapestSet Of(ReadOnlySpan<double> relevance, ReadOnlySpan<double> energy, double required, int most)
    {
        var search = new Search(relevance, energy, required - Tolerance, most);
        search.Visit(0, most, 0, 0);
        var found = search.Best ?? search.MostRelevant(most);
        return new(search.ByRelevance(found), search.Best is not null);
    }

    /// <summary>What the requirement costs at the least where a part of an expert can be taken, of any number of them; infinite where all together do not reach it.</summary>
    /// <param name="relevance">As in <see cref="Of"/>.</param>
    /// <param name="energy">As in <see cref="Of"/>.</param>
    /// <param name="required">As in <see cref="Of"/>.</param>
    public static double Bound(ReadOnlySpan<double> relevance, ReadOnlySpan<double> energy, double required)
    {
        var search = new Search(relevance, energy, required, relevance.Length);
        return search.Bound(0, required) * search.Unit;
    }

    /// <summary>Sets that are looked at for a sample, at most.</summary>
    /// <param name="experts">Number of experts.</param>
    /// <param name="most">D.</param>
    public static double Steps(int experts, int most)
    {
        var (sum, sets) = (0.0, 1.0);
        for (var size = 0; size <= Math.Min(most, experts) && sum < MostSteps; size++)
        {
            sum += sets;
            sets = sets * (experts - size) / (size + 1);
        }

        return Math.Min(sum, MostSteps);
    }

    /// <summary>Energies are whole parts of the greatest: sums of them are exact, and equal ones equal.</summary>
    private sealed class Search
    {
        private readonly double[] _relevance;
        private readonly double _required;
        private readonly int[] _order;
        private readonly long[] _energy;
        private readonly double[] _relevanceBefore;
        private readonly long[] _energyBefore;
        private readonly double[][] _reachable;
        private readonly List<int> _taken = [];
        private (long Energy, long Relevance) _best = (long.MaxValue, 0);
        private int _steps;

        public Search(ReadOnlySpan<double> relevance, ReadOnlySpan<double> energy, double required, int most)
        {
            var (weights, costs) = (relevance.ToArray(), energy.ToArray());
            (_relevance, _required) = (weights, required);
            var highest = costs.DefaultIfEmpty().Max();
            Unit = highest / Whole;

            // Where nothing costs anything, fewer experts are cheaper.
            var whole = _energy = Array.ConvertAll(costs, joules => (long)Math.Round(highest > 0 ? joules / Unit : Whole, MidpointRounding.ToEven));
            _order = [.. Enumerable.Range(0, weights.Length).Where(expert => weights[expert] > 0).OrderBy(expert => whole[expert] / weights[expert]).ThenByDescending(expert => weights[expert]).ThenBy(expert => expert)];
            (_relevanceBefore, _energyBefore) = (new double[_order.Length + 1], new long[_order.Length + 1]);
            for (var place = 0; place < _order.Length; place++)
            {
                _relevanceBefore[place + 1] = _relevanceBefore[place] + weights[_order[place]];
                _energyBefore[place + 1] = _energyBefore[place] + whole[_order[place]];
            }

            _reachable = Reachable(Math.Min(most, _order.Length));
        }

        public double Unit { get; }

        public int[]? Best { get; private set; }

        public void Visit(int from, int left, double relevance, long energy)
        {
            if (relevance >= _required)
            {
                Offer(energy);
                return;
            }

            for (var place = from; place < _order.Length && left > 0 && _steps < MostSteps; place++)
            {
                var hopeless = relevance + _reachable[place][Math.Min(left, _reachable[place].Length - 1)] < _required
                    || (Best is not null && energy + Bound(place, _required - relevance) - 1 > _best.Energy);
                if (hopeless)
                {
                    return;
                }

                _steps++;
                var expert = _order[place];
                _taken.Add(expert);
                Visit(place + 1, left - 1, relevance + _relevance[expert], energy + _energy[expert]);
                _taken.RemoveAt(_taken.Count - 1);
            }
        }

        /// <summary>Of the experts from a place on, the whole ones and the part that cost least, in units.</summary>
        public double Bound(int from, double missing)
        {
            var target = _relevanceBefore[from] + missing;
            var found = Array.BinarySearch(_relevanceBefore, from, _order.Length + 1 - from, target);
            var whole = Math.Max(from, found >= 0 ? found : ~found - 1);
            var rest = target - _relevanceBefore[whole];
            return whole < _order.Length ? _energyBefore[whole] - _energyBefore[from] + (rest / _relevance[_order[whole]] * _energy[_order[whole]])
                : rest <= Tolerance ? _energyBefore[whole] - _energyBefore[from]
                : double.PositiveInfinity;
        }

        public int[] MostRelevant(int most) => [.. ByRelevance(_order).Take(most)];

        public ImmutableArray<int> ByRelevance(IEnumerable<int> experts) => [.. experts.OrderByDescending(expert => _relevance[expert]).ThenBy(expert => expert)];

        private void Offer(long energy)
        {
            int[] set = [.. _taken.Order()];
            var relevance = set.Sum(expert => (long)Math.Round(_relevance[expert] * Whole, MidpointRounding.ToEven));
            if (Best is null || IsBetter(set, energy, relevance, Best))
            {
                (Best, _best) = (set, (energy, relevance));
            }
        }

        private bool IsBetter(int[] set, long energy, long relevance, int[] than) =>
            energy != _best.Energy ? energy < _best.Energy
            : set.Length != than.Length ? set.Length < than.Length
            : relevance != _best.Relevance ? relevance > _best.Relevance
            : set.AsSpan().SequenceCompareTo(than) < 0;

        /// <summary>The most that some experts from each place on can add, by their number.</summary>
        private double[][] Reachable(int most)
        {
            var (sums, highest) = (new double[_order.Length + 1][], new List<double>());
            for (var place = _order.Length; place >= 0; place--)
            {
                if (place < _order.Length)
                {
                    var relevance = _relevance[_order[place]];
                    var above = highest.FindIndex(other => other < relevance);
                    highest.Insert(above < 0 ? highest.Count : above, relevance);
                    if (highest.Count > most)
                    {
                        highest.RemoveAt(most);
                    }
                }

                var sum = sums[place] = new double[highest.Count + 1];
                for (var count = 0; count < highest.Count; count++)
                {
                    sum[count + 1] = sum[count] + highest[count];
                }
            }

            return sums;
        }
    }
}
