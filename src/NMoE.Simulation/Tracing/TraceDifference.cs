using System.Collections.Immutable;

namespace NMoE.Simulation.Tracing;

/// <summary>Where two traces part.</summary>
/// <param name="Number">Number of the first event that is not the same in both, from 1.</param>
/// <param name="First">The first trace's event; null where that trace has ended.</param>
/// <param name="Second">The second trace's event; null where that trace has ended.</param>
/// <param name="Before">The last events before it, which are the same in both; oldest first.</param>
public sealed record TraceDifference(long Number, TracedEvent? First, TracedEvent? Second, ImmutableArray<TracedEvent> Before)
{
    /// <summary>Goes along both traces until they differ, and keeps no more of them than it gives back.</summary>
    /// <param name="first">A trace.</param>
    /// <param name="second">Another.</param>
    /// <param name="before">How many events before the difference are given back, at most.</param>
    /// <returns>Null where the traces are the same.</returns>
    public static TraceDifference? Find(IEnumerable<TracedEvent> first, IEnumerable<TracedEvent> second, int before)
    {
        ArgumentNullException.ThrowIfNull(first);
        ArgumentNullException.ThrowIfNull(second);
        using var left = first.GetEnumerator();
        using var right = second.GetEnumerator();
        var last = new Queue<TracedEvent>();
        for (var number = 1L; ; number++)
        {
            var (one, other) = (Next(left), Next(right));
            if (one != other)
            {
                return new(number, one, other, [.. last]);
            }

            if (one is not { } same)
            {
                return null;
            }

            last.Enqueue(same);
            if (last.Count > before)
            {
                last.Dequeue();
            }
        }
    }

    private static TracedEvent? Next(IEnumerator<TracedEvent> events) => events.MoveNext() ? events.Current : null;
}
