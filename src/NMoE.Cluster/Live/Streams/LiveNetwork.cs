using System.Collections.Immutable;
using Akka.Actor;
using Akka.Event;
using Google.Protobuf;
using NMoE.Cluster.Live.Ports;
using NMoE.Federation.Protocol;
using NMoE.Simulation.Network;
using NMoE.Simulation.Time;
using IMessage = NMoE.Federation.Protocol.IMessage;

namespace NMoE.Cluster.Live.Streams;

/// <summary>
/// A node's network: messages of its devices go out through their uplinks, and come in through their downlinks, in chunks that a token bucket lets through at the channel's
/// rates. The sending node shapes the uplink and the receiving node the downlink, which all who send to the device share; after the last bit comes the channel's delay.
/// </summary>
internal sealed class LiveNetwork : ReceiveActor, IWithTimers
{
    private static readonly TimeSpan StallLimit = TimeSpan.FromMinutes(2);
    private readonly LiveContext _context;
    private readonly ILoggingAdapter _log = Context.GetLogger();
    private readonly Uplinks _up;
    private readonly Downlinks _down;
    private readonly PriorityQueue<(IncomingStream Stream, IMessage Message), long> _arrivals = new();
    private readonly ITimer _alarm;
    private VirtualTime? _tickAt;

    public LiveNetwork(LiveContext context)
    {
        _context = context;
        _up = new Uplinks(context.Channel);
        _down = new Downlinks(context.Channel);
        var self = Self;
        _alarm = context.Clock.Alarm(() => self.Tell(new Tick()));
        Receive<Outgoing>(Open);
        Receive<Released>(released => Release(released.Number));
        Receive<Dark>(dark => Stop(_up.Of(stream => stream.Transfer.From == dark.Device), tellPeer: true));
        Receive<NodeGone>(gone => Lose(gone.Node));
        Receive<StreamOpened>(Accept);
        Receive<StreamChunk>(Take);
        Receive<StreamCredit>(Credit);
        Receive<StreamClosed>(Close);
        Receive<StreamCancelled>(cancelled => _down.Remove((Sender, cancelled.Stream)));
        Receive<Tick>(_ => _tickAt = null);
        Receive<Watch>(_ => Stop(_up.Of(stream => stream is { IsOffered: false, IsWithheld: false } && _context.Clock.Now - stream.MovedAt > StallLimit), tellPeer: true));
    }

    public ITimerScheduler Timers { get; set; } = null!;

    protected override void PreStart() => Timers.StartPeriodicTimer("watch", new Watch(), TimeSpan.FromSeconds(1));

    protected override void PostStop() => _alarm.Dispose();

    /// <summary>Whatever came, all that is due by now happens next, and the clock is set for what follows.</summary>
    protected override bool AroundReceive(Receive receive, object message)
    {
        var handled = base.AroundReceive(receive, message);
        var now = _context.Clock.Now;
        foreach (var (stream, chunk) in _up.Advance(now))
        {
            stream.MovedAt = now;
            stream.Peer.Tell(chunk, Self);
        }

        foreach (var (stream, at) in _down.Advance(now))
        {
            Pass(stream, at);
        }

        while (_arrivals.TryPeek(out var arrived, out var at) && at <= now.Ticks)
        {
            _arrivals.Dequeue();
            Deliver(arrived.Stream, arrived.Message);
        }

        SetClock(now);
        return handled;
    }

    private void SetClock(VirtualTime now)
    {
        VirtualTime? arrival = _arrivals.TryPeek(out _, out var ticks) ? new VirtualTime(ticks) : null;
        VirtualTime?[] times = [_up.Next, _down.Next, arrival];
        if (times.Min() is { } next && (_tickAt is not { } set || next.CompareTo(set) < 0))
        {
            var delay = next - now;
            _tickAt = next;
            _alarm.Change(LiveClock.Ceiling(delay), Timeout.InfiniteTimeSpan);
        }
    }

    private void Open(Outgoing outgoing)
    {
        var transfer = outgoing.Transfer;
        var message = (IMessage)transfer.Message;
        ReadOnlyMemory<byte>?[] blobs;
        try
        {
            blobs = [.. message.Blobs.Select(blob => _context.Machine.Shelf.TryRead(blob))];
        }
        catch (Compute.Store.StoreException problem)
        {
            // Thrown on, it would restart the network, and all streams under way would be lost.
            _log.Warning("A {0} from {1} to {2} was not sent: {3}", transfer.Kind, transfer.From, transfer.To, problem.Message);
            _context.Ports.Ended(outgoing.Number, TransferEnd.Lost, 0);
            return;
        }

        if (_context.Directory.Of(transfer.To) is not { } node || Array.Exists(blobs, blob => blob is null))
        {
            _log.Warning("A {0} from {1} to {2} was not sent: {3}.", transfer.Kind, transfer.From, transfer.To, blobs.Length == 0 ? "nobody has that device" : "that device or a blob is missing");
            _context.Ports.Ended(outgoing.Number, TransferEnd.Lost, 0);
            return;
        }

        var envelope = WireCodec.Encode(message).ToByteArray();
        var opened = new StreamOpened(outgoing.Number, transfer.From, transfer.To, transfer.Stage, transfer.Kind, transfer.Bytes, envelope.Length, message.Blobs);
        var peer = _context.Peers.Network(node);
        var stream = new OutgoingStream(
            opened, transfer, peer, [envelope, .. blobs.Select(blob => blob!.Value)], _context.Channel.ChunkBytes(transfer.From, transfer.To))
        { MovedAt = _context.Clock.Now };
        peer.Tell(opened, Self);
        _up.Begin(stream, _context.Clock.Now);
    }

