using Akka.Actor;
using NMoE.Federation.Protocol;
using NMoE.Federation.Roles;
using NMoE.Simulation.Network;

namespace NMoE.Federation.Devices;

/// <summary>Carries out what a role decides. The same for every role; it decides nothing.</summary>
/// <typeparam name="TState">The role's state.</typeparam>
internal sealed class RoleActor<TState> : UntypedActor
    where TState : class
{
    private readonly DeviceId _device;
    private readonly IRole<TState> _role;
    private readonly IDevicePorts _ports;
    private readonly DeviceTimers _timers;
    private TState _state;

    /// <summary>Made by the device's host.</summary>
    public RoleActor(DeviceId device, IRole<TState> role, IDevicePorts ports)
    {
        _device = device;
        _role = role;
        _ports = ports;
        _timers = new DeviceTimers(Context.System.Scheduler, Self);
        _state = ports.Persisted(device) is { } durable ? role.Recover(durable) : role.Initial;
    }

    protected override void PreStart()
    {
        _ports.Attach(_device, Self);
        Self.Tell(_ports.Persisted(_device) is null ? new Started() : new Restarted());
    }

    protected override void PostStop() => _timers.CancelAll();

    protected override void OnReceive(object message)
    {
        switch (message)
        {
            case DeviceCrashedException crash:
                throw crash;
            case DeviceTimer timer when _timers.Fired(timer) is { } fired:
                Decide(fired);
                break;
            case not DeviceTimer:
                Decide(message);
                break;
        }
    }

    private void Decide(object message)
    {
        var decision = _role.Handle(_state, message);
        _state = decision.State;
        _ports.Persist(_device, _role.Durable(_state));
        try
        {
            foreach (var effect in decision.Effects)
            {
                CarryOut(effect);
            }
        }
        finally
        {
            // What it persisted stays, though it crash by an effect.
            _ports.Decided(_device);
        }
    }

    private void Transmit(Send send) => _ports.Send(new Transfer(
        _device, send.To, send.Stage, WireCodec.KindOf(send.Message), _ports.SizeOf(send.Message), send.Message)
    { Occasion = send.Message.Occasion, ChannelUses = send.Message.ChannelUses });

    private void TransmitAgain(Send send)
    {
        if (!_ports.Carries(_device, send.To, message => WireCodec.AreSame(message, send.Message)))
        {
            Transmit(send);
        }
    }

    private void CarryOut(Effect effect)
    {
        switch (effect)
        {
            case Send send:
                Transmit(send);
                break;
            case SendAgain again:
                TransmitAgain(again.What);
                break;
            case Roles.Compute compute:
                _ports.Submit(_device, compute, Self);
                break;
            case Sense sense:
                Self.Tell(new AccessSensed(sense.Stage, _ports.Sense(_device)));
                break;
            case Hear hear:
                Self.Tell(new SignalHeard(hear, _ports.Sense(hear.From).To(_ports.Sense(_device)).SignalToNoise));
                break;
            case SetTimer timer:
                _timers.Set(timer.Tag.Name, new TimerFired(timer.Tag), timer.Delay);
                break;
            case CancelTimer timer:
                _timers.Cancel(timer.Name);
                break;
            case Await wait:
                _ports.Await(_device, wait.What);
                break;
            case Done:
                _ports.Finish(_device);
                break;
            case Observe observe:
                _ports.Observe(_device, observe.Observation);
                break;
            case Crash crash:
                throw new DeviceCrashedException(crash.Reason);
            case GiveUp giveUp:
                _ports.Fail(new ExperimentFailedException(giveUp.Reason));
                break;
            case Retire retire:
                _ports.Retire(retire.Devices);
                break;
            default:
                throw new SimulationRuleException($"{_device} wants a {effect.GetType().Name}, which no device can do.");
        }
    }
}
