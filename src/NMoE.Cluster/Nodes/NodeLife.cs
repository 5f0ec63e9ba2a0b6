namespace NMoE.Cluster.Nodes;

/// <summary>Something that happened to a node that is kept in its cluster.</summary>
/// <param name="What">Which.</param>
/// <param name="Text">In words, for a log.</param>
public sealed record NodeNews(NodeEvent What, string Text);

/// <summary>What may happen to it.</summary>
public enum NodeEvent
{
    /// <summary>A node was started and is joining.</summary>
    Started,

    /// <summary>The node is no longer of its cluster; another will be started.</summary>
    Lost,

    /// <summary>A node could not be started; another try follows.</summary>
    Failed,
}

/// <summary>How long a lost node waits before it starts again: doubling from <paramref name="First"/> to <paramref name="Longest"/>, and from the first again after a node that lived for <paramref name="Longest"/>.</summary>
/// <param name="First">Before the first new start.</param>
/// <param name="Longest">Before any.</param>
public sealed record NodeBackOff(TimeSpan First, TimeSpan Longest)
{
    /// <summary>The default value is 1 s, doubling to 30 s.</summary>
    public static NodeBackOff Default { get; } = new(TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(30));

    /// <summary>The wait before new start number <paramref name="attempt"/>, from 0.</summary>
    public TimeSpan Before(int attempt)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(attempt);
        // 2^20 firsts are longer than any longest that makes sense, and far from an overflow.
        var wait = First * Math.Pow(2, Math.Min(attempt, 20));
        return wait < Longest ? wait : Longest;
    }
}

/// <summary>
/// Keeps a node in its cluster until it is stopped. A node that was downed, quarantined or orphaned cannot come back as what it was: it is ended, and after a back-off a new ActorSystem joins in its place.
/// What shall survive that, such as a shelf of blobs, its owner keeps outside and hands to each.
/// </summary>
/// <param name="start">Starts a node: <see cref="ClusterNode.Start(NodeSettings, IEnumerable{Wire.WireForm})"/>, and the actors that shall run on it.</param>
/// <param name="backOff">How long to wait between two.</param>
/// <param name="clock">Measures waits and lives.</param>
public sealed class NodeLife(Func<ClusterNode> start, NodeBackOff backOff, TimeProvider clock)
{
    /// <summary>Keeps the node until <paramref name="stop"/>, then lets it leave. The first start must succeed: what is wrong then is wrong with the settings.</summary>
    /// <param name="news">Told of each start and loss.</param>
    /// <param name="stop">Ends it.</param>
    /// <exception cref="NodeException">The first node cannot be started.</exception>
    public async Task RunAsync(Action<NodeNews> news, CancellationToken stop)
    {
        ArgumentNullException.ThrowIfNull(news);
        var attempt = 0;
        var node = start();
        while (true)
        {
            var since = clock.GetTimestamp();
            news(new(NodeEvent.Started, $"node {node.Address} is joining"));
            var end = await LiveAsync(node, stop).ConfigureAwait(false);
            if (stop.IsCancellationRequested)
                return;
            attempt = clock.GetElapsedTime(since) >= backOff.Longest ? 0 : attempt;
            news(new(NodeEvent.Lost, $"node {node.Address} was {Words(end)}; a new one starts"));
            ClusterNode? next = null;
            while (next is null)
            {
                if (!await WaitAsync(backOff.Before(attempt++), stop).ConfigureAwait(false))
                    return;
                next = TryStart(news);
            }

            node = next;
        }
    }

    private static string Words(NodeEnd end) => end switch
    {
        NodeEnd.Quarantined => "quarantined by a peer",
        NodeEnd.Orphaned => "cut off while it joined",
        NodeEnd.CutOff => "cut off from the node that leads the run",
        _ => "downed",
    };

    private static async Task<NodeEnd> LiveAsync(ClusterNode node, CancellationToken stop)
    {
        await using (node.ConfigureAwait(false))
        {
            try
            {
                return await node.Ended.WaitAsync(stop).ConfigureAwait(false);
            }
            catch (OperationCanceledException)
            {
                return NodeEnd.Left;
            }
        }
    }

    private ClusterNode? TryStart(Action<NodeNews> news)
    {
        try
        {
            return start();
        }
        catch (NodeException problem)
        {
            news(new(NodeEvent.Failed, problem.Message));
            return null;
        }
    }

    private async Task<bool> WaitAsync(TimeSpan wait, CancellationToken stop)
    {
        try
        {
            await Task.Delay(wait, clock, stop).ConfigureAwait(false);
            return true;
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }
}
