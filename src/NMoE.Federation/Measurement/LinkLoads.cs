using System.Collections.Immutable;
using NMoE.Federation.Records;
using NMoE.Simulation.Network;
using NMoE.Simulation.Time;

namespace NMoE.Federation.Measurement;

/// <summary>
/// Bytes over the aggregator's and the clients' links, in a fixed number of equal intervals: when the run grows longer than they reach, each is
/// joined with its neighbour, so that memory does not grow with the run.
/// </summary>
/// <param name="clients">Number of clients.</param>
internal sealed class LinkLoads(int clients)
{
    private const int Intervals = 512;
    private const int Links = 4;
    private const int Up = 0;
    private const int Down = 1;
    private const int Clients = 2;
    private readonly long[,] _bytes = new long[Intervals, Links];
    private long _width = TimeSpan.TicksPerMillisecond;

    /// <summary>Counts a transfer that has ended: of one that was cut off, what had left by then.</summary>
    public void Add(Transfer transfer, VirtualTime from, VirtualTime until, TransferEnd end, AirBytes air)
    {
        if (air.Total == 0)
        {
            return;
        }

        while (until.Ticks >= _width * Intervals)
        {
            Join();
        }

        Spread(transfer.From, Up, air.Total, from.Ticks, until.Ticks);
        if (end == TransferEnd.Delivered)
        {
            Spread(transfer.To, Down, air.Total, from.Ticks, until.Ticks);
        }
    }

    /// <summary>The intervals up to the run's end.</summary>
    public ImmutableArray<LinkRecord> Records(VirtualTime end)
    {
        while (end.Ticks > _width * Intervals)
        {
            Join();
        }

        return
        [
            .. Enumerable.Range(0, (int)((end.Ticks + _width - 1) / _width)).Select(i => new LinkRecord(
                Seconds(i), Seconds(i + 1), _bytes[i, Up], _bytes[i, Down],
                _bytes[i, Clients + Up] / (double)clients, _bytes[i, Clients + Down] / (double)clients)),
        ];
    }

    private double Seconds(int interval) => new VirtualTime(interval * _width).Seconds;

    /// <summary>To the byte: what has gone by an interval's end is rounded down, and each gets what has gone since the one before.</summary>
    private void Spread(DeviceId device, int side, long bytes, long from, long until)
    {
        if (device == DeviceId.Supervisor || device.IsEdge)
        {
            return;
        }

        var link = (device.IsClient ? Clients : 0) + side;
        var (first, last) = (from / _width, until / _width);
        long gone = 0;
        for (var i = first; i < last; i++)
        {
            var by = (long)((Int128)bytes * (((i + 1) * _width) - from) / (until - from));
            _bytes[i, link] += by - gone;
            gone = by;
        }

        _bytes[last, link] += bytes - gone;
    }

    private void Join()
    {
        for (var i = 0; i < Intervals; i++)
        {
            for (var link = 0; link < Links; link++)
            {
                _bytes[i, link] = 2 * i < Intervals ? _bytes[2 * i, link] + _bytes[(2 * i) + 1, link] : 0;
            }
        }

        _width *= 2;
    }
}
