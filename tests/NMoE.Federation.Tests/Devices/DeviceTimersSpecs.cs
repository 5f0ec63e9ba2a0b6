using Akka.Actor;
using NMoE.Federation.Devices;
using NMoE.TestKit;

namespace NMoE.Federation.Tests.Devices;

/// <summary>Timers of devices: one of a name, and never heard of once they were withdrawn.</summary>
public sealed class DeviceTimersSpecs : VirtualTestKit
{
    /// <summary>What an actor does with its timers at seconds of virtual time, and what it then hears when.</summary>
    [Theory]
    [InlineData("0 set a 5", "5 a")]
    [InlineData("0 set a 5; 0 set a 9", "9 a")]
    [InlineData("0 set a 5; 2 set a 9", "11 a")]
    [InlineData("0 set a 5; 5 set a 1", "6 a")]
    [InlineData("0 set a 5; 2 cancel a", "")]
    [InlineData("0 cancel a; 0 set a 5", "5 a")]
    [InlineData("0 set a 5; 0 set b 3; 1 cancel a; 2 set a 8", "3 b; 10 a")]
    [InlineData("0 set a 5; 6 cancel a; 6 set a 1", "5 a; 7 a")]
    [InlineData("0 set a 0; 0 cancel a; 0 set b 0", "0 b")]
    [InlineData("0 set a 5; 0 set b 6; 2 stop", "")]
    public void A_timer_is_heard_of_once_unless_it_was_withdrawn(string does, string hears)
    {
        var probe = Probe("probe");
        var timed = Spawn(Props.Create(() => new Timed(probe.Ref)), "timed");
        foreach (var step in does.Split("; "))
        {
            var words = step.Split(' ');
            Sys.Scheduler.ScheduleTellOnce(TimeSpan.FromSeconds(int.Parse(words[0], System.Globalization.CultureInfo.InvariantCulture)), timed, words[1..], ActorRefs.NoSender);
        }

        Assert.Equal(hears, string.Join("; ", probe.Collect<string>(TimeSpan.FromMinutes(1))));
    }

    private sealed class Timed : UntypedActor
    {
        private readonly IActorRef _probe;
        private readonly DeviceTimers _timers;

        public Timed(IActorRef probe) => (_probe, _timers) = (probe, new DeviceTimers(Context.System.Scheduler, Self));

        protected override void PostStop() => _timers.CancelAll();

        protected override void OnReceive(object message)
        {
            switch (message)
            {
                case string[] and ["set", var name, var seconds]:
                    _timers.Set(name, name, TimeSpan.FromSeconds(int.Parse(seconds, System.Globalization.CultureInfo.InvariantCulture)));
                    break;
                case string[] and ["cancel", var name]:
                    _timers.Cancel(name);
                    break;
                case string[]:
                    Context.Stop(Self);
                    break;
                case DeviceTimer timer when _timers.Fired(timer) is { } fired:
                    _probe.Tell(FormattableString.Invariant($"{Context.System.Scheduler.MonotonicClock.TotalSeconds} {fired}"));
                    break;
            }
        }
    }
}
