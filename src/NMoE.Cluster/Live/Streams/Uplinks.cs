using System.Collections.Immutable;
using NMoE.Cluster.Live.Shaping;
using NMoE.Simulation.Network;
using NMoE.Simulation.Time;

namespace NMoE.Cluster.Live.Streams;

/// <summary>What a node's devices are sending, and the uplinks that let it through.</summary>
/// <param name="channel">Rates.</param>
internal sealed class Uplinks(LiveChannel channel)
{
    private readonly SortedDictionary<long, OutgoingStream> _streams = [];
    private readonly SortedDictionary<DeviceId, ShapedLink<long>> _links = [];
    private readonly SortedDictionary<long, ShapedLink<long>> _ownLinks = [];
    private readonly Queue<OutgoingStream> _beside = new();

    /// <summary>When the next chunk will have left; null where none waits.</summary>
    public VirtualTime? Next => Links.Select(link => link.Next).Where(next => next is not null).DefaultIfEmpty(null).Min();

    private IEnumerable<ShapedLink<long>> Links => _links.Values.Concat(_ownLinks.Values);

    /// <summary>The stream of a number, while it is under way.</summary>
    public OutgoingStream? Find(long number) => _streams.GetValueOrDefault(number);

    /// <summary>Streams that are under way.</summary>
    public ImmutableArray<OutgoingStream> Of(Predicate<OutgoingStream> which) => [.. _streams.Values.Where(stream => which(stream))];

    /// <summary>A stream begins.</summary>
    public void Begin(OutgoingStream stream, VirtualTime now)
    {
        _streams[stream.Opened.Stream] = stream;
        if (channel.IsFixed)
        {
            _ownLinks[stream.Opened.Stream] = new(new TokenBucket(channel.OwnRate));
        }

        Offer(stream, now);
    }

    /// <summary>The receiver has taken more: what waited for that goes on.</summary>
    public void Credit(OutgoingStream stream, long taken, VirtualTime now)
    {
        stream.Credit(taken);
        Offer(stream, now);
    }

    /// <summary>A stream's last chunk may leave.</summary>
    public void Release(OutgoingStream stream, VirtualTime now)
    {
        stream.IsWithheld = false;
        Offer(stream, now);
    }

    /// <summary>A stream is over.</summary>
    public void Remove(OutgoingStream stream)
    {
        LinkOf(stream).Remove(stream.Opened.Stream);
        _streams.Remove(stream.Opened.Stream);
        _ownLinks.Remove(stream.Opened.Stream);
    }

    /// <summary>Chunks that have left by now.</summary>
    public IEnumerable<(OutgoingStream Stream, StreamChunk Chunk)> Advance(VirtualTime now)
    {
        foreach (var link in Links.ToArray())
        {
            foreach (var passed in link.Advance(now))
            {
                if (Find(passed.Flow) is { } stream)
                {
                    stream.IsOffered = false;
                    yield return (stream, stream.Take(passed.Bytes));
                    Offer(stream, passed.At);
                }
            }
        }

        while (_beside.TryDequeue(out var stream))
        {
            // What does not pass the channel goes as fast as the receiver takes it.
            for (var bytes = stream.Next; bytes > 0 && !stream.IsShaped; bytes = stream.Next)
            {
                yield return (stream, stream.Take(bytes));
            }
        }
    }

    private void Offer(OutgoingStream stream, VirtualTime ready)
    {
        if (stream.IsOffered || stream.Next == 0)
        {
            return;
        }

        if (stream.IsShaped)
        {
            stream.IsOffered = true;
            LinkOf(stream).Offer(stream.Opened.Stream, stream.Next, ready);
        }
        else
        {
            _beside.Enqueue(stream);
        }
    }

    private ShapedLink<long> LinkOf(OutgoingStream stream)
    {
        if (_ownLinks.TryGetValue(stream.Opened.Stream, out var own))
        {
            return own;
        }

        var device = channel.AccessOf(stream.Transfer.From);
        if (!_links.TryGetValue(device, out var link))
        {
            _links[device] = link = new(new TokenBucket(channel.Up(device)));
        }

        return link;
    }
}
