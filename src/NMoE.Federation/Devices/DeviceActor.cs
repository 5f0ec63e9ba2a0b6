using Akka.Actor;
using NMoE.Federation.Roles;
using NMoE.Federation.Settings;
using NMoE.Simulation.Network;
using NMoE.Simulation.Time;

namespace NMoE.Federation.Devices;

/// <summary>
/// A device: the parent of the actor that plays its role. A crash of the role switches it off; it is on again after the time that the crash says, or else
/// after a back-off that doubles, until its restarts are used up. Anything else that the role throws is a bug: the ports say what becomes of it.
/// </summary>
public sealed class DeviceActor : UntypedActor
{
    private const string PowerOn = "power-on";
    private readonly DeviceId _device;
    private readonly Props _role;
    private readonly IDevicePorts _ports;
    private readonly SupervisionSection _policy;
    private readonly DeviceTimers _timers;
    private IActorRef _actor = ActorRefs.Nobody;
    private Power _power = Power.Off;
    private VirtualTime _onAt;
    private int _crashes;
    private int _starts;

    /// <summary>Made at the start of a world, by <see cref="Of{TState}"/>.</summary>
    public DeviceActor(DeviceId device, Props role, IDevicePorts ports, SupervisionSection policy)
    {
        _device = device;
        _role = role;
        _ports = ports;
        _policy = policy;
        _timers = new DeviceTimers(Context.System.Scheduler, Self);
    }

    private enum Power
    {
        On,
        Off,
        Gone,
    }

    /// <summary>A device that plays a role.</summary>
    public static Props Of<TState>(DeviceId device, IRole<TState> role, IDevicePorts ports, SupervisionSection policy)
        where TState : class =>
        // By type and arguments: an expression would leave 2 kB of its compiled self with every device.
        Props.Create<DeviceActor>(device, Props.Create<RoleActor<TState>>(device, role, ports), ports, policy);

    /// <inheritdoc/>
    protected override void PreStart()
    {
        _ports.Register(_device, Self);
        SwitchOn();
    }

    /// <inheritdoc/>
    protected override void PostStop() => _timers.CancelAll();

    /// <inheritdoc/>
    protected override void OnReceive(object message)
    {
        switch (message is DeviceTimer timer ? _timers.Fired(timer) : message)
        {
            case SwitchOff:
                GoDark(Power.Gone);

                // Switched off for good: its end is no crash to come back from.
                Context.Unwatch(_actor);
                Context.Stop(_actor);
                _ports.Finish(_device);
                break;
            case DeviceCrashedException crash when _power == Power.On:
                _actor.Tell(crash, ActorRefs.NoSender);
                break;
            case DeviceCrashedException crash when _power == Power.Off:
                Crash(crash);
                ReturnLater();
                break;
            case Terminated:
                ReturnLater();
                break;
            case PowerOn when _power == Power.Off:
                _ports.Observe(_device, new DeviceReturned(_device));
                SwitchOn();
                break;
        }
    }

    /// <inheritdoc/>
    protected override SupervisorStrategy SupervisorStrategy() => new OneForOneStrategy(-1, -1, failure =>
    {
        if ((failure as DeviceCrashedException ?? _ports.Misbehaved(_device, Sender, failure)) is { } crash)
        {
            Crash(crash);
        }

        return Directive.Stop;
    }, loggingEnabled: false);

    private void Crash(DeviceCrashedException crash)
    {
        _crashes += crash.Off is null ? 1 : 0;
        var returns = crash.Return == Return.Possible && _crashes <= _policy.MaxRestarts;
        var onAt = _ports.Now + (crash.Off ?? (_policy.Backoff * (1L << Math.Min(_crashes - 1, 30))));

        // A crash while it is off makes it stay off longer, never shorter.
        _onAt = _power == Power.Off && _onAt.CompareTo(onAt) > 0 ? _onAt : onAt;
        GoDark(returns ? Power.Off : Power.Gone);
        _ports.Observe(_device, new DeviceLost(_device, crash.Message, returns));
        if (!returns)
        {
            GiveUp(crash);
        }
    }

    private void GiveUp(DeviceCrashedException crash)
    {
        var needed = _ports.IsAwaited(_device);
        _ports.Finish(_device);
        if (!_device.IsClient && needed && !_ports.IsReplaceable(_device))
        {
            _ports.Fail(new ExperimentFailedException(crash.Return == Return.Never
                ? $"the {_device} was lost for good: {crash.Message}"
                : FormattableString.Invariant($"the {_device} crashed {_crashes} times and was given up: {crash.Message}")));
        }
    }

    private void ReturnLater()
    {
        if (_power == Power.Off)
        {
            // A clock that does not wait may be past it.
            var left = _onAt - _ports.Now;
            _timers.Set(PowerOn, PowerOn, left > TimeSpan.Zero ? left : TimeSpan.Zero);
        }
    }

    private void SwitchOn()
    {
        _actor = Context.ActorOf(_role, FormattableString.Invariant($"role-{_starts++}"));
        Context.Watch(_actor);
        _power = Power.On;
    }

    private void GoDark(Power power)
    {
        _power = power;
        _ports.GoDark(_device);
    }
}
