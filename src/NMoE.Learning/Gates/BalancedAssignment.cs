namespace NMoE.Learning.Gates;

/// <summary>
/// Rows shared out among experts, as many to each or one more, with the greatest sum of scores: a transportation problem, solved row by row along cheapest paths. A path gives the new row to an expert, which may pass one of its own
/// rows on to another expert, and so on until one has room.
/// </summary>
internal sealed class BalancedAssignment
{
    // Scores are of single precision, and sums of whole numbers are exact.
    private const double Parts = 1L << 32;
    private const double Largest = 1L << 24;
    private const long Far = long.MaxValue;

    private readonly int _experts;
    private readonly int _each;
    private readonly int _more;
    private readonly long[] _scores;
    private readonly int[] _expertOf;
    private readonly int[] _loads;

    // By (from, to): the rows of an expert, the one first that loses least by going to the other. Rows that have left since are still there.
    private readonly PriorityQueue<int, (long Loss, int Row)>?[,] _moves;

    private readonly long[] _costs;
    private readonly int[] _before;
    private readonly int?[] _moved;

    private BalancedAssignment(ReadOnlySpan<float> scores, int experts)
    {
        var rows = scores.Length / experts;
        (_experts, _each, _more) = (experts, rows / experts, rows % experts);
        _scores = new long[scores.Length];
        for (var i = 0; i < scores.Length; i++)
        {
            _scores[i] = (long)Math.Round(Math.Clamp(scores[i], -Largest, Largest) * Parts, MidpointRounding.ToEven);
        }

        (_expertOf, _loads, _moves) = (new int[rows], new int[experts], new PriorityQueue<int, (long, int)>?[experts, experts]);
        Array.Fill(_expertOf, -1);
        (_costs, _before, _moved) = (new long[experts], new int[experts], new int?[experts]);
    }

    /// <summary>The expert of each row.</summary>
    /// <param name="scores">Row by row, [rows * experts].</param>
    /// <param name="experts">How many.</param>
    /// <exception cref="InvalidDataException">A score is no number.</exception>
    public static int[] Of(ReadOnlySpan<float> scores, int experts)
    {
        foreach (var score in scores)
        {
            if (!float.IsFinite(score))
            {
                throw new InvalidDataException(FormattableString.Invariant($"A score is {score}, and no expert can be chosen by it: the gate's training has diverged. A smaller gate.learning-rate, or gate.gradient = clip, would be right."));
            }
        }

        var assignment = new BalancedAssignment(scores, experts);
        for (var row = 0; row < assignment._expertOf.Length; row++)
        {
            assignment.Add(row);
        }

        return assignment._expertOf;
    }

    private bool HasRoom(int expert) => _loads[expert] < _each || (_loads[expert] == _each && _loads.Count(load => load > _each) < _more);

    private void Add(int row)
    {
        for (var expert = 0; expert < _experts; expert++)
        {
            (_costs[expert], _before[expert], _moved[expert]) = (-Score(row, expert), -1, row);
        }

        while (Relax())
        {
        }

        var end = Enumerable.Range(0, _experts).Where(HasRoom).MinBy(expert => _costs[expert]);
        for (var expert = end; expert >= 0; expert = _before[expert])
        {
            if (_moved[expert] is { } coming)
            {
                Move(coming, expert);
            }
        }
    }

    /// <summary>Looks for cheaper ways on from every expert; whether there was one.</summary>
    private bool Relax()
    {
        var found = false;
        for (var from = 0; from < _experts; from++)
        {
            for (var to = 0; to < _experts; to++)
            {
                if (Way(from, to) is var (loss, row) && loss != Far && _costs[from] + loss < _costs[to])
                {
                    (_costs[to], _before[to], _moved[to]) = (_costs[from] + loss, from, row);
                    found = true;
                }
            }
        }

        return found;
    }

    /// <summary>What it costs an expert with one row too many to make that another's burden: by its cheapest row, or, for nothing, by taking from it the right to one more.</summary>
    private (long Loss, int? Row) Way(int from, int to)
    {
        var best = from != to && _loads[from] == _each && _loads[to] > _each ? (Loss: 0L, Row: (int?)null) : (Far, null);
        if (_moves[from, to] is not { } moves)
        {
            return best;
        }

        while (moves.TryPeek(out var row, out var by))
        {
            if (_expertOf[row] == from)
            {
                return by.Loss < best.Loss ? (by.Loss, row) : best;
            }

            moves.Dequeue();
        }

        return best;
    }

    private void Move(int row, int to)
    {
        if (_expertOf[row] is >= 0 and var from)
        {
            _loads[from]--;
        }

        _expertOf[row] = to;
        _loads[to]++;
        for (var other = 0; other < _experts; other++)
        {
            if (other != to)
            {
                (_moves[to, other] ??= new()).Enqueue(row, (Score(row, to) - Score(row, other), row));
            }
        }
    }

    private long Score(int row, int expert) => _scores[(row * _experts) + expert];
}