    private void Release(long number)
    {
        if (_up.Find(number) is { } stream)
        {
            stream.MovedAt = _context.Clock.Now;
            _up.Release(stream, _context.Clock.Now);
        }
    }

    private void Accept(StreamOpened opened)
    {
        // A node speaks for its own devices only.
        if (_context.Directory.Of(opened.From) != _context.Peers.AddressOf(Sender) || !_context.Ports.IsAttached(opened.To))
        {
            Sender.Tell(new StreamClosed(opened.Stream, Delivered: false), Self);
            return;
        }

        _down.Begin((Sender, opened.Stream), new IncomingStream(opened, Sender));
    }

    private void Take(StreamChunk chunk)
    {
        var key = (Sender, chunk.Stream);
        if (_down.Find(key) is { } stream && !_down.Take(key, stream, chunk, _context.Clock.Now))
        {
            _log.Warning("A {0} from {1} to {2} has a gap, and is lost.", stream.Opened.Kind, stream.Opened.From, stream.Opened.To);
            Refuse(stream);
        }
    }

    private void Pass(IncomingStream stream, VirtualTime at)
    {
        stream.Sender.Tell(new StreamCredit(stream.Opened.Stream, stream.Taken), Self);
        if (!stream.IsComplete)
        {
            return;
        }

        var opened = stream.Opened;
        _down.Remove((stream.Sender, opened.Stream));
        try
        {
            var message = stream.Unpack(_context.Machine.Shelf);
            _arrivals.Enqueue((stream, message), (at + _context.Channel.Delay(opened.From, opened.To, opened.Stream)).Ticks);
        }
        catch (Exception problem) when (problem is WireException or InvalidProtocolBufferException or Compute.Store.StoreException)
        {
            _log.Warning("A {0} from {1} to {2} cannot be used: {3}", opened.Kind, opened.From, opened.To, problem.Message);
            Refuse(stream);
        }
    }

    private void Deliver(IncomingStream stream, IMessage message)
    {
        var opened = stream.Opened;
        stream.Sender.Tell(new StreamClosed(opened.Stream, _context.Ports.Deliver(opened.From, opened.To, message)), Self);
    }

    private void Refuse(IncomingStream stream)
    {
        _down.Remove((stream.Sender, stream.Opened.Stream));
        stream.Sender.Tell(new StreamClosed(stream.Opened.Stream, Delivered: false), Self);
    }

    private void Credit(StreamCredit credit)
    {
        if (_up.Find(credit.Stream) is { } stream && _context.Peers.AddressOf(stream.Peer) == _context.Peers.AddressOf(Sender))
        {
            stream.MovedAt = _context.Clock.Now;
            _up.Credit(stream, credit.Taken, _context.Clock.Now);
        }
    }

    private void Close(StreamClosed closed)
    {
        if (_up.Find(closed.Stream) is { } stream && _context.Peers.AddressOf(stream.Peer) == _context.Peers.AddressOf(Sender))
        {
            End(stream, closed.Delivered ? TransferEnd.Delivered : TransferEnd.Lost);
        }
    }

    private void Lose(Address node)
    {
        Stop(_up.Of(stream => _context.Peers.AddressOf(stream.Peer) == node), tellPeer: false);
        _down.Remove(stream => _context.Peers.AddressOf(stream.Sender) == node);
    }

    private void Stop(ImmutableArray<OutgoingStream> streams, bool tellPeer)
    {
        foreach (var stream in streams)
        {
            if (tellPeer)
            {
                stream.Peer.Tell(new StreamCancelled(stream.Opened.Stream), Self);
            }

            End(stream, TransferEnd.Lost);
        }
    }

    private void End(OutgoingStream stream, TransferEnd end)
    {
        _up.Remove(stream);
        _context.Ports.Ended(stream.Opened.Stream, end, Math.Min(stream.Sent, stream.Transfer.Bytes));
    }

    private sealed record Tick;

    private sealed record Watch;
}

/// <summary>A node is no longer in the cluster.</summary>
/// <param name="Node">Its address.</param>
internal sealed record NodeGone(Address Node);
