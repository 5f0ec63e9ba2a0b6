using NMoE.Compute.Blobs;
using NMoE.Compute.Jobs;
using NMoE.Federation.Aggregator;
using NMoE.Federation.Protocol;
using NMoE.Federation.Roles;
using NMoE.Federation.Tests.Devices;
using NMoE.Simulation.Network;

namespace NMoE.Federation.Tests.Aggregator;

/// <summary>The aggregator and its next places as functions of state and message.</summary>
public sealed class StandbyTests
{
    private static readonly Plan Plan = DeviceSpec.PlanOf("aggregator.standby=[base-station, base-station]", "extractor.rounds=5", "inference.gates=[rangate]");
    private static readonly DeviceId Second = DeviceId.AggregatorAt(1);
    private readonly AggregatorRole _first = new(Plan);
    private readonly AggregatorRole _second = new(Plan, 1);

    [Fact]
    public void Nothing_is_published_before_the_next_place_has_taken_the_state()
    {
        var begun = Begun();
        var kept = Assert.Single(begun.Effects.OfType<Send>());
        Assert.Equal((Second, "checkpoint"), (kept.To, kept.Stage));
        var checkpoint = Assert.IsType<Checkpoint>(kept.Message);
        Assert.Equal((1, Stages.Extractor, 1, 3), (checkpoint.Number, checkpoint.Step, checkpoint.Round, checkpoint.Joined.Count));

        // Who asks meanwhile hears that the aggregator is there, and no more.
        var asked = Assert.Single(_first.Handle(begun.State, new Delivery(new DeviceId(0), new Rejoin(10))).Effects);
        Assert.IsType<NothingNew>(Assert.IsType<Send>(asked).Message);

        Assert.Empty(Sent(_first.Handle(begun.State, new Delivery(Second, new CheckpointTaken(0)))));
        var published = _first.Handle(begun.State, new Delivery(Second, new CheckpointTaken(1)));
        Assert.Equal([0, 1, 2], Sent(published).Where(send => send.Message is TrainRound).Select(send => send.To.Number));
    }

    [Fact]
    public void A_place_that_does_not_answer_is_waited_for_once_and_asked_until_it_does()
    {
        var begun = Begun();
        var timer = Assert.Single(begun.Effects.OfType<SetTimer>());
        Assert.Equal(Plan.Settings.Aggregator.CheckpointDeadline, timer.Delay);
        var late = _first.Handle(begun.State, new TimerFired(timer.Tag));
        Assert.Equal(3, Sent(late).Count(send => send.Message is TrainRound));
        Assert.Equal(new CheckpointMissed(Second, 1), Assert.Single(late.Effects.OfType<Observe>()).Observation);

        // The next checkpoint goes to the place after it, and the silent one is only asked.
        var again = _first.Handle(late.State, new Restarted());
        Assert.Equal([DeviceId.AggregatorAt(2), Second], Sent(again).Select(send => send.To));
        Assert.Equal(new Rejoin(0), Sent(again).Last().Message);
        var heard = _first.Handle(again.State, new Delivery(Second, new CheckpointTaken(0)));
        Assert.Equal(Second, Sent(_first.Handle(heard.State, new Restarted())).First().To);
    }

    [Fact]
    public void A_standby_keeps_the_newest_checkpoint_says_so_and_has_no_ear_for_clients()
    {
        var (one, two) = (Kept(), Kept() with { Number = 2, Round = 2 });
        var state = _second.Initial;
        foreach (var (kept, number) in new[] { (one, 1), (two, 2), (one, 2) })
        {
            var told = _second.Handle(state, new Delivery(DeviceId.Aggregator, kept));
            Assert.Equal((DeviceId.Aggregator, new CheckpointTaken(number)), (Sent(told).Single().To, Sent(told).Single().Message));
            state = told.State;
        }

        Assert.Equal(2, state.Durable.Held!.Round);
        foreach (var message in new IMessage[] { new Join(10), new Rejoin(10), new BeginTraining(), new ExpertReady() })
        {
            Assert.Empty(_second.Handle(state, new Delivery(message is BeginTraining ? DeviceId.Supervisor : new DeviceId(0), message)).Effects);
        }
    }

