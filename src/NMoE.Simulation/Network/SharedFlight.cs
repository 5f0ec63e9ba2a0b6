using NMoE.Simulation.Network.Paths;
using NMoE.Simulation.Network.Sharing;

namespace NMoE.Simulation.Network;

/// <summary>
/// A transfer through a <see cref="SharedChannel"/>: rows of packets, each sent and then waited for. After a row of which some were lost the sender hears of
/// it a round trip later, and sends those again. It is always in one of three states: a row flows, a wait lasts, or it is over.
/// </summary>
internal sealed class SharedFlight : IFlight
{
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
        _lost = Lost();
        if (_lost.Count > 0 && ++_round < _channel.Packets.Rounds)
        {
            _wait = new LossKnown(this);
            return;
        }

        _wait = new Arrival(this);
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
        _flow = _channel.StartFlow(this, row.Bytes);
    }

    private LostPackets Lost()
    {
        if (!_channel.DrawsChance)
        {
            return default;
        }

        var access = 1 - ((1 - From.Conditions.Loss) * (1 - To.Conditions.Loss));
        return _loss.Beside(access).Send(_row.Count, _chance.Losses(_round));
    }

    private sealed class LossKnown(SharedFlight flight) : Waiting(flight._channel.World, "loss is known", flight._delay + flight._delay)
    {
        protected override void Over() => flight.SendAgain();
    }

    private sealed class Arrival(SharedFlight flight) : Waiting(flight._channel.World, "arrival", flight._delay)
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
