using Akka.Actor;
using NMoE.Cluster.Live.Shaping;
using NMoE.Simulation.Network;
using NMoE.Simulation.Time;

namespace NMoE.Cluster.Live.Streams;

/// <summary>What is coming in to a node's devices, and the downlinks that let it through: all who send to a device share its.</summary>
/// <param name="channel">Rates.</param>
internal sealed class Downlinks(LiveChannel channel)
{
    private readonly Dictionary<(IActorRef Sender, long Stream), IncomingStream> _streams = [];
    private readonly SortedDictionary<DeviceId, ShapedLink<(IActorRef Sender, long Stream)>> _links = [];
    private readonly Queue<(IncomingStream Stream, int Bytes, VirtualTime At)> _beside = new();

    /// <summary>When the next chunk will have passed; null where none waits.</summary>
    public VirtualTime? Next => _links.Values.Select(link => link.Next).Where(next => next is not null).DefaultIfEmpty(null).Min();

    /// <summary>The stream of a key, while it is under way.</summary>
    public IncomingStream? Find((IActorRef Sender, long Stream) key) => _streams.GetValueOrDefault(key);

    /// <summary>A stream begins.</summary>
    public void Begin((IActorRef Sender, long Stream) key, IncomingStream stream) => _streams[key] = stream;

    /// <summary>A chunk came.</summary>
    /// <returns>Whether it is the one that follows.</returns>
    public bool Take((IActorRef Sender, long Stream) key, IncomingStream stream, StreamChunk chunk, VirtualTime now)
    {
        if (!stream.Take(chunk))
        {
            return false;
        }

        if (channel.IsFixed || chunk.Offset >= stream.Opened.Shaped)
        {
            _beside.Enqueue((stream, chunk.Bytes.Length, now));
        }
        else
        {
            LinkOf(stream).Offer(key, chunk.Bytes.Length, now);
        }

        return true;
    }

    /// <summary>A stream is over.</summary>
    public void Remove((IActorRef Sender, long Stream) key)
    {
        if (_streams.Remove(key, out var stream))
        {
            LinkOf(stream).Remove(key);
        }
    }

    /// <summary>Streams are over.</summary>
    public void Remove(Predicate<IncomingStream> which)
    {
        foreach (var key in _streams.Where(pair => which(pair.Value)).Select(pair => pair.Key).ToArray())
        {
            Remove(key);
        }
    }

    /// <summary>Streams of which a chunk has passed by now, and when.</summary>
    public IEnumerable<(IncomingStream Stream, VirtualTime At)> Advance(VirtualTime now)
    {
        foreach (var link in _links.Values.ToArray())
        {
            foreach (var passed in link.Advance(now))
            {
                if (Find(passed.Flow) is { } stream)
                {
                    stream.Taken += passed.Bytes;
                    yield return (stream, passed.At);
                }
            }
        }

        while (_beside.TryDequeue(out var passed))
        {
            passed.Stream.Taken += passed.Bytes;
            yield return (passed.Stream, passed.At);
        }
    }

    private ShapedLink<(IActorRef Sender, long Stream)> LinkOf(IncomingStream stream)
    {
        var device = channel.AccessOf(stream.Opened.To);
        if (!_links.TryGetValue(device, out var link))
        {
            _links[device] = link = new(new TokenBucket(channel.Down(device)));
        }

        return link;
    }
}