    [Fact]
    public void At_the_supervisors_word_alone_it_goes_on_with_the_round_of_the_checkpoint()
    {
        var held = _second.Handle(_second.Initial, new Delivery(DeviceId.Aggregator, Kept() with { Round = 3 })).State;
        Assert.Equal(Stages.Standby, _second.Handle(held, new Delivery(DeviceId.Aggregator, new AggregatorAt(1))).State.Durable.Stage);
        var begun = _second.Handle(held, new Delivery(DeviceId.Supervisor, new AggregatorAt(1)));
        Assert.Equal((Stages.Extractor, 3), (begun.State.Durable.Stage, begun.State.Durable.Round));
        Assert.Equal(new AggregatorMoved(Second, Stages.Extractor, 3), begun.Effects.OfType<Observe>().First().Observation);

        // It has a next place too.
        Assert.Equal(DeviceId.AggregatorAt(2), Sent(begun).Single(send => send.Message is Checkpoint).To);
    }

    [Fact]
    public void Without_a_checkpoint_it_begins_from_the_start_and_all_hear_that_it_is_there()
    {
        var begun = _second.Handle(_second.Initial, new Delivery(DeviceId.Supervisor, new AggregatorAt(1)));
        Assert.Equal((Stages.Joining, true), (begun.State.Durable.Stage, begun.State.Durable.MayBegin));
        Assert.Equal([-2, 0, 1, 2], Sent(begun).Where(send => send.Message is NothingNew).Select(send => send.To.Number));
    }

    [Fact]
    public void A_place_that_hears_of_a_later_one_is_dismissed_and_does_nothing_any_more()
    {
        var active = _second.Handle(_second.Initial, new Delivery(DeviceId.Supervisor, new AggregatorAt(1))).State;
        var answer = Sent(_second.Handle(active, new Delivery(DeviceId.Aggregator, Kept()))).Single();
        Assert.Equal((DeviceId.Aggregator, new AggregatorAt(1)), (answer.To, answer.Message));
        var dismissed = _first.Handle(Begun().State, new Delivery(Second, answer.Message));
        Assert.IsType<Done>(Assert.Single(dismissed.Effects));
        Assert.Empty(_first.Handle(dismissed.State, new Delivery(DeviceId.Supervisor, new BeginTraining())).Effects);
        Assert.Empty(_first.Handle(dismissed.State, new Restarted()).Effects);
    }

    [Fact]
    public void One_that_cannot_go_on_leaves_the_next_place_to_try_and_the_last_one_ends_the_run()
    {
        // Nobody joined by the deadline.
        var given = _first.Handle(_first.Handle(_first.Initial, new Started()).State, new TimerFired(new StepTimer(Stages.Joining)));
        Assert.Equal(Stages.Dismissed, given.State.Durable.Stage);
        Assert.Contains("no client was ready", Assert.IsType<AggregatorGaveWay>(Assert.Single(given.Effects.OfType<Observe>()).Observation).Reason, StringComparison.Ordinal);
        Assert.Empty(given.Effects.OfType<GiveUp>());

        var third = new AggregatorRole(Plan, 2);
        var last = third.Handle(third.Initial, new Delivery(DeviceId.Supervisor, new AggregatorAt(2))).State;
        Assert.Single(third.Handle(last, new TimerFired(new StepTimer(Stages.Joining))).Effects.OfType<GiveUp>());
    }

    private static IEnumerable<Send> Sent(Decision<AggregatorState> decision) => decision.Effects.OfType<Send>();

    private static BlobRef Blob(char digit) => new(new BlobHash(new string(digit, 64)), 1000);

    private static Checkpoint Kept() => Assert.IsType<Checkpoint>(new StandbyTests().Begun().Effects.OfType<Send>().Single().Message);

    /// <summary>All have joined, and the first round begins.</summary>
    private Decision<AggregatorState> Begun()
    {
        var state = _first.Handle(_first.Initial, new Started()).State;
        foreach (var client in Plan.Deal.ClientNumbers)
        {
            state = _first.Handle(state, new Delivery(DeviceId.Client(client), new Join(10))).State;
        }

        state = _first.Handle(state, new Delivery(DeviceId.Supervisor, new BeginTraining())).State;
        var parts = Plan.Model.SharedParts.Append(NMoE.Learning.Models.ModelPart.Gate).ToArray();
        var decision = Decision.Of(state);
        foreach (var part in parts)
        {
            var result = new JobResult([Blob((char)('a' + (int)part))], System.Collections.Immutable.ImmutableSortedDictionary<string, double>.Empty, []);
            decision = _first.Handle(decision.State, new JobFinished(new InitialTag(part), result));
        }

        return decision;
    }
}
