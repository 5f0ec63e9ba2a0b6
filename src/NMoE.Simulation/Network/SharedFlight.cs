using NMoE.Simulation.Network.Paths;
using NMoE.Simulation.Network.Sharing;
using NMoE.Simulation.Time;

namespace NMoE.Simulation.Network;

/// <summary>
/// A transfer through a <see cref="SharedChannel"/>: rows of packets, each sent and then waited for. After a row of which some were lost the sender hears of
/// it a round trip later, and sends those again. It is always in one of three states: a row flows, a wait lasts, or it is over.
/// </summary>
internal sealed class SharedFlight : IFlight
{
    private const double BitsPerByte = 8;
    private const double MostPaced = 10_000.0 * TimeSpan.TicksPerHour;
    private readonly SharedChannel _channel;
    private readonly PacketLoss _loss;
    private readonly MessageChance _chance;
    private readonly TimeSpan _delay;
    private readonly Action<FlightEnd> _ended;
    private PacketRow _row;
    private LostPackets _lost;
    private int _round;
    private AirBytes _sent;
    private Flow? _flow;
    private Waiting? _wait;
    private VirtualTime _rowBegan;
    private VirtualTime _heldSince;
    private bool _isHeld;
    private bool _isOver;

    public SharedFlight(
        SharedChannel channel, DeviceAccess from, DeviceAccess to, PacketLoss loss, MessageChance chance, TimeSpan delay, long bytes,
        Action<FlightEnd> ended)
    {
        _channel = channel;
        From = from;
        To = to;
        _loss = loss;
        _chance = chance;
        _delay = delay;
        _ended = ended;
        SendRow(channel.Packets.Of(bytes));
    }

    /// <summary>How long what it sends in analog form takes: after its last bit, and before it has arrived.</summary>
    public TimeSpan AnalogTime { get; init; }

    public DeviceAccess From { get; }

    public DeviceAccess To { get; }

    public AirBytes OnAir
    {
        get
        {
            if (_flow is null)
            {
                return _sent;
            }

            // A byte counts once its last bit has left.
            var flowed = _row.Bytes - ((_flow.BitsLeft(_channel.Now) + 7) / 8);
            return _round == 0 ? _sent with { First = flowed } : _sent with { Again = _sent.Again + flowed };
        }
    }

    public void Stop()
    {
        if (!_isOver)
        {
            Hold();
            Finish();
        }
    }

    public void Hold()
    {
        if (_isOver || _isHeld)
        {
            return;
        }

        _isHeld = true;
        _heldSince = _channel.Now;
        _wait?.Hold();
        if (_flow is not null)
        {
            _channel.StopFlow(_flow);
        }
    }

    public void Release()
    {
        if (_isOver || !_isHeld)
        {
            return;
        }

        _isHeld = false;
        _rowBegan += _channel.Now - _heldSince;
        _wait?.Release();
        if (_flow is not null)
        {
            _channel.ResumeFlow(_flow);
        }
    }

    /// <summary>The last bit of the row has left the sender.</summary>
    public void RowSent()
    {
        _sent = _round == 0 ? _sent with { First = _row.Bytes } : _sent with { Again = _sent.Again + _row.Bytes };
        _flow = null;
        var loss = _channel.DrawsChance ? _loss.Beside(1 - ((1 - From.Conditions.Loss) * (1 - To.Conditions.Loss))) : null;
        var paced = loss is null ? TimeSpan.Zero : Paced(loss);
        _lost = loss?.Send(_row.Count, _chance.Losses(_round)) ?? default;
        if (_lost.Count > 0 && ++_round < _channel.Packets.Rounds)
        {
            _wait = new LossKnown(this, paced + _delay + _delay);
            return;
        }

        _wait = new Arrival(this, paced + _delay + AnalogTime);
    }

    /// <summary>How much longer TCP takes for the row than its links did: its bits flow at once, and then it waits. What others get in the end is the same.</summary>
    private TimeSpan Paced(PacketLoss loss)
    {
        if (!_channel.IsTcp)
        {
            return TimeSpan.Zero;
        }

        var least = BitsPerByte * _row.Bytes / TcpBound.BitsPerSecond(_channel.Packets.Size, _delay + _delay, loss.StationaryLoss);
        var rest = (least * TimeSpan.TicksPerSecond) - (_channel.Now - _rowBegan).Ticks;
        return new((long)Math.Ceiling(Math.Clamp(rest, 0, MostPaced)));
    }

    private void SendAgain() => SendRow(_channel.Packets.Again(_row, _lost));

    private void Arrive()
    {
        Finish();
        _ended(_lost.Count == 0 ? FlightEnd.Arrived : FlightEnd.Lost);
    }

    private void SendRow(PacketRow row)
    {
        _wait = null;
        _row = row;
        _rowBegan = _channel.Now;
        _flow = _channel.StartFlow(this, row.Bytes);
    }

    private sealed class LossKnown(SharedFlight flight, TimeSpan after) : Waiting(flight._channel.World, "loss is known", after)
    {
        protected override void Over() => flight.SendAgain();
    }

    private sealed class Arrival(SharedFlight flight, TimeSpan after) : Waiting(flight._channel.World, "arrival", after)
    {
        protected override void Over() => flight.Arrive();
    }

    private void Finish()
    {
        _isOver = true;
        From.Leave();
        To.Leave();
    }
}
