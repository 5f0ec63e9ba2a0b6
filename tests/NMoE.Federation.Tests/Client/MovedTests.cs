using NMoE.Compute.Blobs;
using NMoE.Federation.Client;
using NMoE.Federation.Protocol;
using NMoE.Federation.Roles;
using NMoE.Federation.Tests.Devices;
using NMoE.Simulation.Network;

namespace NMoE.Federation.Tests.Client;

/// <summary>A client whose aggregator moves, as a function of state and message.</summary>
public sealed class MovedTests
{
    private static readonly Plan Plan = DeviceSpec.PlanOf("aggregator.standby=[base-station]", "inference.gates=[rangate]");
    private static readonly DeviceId Second = DeviceId.AggregatorAt(1);
    private readonly ClientRole _role = new(0, Plan);

    [Theory]
    [InlineData(-3)]
    [InlineData(-2)]
    public void It_asks_a_new_place_what_it_missed_whoever_tells_of_it(int teller)
    {
        IMessage word = teller == -2 ? new AggregatorAt(1) : new NothingNew();
        var heard = _role.Handle(Dealt, new Delivery(new DeviceId(teller), word));
        Assert.Equal((Second, new Rejoin(Plan.Deal.MostRows)), (Sent(heard).Single().To, Sent(heard).Single().Message));
        Assert.Empty(Sent(_role.Handle(heard.State, new Delivery(new DeviceId(teller), word))));
    }

    [Fact]
    public void The_word_of_an_earlier_place_counts_no_more()
    {
        var moved = _role.Handle(Dealt, new Delivery(Second, new NothingNew())).State;
        var late = _role.Handle(moved, new Delivery(DeviceId.Aggregator, Round(1)));
        Assert.Same(moved, late.State);
        Assert.Empty(late.Effects);
        Assert.Single(_role.Handle(moved, new Delivery(Second, Round(1))).Effects.OfType<Federation.Roles.Compute>());
    }

    [Fact]
    public void What_is_trained_for_an_earlier_place_is_sent_to_nobody()
    {
        var training = _role.Handle(Dealt, new Delivery(DeviceId.Aggregator, Round(2)));
        var job = training.Effects.OfType<Federation.Roles.Compute>().Single();
        var moved = _role.Handle(training.State, new Delivery(Second, Round(1)));
        Assert.Equal(new RoundTag(Tags.Round, Stages.Extractor, 1) { Place = 1 }, moved.Effects.OfType<Federation.Roles.Compute>().Single().Tag);
        Assert.Empty(_role.Handle(moved.State, new JobFinished(job.Tag, Trained('7'))).Effects);
        var update = Sent(_role.Handle(moved.State, new JobFinished((RoundTag)job.Tag with { Round = 1, Place = 1 }, Trained('8')))).Single();
        Assert.Equal((Second, 1), (update.To, Assert.IsType<RoundUpdate>(update.Message).Round));
    }

    /// <summary>Found by fuzzing: it ended the new place's round, whose update then travelled as it was trained.</summary>
    [Fact]
    public void What_is_compressed_for_an_earlier_place_is_sent_to_nobody()
    {
        var role = new ClientRole(0, DeviceSpec.PlanOf("aggregator.standby=[base-station]", "inference.gates=[rangate]", "extractor.compression=int8"));
        var training = role.Handle(Dealt, new Delivery(DeviceId.Aggregator, Round(1)));
        var trained = role.Handle(training.State, new JobFinished(training.Effects.OfType<Federation.Roles.Compute>().Single().Tag, Trained('7')));
        var compressing = trained.Effects.OfType<Federation.Roles.Compute>().Single().Tag;
        Assert.IsType<CompressedTag>(compressing);

        var moved = role.Handle(trained.State, new Delivery(Second, Round(1)));
        var late = role.Handle(moved.State, new JobFinished(compressing, Trained('8')));
        Assert.Empty(late.Effects);
        Assert.NotNull(late.State.Round.Training);
    }

    [Fact]
    public void An_update_that_was_sent_to_the_lost_place_is_sent_again_and_not_trained_again()
    {
        var training = _role.Handle(Dealt, new Delivery(DeviceId.Aggregator, Round(1))).State;
        var sent = _role.Handle(training, new JobFinished(new RoundTag(Tags.Round, Stages.Extractor, 1), Trained('7')));
        var again = _role.Handle(sent.State, new Delivery(Second, Round(1)));
        Assert.Empty(again.Effects.OfType<Federation.Roles.Compute>());
        Assert.Equal(new Send(Second, Sent(sent).Single().Message, "extractor"), Assert.Single(again.Effects.OfType<SendAgain>()).What);
    }

    [Fact]
    public void Where_stage_1_was_lost_what_came_of_it_is_given_up()
    {
        var durable = ClientDurable.Empty with { Expert = new(Blob('1'), 0, Blob('2'), null, Blob('3')), Sharing = SharingMemory.None with { Experts = [0] } };
        var asked = _role.Handle(Dealt with { Durable = durable }, new Delivery(Second, Round(3))).State;
        Assert.Equal(ExpertMemory.None with { Lineage = 1 }, asked.Durable.Expert);
        Assert.NotNull(asked.Round.Training);

        // The same model from the new place is no reason.
        var published = new PublishModel(Stages.Extractor, [Blob('1'), Blob('4')]);
        Assert.Equal(Blob('3'), _role.Handle(Dealt with { Durable = durable }, new Delivery(Second, published)).State.Durable.Expert.Model);
        Assert.Null(_role.Handle(Dealt with { Durable = durable }, new Delivery(Second, published with { Lineage = 1 })).State.Durable.Expert.Model);
    }

    /// <summary>Found by fuzzing: a supervisor that is never switched off went on saying that it may serve, and the client on asking for the model that it lacked.</summary>
    [Theory]
    [InlineData("off", 2)]
    [InlineData("on", 0)]
    public void A_supervisor_that_stays_on_is_no_answer_to_who_may_serve_and_lacks_a_model(string retire, int silent)
    {
        var role = new ClientRole(0, DeviceSpec.PlanOf("experiment.retire-servers=" + retire));
        var state = new ClientState(ClientDurable.Empty with { Serving = ServingMemory.None with { MayServe = true } }) with { Silence = SilenceState.None with { Asked = 2 } };
        Assert.Equal(silent, role.Handle(state, new Delivery(DeviceId.Supervisor, new BeginServing())).State.Silence.Asked);
    }

    private static ClientState Dealt => new ClientState(ClientDurable.Empty) with { Shards = ShardsState.None with { Training = Blob('0') } };

    private static TrainRound Round(int round) => new(Stages.Extractor, round, [Blob('a'), Blob('b')], []);

    private static BlobRef Blob(char digit) => new(new BlobHash(new string(digit, 64)), 1000);

    private static NMoE.Compute.Jobs.JobResult Trained(char digit) => new(
        [Blob(digit), Blob(digit)], System.Collections.Immutable.ImmutableSortedDictionary<string, double>.Empty.Add("loss", 1), []);

    private static IEnumerable<Send> Sent(Decision<ClientState> decision) => decision.Effects.OfType<Send>();
}
