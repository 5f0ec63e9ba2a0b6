using NMoE.Federation.Protocol;
using NMoE.Federation.Roles;
using NMoE.Federation.Supervisor;
using NMoE.Federation.Tests.Devices;
using NMoE.Simulation.Network;

namespace NMoE.Federation.Tests.Supervisor;

/// <summary>The supervisor as a function of state and message.</summary>
public sealed class SupervisorRoleTests
{
    private readonly SupervisorRole _role = new(DeviceSpec.PlanOf());

    [Fact]
    public void It_begins_training_and_waits_for_its_end()
    {
        var begun = _role.Handle(_role.Initial, new Started());
        Assert.Equal(new BeginTraining(), Sent(begun).Single().Message);
        Assert.Equal(DeviceId.Aggregator, Sent(begun).Single().To);
        Assert.Single(begun.Effects.OfType<Await>());
    }

    [Fact]
    public void When_training_has_ended_every_client_is_told_to_serve_once()
    {
        var told = _role.Handle(_role.Initial, From(DeviceId.Aggregator, new TrainingFinished()));
        Assert.Equal([0, 1, 2], Sent(told).Select(send => send.To.Number));
        Assert.All(Sent(told), send => Assert.Equal(new BeginServing(), send.Message));
        Assert.Empty(_role.Handle(told.State, From(DeviceId.Aggregator, new TrainingFinished())).Effects);
    }

    [Fact]
    public void It_retires_the_servers_when_the_last_client_serves_and_counts_none_twice()
    {
        var state = _role.Handle(_role.Initial, From(DeviceId.Aggregator, new TrainingFinished())).State;
        foreach (var client in new[] { 0, 1, 1, 0 })
        {
            var waiting = _role.Handle(state, From(new DeviceId(client), new ServingBegun()));
            Assert.Empty(waiting.Effects);
            state = waiting.State;
        }

        var left = _role.Handle(state, From(new DeviceId(2), new ServingBegun()));
        Assert.Equal<DeviceId>([DeviceId.Aggregator, DeviceId.Supervisor], Assert.Single(left.Effects.OfType<Retire>()).Devices);
        Assert.Single(left.Effects.OfType<Done>());
    }

    [Fact]
    public void Servers_that_are_not_to_retire_stay_on()
    {
        var role = new SupervisorRole(DeviceSpec.PlanOf("experiment.retire-servers=off"));
        var left = role.Handle(role.Initial, new TimerFired(new SoleTimer("serving")));
        Assert.Empty(left.Effects.OfType<Retire>());
        Assert.Single(left.Effects.OfType<Done>());
    }

    [Fact]
    public void A_client_that_comes_back_after_training_is_told_to_serve_and_one_before_is_not()
    {
        var early = _role.Handle(_role.Initial, From(new DeviceId(1), new Rejoin(0)));
        Assert.Empty(early.Effects);
        var state = _role.Handle(_role.Initial, From(DeviceId.Aggregator, new TrainingFinished())).State;
        var late = Sent(_role.Handle(state, From(new DeviceId(1), new Rejoin(0)))).Single();
        Assert.Equal((new DeviceId(1), new BeginServing()), (late.To, late.Message));
    }

    [Fact]
    public void After_a_crash_it_goes_on_from_where_it_was()
    {
        var trained = _role.Handle(_role.Initial, From(DeviceId.Aggregator, new TrainingFinished())).State;
        var back = _role.Recover(_role.Durable(trained));
        Assert.All(Sent(_role.Handle(back, new Restarted())), send => Assert.Equal(new BeginServing(), send.Message));
        Assert.Equal(new BeginTraining(), Sent(_role.Handle(_role.Recover(_role.Durable(_role.Initial)), new Restarted())).Single().Message);
    }

