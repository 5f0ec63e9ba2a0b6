using System.Runtime.ExceptionServices;

namespace NMoE.Cli.Running;

/// <summary>Several pieces of work at once, begun in order.</summary>
internal static class SideBySide
{
    /// <summary>Does all of them. The first that throws has the others stopped, and what it threw is thrown once they have ended.</summary>
    /// <param name="atOnce">How many at most; one has the calling thread.</param>
    /// <param name="work">The work, in the order in which it is begun.</param>
    /// <param name="one">Does one piece, until its token is cancelled.</param>
    /// <param name="cancellation">Stops all.</param>
    public static void Do<T>(int atOnce, IReadOnlyList<T> work, Action<T, CancellationToken> one, CancellationToken cancellation)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        var next = -1;
        ExceptionDispatchInfo? problem = null;

        void Go()
        {
            try
            {
                while (Interlocked.Increment(ref next) is var number && number < work.Count)
                {
                    stop.Token.ThrowIfCancellationRequested();
                    one(work[number], stop.Token);
                }
            }
#pragma warning disable CA1031 // It is thrown on the thread that waits for all.
            catch (Exception thrown)
#pragma warning restore CA1031
            {
                Interlocked.CompareExchange(ref problem, ExceptionDispatchInfo.Capture(thrown), null);
                stop.Cancel();
            }
        }

        Thread[] others = [.. Enumerable.Range(1, Math.Max(0, Math.Min(atOnce, work.Count) - 1)).Select(number => new Thread(Go) { IsBackground = true, Name = FormattableString.Invariant($"experiment-{number}") })];
        foreach (var other in others)
            other.Start();
        Go();
        foreach (var other in others)
            other.Join();
        problem?.Throw();
    }
}
