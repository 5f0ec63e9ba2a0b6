using Akka.Actor;
using NMoE.Federation.Roles;
using NMoE.Federation.Settings;
using NMoE.Simulation.Network;

namespace NMoE.Federation.Devices;

/// <summary>
/// A device: the parent of the actor that plays its role. A crash of the role switches it off; it is on again after a back-off that doubles,
/// until its restarts are used up. Anything else that the role throws is a bug, which ends the run.
/// </summary>
public sealed class DeviceActor : UntypedActor, IWithTimers
{
    private readonly DeviceId _device;
    private readonly Func<DevicePorts, Props> _role;
    private readonly DevicePorts _ports;
    private readonly SupervisionSection _policy;
    private IActorRef _actor = ActorRefs.Nobody;
    private int _crashes;

    /// <summary>Made at the start of a world.</summary>
    public DeviceActor(DeviceId device, Func<DevicePorts, Props> role, DevicePorts ports, SupervisionSection policy)
    {
        _device = device;
        _role = role;
        _ports = ports;
        _policy = policy;
    }

    /// <inheritdoc/>
    public ITimerScheduler Timers { get; set; } = null!;

    /// <inheritdoc/>
    protected override void PreStart()
    {
        _ports.Register(_device, Self);
        SwitchOn();
    }

    /// <inheritdoc/>
    protected override void OnReceive(object message)
    {
        switch (message)
        {
            case SwitchOff:
                GoDark();

                // Switched off for good: its end is no crash to come back from.
                Context.Unwatch(_actor);
                Context.Stop(_actor);
                _ports.World.Finish(_device.ToString());
                break;
            case DeviceCrashedException crash:
                _actor.Tell(crash, ActorRefs.NoSender);
                break;
            case Terminated when _crashes <= _policy.MaxRestarts && Timers.IsTimerActive(PowerOn) is false:
                Timers.StartSingleTimer(PowerOn, PowerOn, _policy.Backoff * (1L << Math.Min(_crashes - 1, 30)));
                break;
            case PowerOn:
                _ports.Observer.Observe(_ports.World.Now, new DeviceReturned(_device));
                SwitchOn();
                break;
        }
    }

    /// <inheritdoc/>
    protected override SupervisorStrategy SupervisorStrategy() => new OneForOneStrategy(-1, -1, failure =>
    {
        if (failure is not DeviceCrashedException)
        {
            _ports.World.Fail(_ports.World.Describe(Sender, failure));
            return Directive.Stop;
        }

        _crashes++;
        var returns = _crashes <= _policy.MaxRestarts;
        GoDark();
        _ports.Observer.Observe(_ports.World.Now, new DeviceLost(_device, failure.Message, returns));
        if (!returns)
        {
            _ports.World.Finish(_device.ToString());
            if (!_device.IsClient)
            {
                _ports.World.Fail(new ExperimentFailedException(
                    FormattableString.Invariant($"the {_device} crashed {_crashes} times and was given up: {failure.Message}")));
            }
        }

        return Directive.Stop;
    }, loggingEnabled: false);

    private const string PowerOn = "power-on";

    private void SwitchOn()
    {
        _actor = Context.ActorOf(_role(_ports), FormattableString.Invariant($"role-{_crashes}"));
        Context.Watch(_actor);
    }

    private void GoDark()
    {
        _ports.Network.Detach(_device);
        _ports.Compute.Forget(_device, DurableBlobs.Of(_ports.Persisted(_device)));
    }
}