    /// <summary>Found by fuzzing: cut off for longer than the aggregator repeats itself, it waited for ever.</summary>
    [Fact]
    public void Hearing_nothing_for_long_it_asks_the_aggregator_again_and_again_and_then_gives_up()
    {
        var supervision = DeviceSpec.PlanOf().Settings.Supervision;
        var silence = Assert.Single(_role.Handle(_role.Initial, new Started()).Effects.OfType<SetTimer>());
        Assert.Equal(supervision.Patience * supervision.MaxSilence, silence.Delay);
        for (var asked = 0; asked < supervision.MaxSilence; asked++)
        {
            var asking = _role.Handle(_role.Initial, new TimerFired(silence.Tag));
            Assert.Equal((DeviceId.Aggregator, new BeginTraining()), (Sent(asking).Single().To, Sent(asking).Single().Message));
            silence = Assert.Single(asking.Effects.OfType<SetTimer>());
            Assert.Equal(supervision.Patience, silence.Delay);
        }

        var given = _role.Handle(_role.Initial, new TimerFired(silence.Tag));
        Assert.Contains("30 times", Assert.Single(given.Effects.OfType<GiveUp>()).Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void An_answer_lets_it_wait_as_long_again_and_the_end_of_training_for_good()
    {
        var begun = Assert.Single(_role.Handle(_role.Initial, new Started()).Effects.OfType<SetTimer>());
        var answered = _role.Handle(_role.Initial, From(DeviceId.Aggregator, new NothingNew()));
        Assert.Equal(begun, Assert.Single(answered.Effects.OfType<SetTimer>()));
        var trained = _role.Handle(_role.Initial, From(DeviceId.Aggregator, new TrainingFinished()));
        Assert.Contains(new CancelTimer(begun.Tag.Name), trained.Effects);
        Assert.Empty(_role.Handle(trained.State, new TimerFired(begun.Tag)).Effects);
    }

    [Fact]
    public void An_aggregator_that_is_silent_is_followed_by_the_next_place_and_that_by_the_end()
    {
        var plan = DeviceSpec.PlanOf("aggregator.standby=[base-station]", "aggregator.max-silence=2");
        var role = new SupervisorRole(plan);
        var silence = Assert.Single(role.Handle(role.Initial, new Started()).Effects.OfType<SetTimer>());
        Assert.Equal(plan.Settings.Supervision.Patience, silence.Delay);
        Assert.Equal(new BeginTraining(), Sent(role.Handle(role.Initial, new TimerFired(new NumberedTimer(silence.Tag.Name, 1)))).Single().Message);
        var moved = role.Handle(role.Initial, new TimerFired(new NumberedTimer(silence.Tag.Name, 2)));
        Assert.Equal(
            [(DeviceId.AggregatorAt(1), new AggregatorAt(1)), (DeviceId.Aggregator, new AggregatorAt(1))], Sent(moved).Select(send => (send.To, (AggregatorAt)send.Message)));
        Assert.Equal(silence, Assert.Single(moved.Effects.OfType<SetTimer>()));

        // What the first says now is answered with where the aggregator is; the second is asked where it is, and clients are told.
        foreach (var word in new IMessage[] { new NothingNew(), new TrainingFinished(), new Rejoin(0) })
        {
            var answered = role.Handle(moved.State, From(DeviceId.Aggregator, word));
            Assert.Equal((DeviceId.Aggregator, new AggregatorAt(1), moved.State), (Sent(answered).Single().To, Sent(answered).Single().Message, answered.State));
        }

        Assert.Equal(new AggregatorAt(1), Sent(role.Handle(moved.State, new TimerFired(new NumberedTimer(silence.Tag.Name, 0)))).Single().Message);
        Assert.Equal(new AggregatorAt(1), Sent(role.Handle(moved.State, From(new DeviceId(2), new Rejoin(10)))).Single().Message);
        Assert.True(role.Handle(moved.State, From(DeviceId.AggregatorAt(1), new TrainingFinished())).State.Trained);
        Assert.Contains(
            "the aggregator-2 did not answer how far training is, 2 times, and there is no place left",
            Assert.Single(role.Handle(moved.State, new TimerFired(new NumberedTimer(silence.Tag.Name, 2))).Effects.OfType<GiveUp>()).Reason, StringComparison.Ordinal);
    }

    private static Delivery From(DeviceId device, IMessage message) => new(device, message);

    private static IEnumerable<Send> Sent(Decision<SupervisorState> decision) => decision.Effects.OfType<Send>();
}
