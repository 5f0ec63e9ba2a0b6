using NMoE.Compute.Jobs;
using NMoE.Federation.Client;
using NMoE.Federation.Protocol;
using NMoE.Federation.Roles;
using NMoE.Federation.Tests.Devices;
using NMoE.Learning.Jobs;
using NMoE.Simulation.Network;

namespace NMoE.Federation.Tests.Client;

/// <summary>A client whose messages, or whose servers', are lost.</summary>
public sealed class SilenceSpecs : DeviceSpec
{
    private static readonly DeviceId Self = new(0);
    private readonly PeerProbe _aggregator;
    private readonly PeerProbe _supervisor;
    private readonly List<Job> _rounds = [];

    public SilenceSpecs()
        : base("inference.gates=[rangate]", "supervision.patience=10 min", "supervision.max-silence=3", "extractor.epochs=1", "expert.epochs=1", "gate.deadline=2 h")
    {
        _aggregator = Peer(DeviceId.Aggregator);
        _supervisor = Peer(DeviceId.Supervisor);
        Answer = job =>
        {
            if (job.Kind == FedCeParameters.Kind)
            {
                _rounds.Add(job);
            }

            return null;
        };
        SwitchOn(Self, new ClientRole(0, Plan));
        _aggregator.Expect<Join>(Self);
    }

    [Fact]
    public void Who_hears_nothing_asks_both_servers_as_often_as_configured_and_then_leaves()
    {
        RunToEnd();

        Assert.Equal(3, _aggregator.Probe.Collect<Delivery>(TimeSpan.FromHours(10)).Count(told => told.Message is Rejoin { Samples: 10 }));
        Assert.Equal(3, _supervisor.Probe.Collect<Delivery>(TimeSpan.FromHours(10)).Count(told => told.Message is Rejoin));
        Assert.Equal(0, Assert.Single(Seen.Of<ClientLeft>()).Client);
    }

    [Fact]
    public void A_word_from_a_server_begins_the_count_anew()
    {
        _aggregator.Expect<Rejoin>(Self);
        _aggregator.Expect<Rejoin>(Self);
        _aggregator.Send(Self, new NothingNew());
        foreach (var _ in Enumerable.Range(0, 3))
        {
            _aggregator.Expect<Rejoin>(Self);
        }

        _aggregator.Probe.ExpectNothing(TimeSpan.FromHours(10));
    }

    [Fact]
    public void One_that_has_all_it_needs_serves_without_the_servers_word()
    {
        _aggregator.Send(Self, new PublishModel(Stages.Extractor, [Blob('f', 700_000), Blob('b', 900_000)]));
        _aggregator.Expect<ExpertReady>(Self);
        RunToEnd();

        Assert.Single(Seen.Of<PassAnswered>());
        Assert.Empty(Seen.Of<ClientLeft>());
    }

    [Fact]
    public void An_invitation_that_comes_again_is_answered_with_the_same_update_and_trained_once()
    {
        var invitation = Invitation('f');
        _aggregator.Send(Self, invitation);
        _aggregator.Send(Self, invitation);
        var first = _aggregator.Expect<RoundUpdate>(Self);
        _aggregator.Send(Self, invitation);
        var second = _aggregator.Expect<RoundUpdate>(Self);

        Assert.Equal<Compute.Blobs.BlobRef>(first.Model, second.Model);
        Assert.Single(_rounds);

        // Another model is another round, whatever its number.
        _aggregator.Send(Self, Invitation('e'));
        _aggregator.Expect<RoundUpdate>(Self);
        Assert.Equal(2, _rounds.Count);
    }

    [Fact]
    public void An_invitation_that_a_later_one_overtook_is_not_trained()
    {
        _aggregator.Send(Self, Invitation('f') with { Round = 2 });
        Assert.Equal(2, _aggregator.Expect<RoundUpdate>(Self).Round);
        _aggregator.Send(Self, Invitation('e'));
        _aggregator.Probe.ExpectNothing(TimeSpan.FromMinutes(9));
        Assert.Single(_rounds);
    }

    [Fact]
    public void Of_the_invitations_that_come_while_it_trains_only_the_newest_is_trained_next()
    {
        foreach (var round in new[] { 1, 2, 4, 3 })
        {
            _aggregator.Send(Self, Invitation('f') with { Round = round });
        }

        Assert.Equal(1, _aggregator.Expect<RoundUpdate>(Self).Round);
        Assert.Equal(4, _aggregator.Expect<RoundUpdate>(Self).Round);
        Assert.Equal(2, _rounds.Count);
    }

    /// <summary>The gate's deadline is two hours; each word of the aggregator asks the missing peer again, and none gives it more time.</summary>
    [Fact]
    public void A_peer_that_never_answers_is_waited_for_until_the_deadline_and_no_longer()
    {
        _aggregator.Send(Self, new PublishModel(Stages.Extractor, [Blob('f', 700_000), Blob('b', 900_000)]));
        _aggregator.Expect<ExpertReady>(Self);
        _aggregator.Send(Self, new ShareLatents([0, 1]));
        var begun = World.Now;
        for (var told = _aggregator.Probe.Expect<Delivery>(); told.Message is Rejoin; told = _aggregator.Probe.Expect<Delivery>())
        {
            _aggregator.Send(Self, new ShareLatents([0, 1]));
        }

        Assert.IsType<GateDataReady>(((Delivery)_aggregator.Probe.LastTold!.Message).Message);
        Assert.InRange((World.Now - begun).TotalHours, 1.9, 2.1);
    }

    /// <summary>A client that waits for opinions asks the aggregator what it missed, and each answer once sent its latents to all peers again.</summary>
    [Fact]
    public void Latents_that_are_on_their_way_to_a_peer_are_not_sent_again()
    {
        _aggregator.Send(Self, new PublishModel(Stages.Extractor, [Blob('f', 700_000), Blob('b', 900_000)]));
        _aggregator.Expect<ExpertReady>(Self);
        _aggregator.Send(Self, new ShareLatents([0, 1]));
        _aggregator.Send(Self, new ShareLatents([0, 1]));
        Pass(TimeSpan.FromSeconds(1));
        Assert.Equal(1, Assert.Single(Network.Ledger.Entries, item => item.Key.Kind == nameof(TrainingLatents)).Entry.Messages);
        _aggregator.Send(Self, new ShareLatents([0, 1]));
        Pass(TimeSpan.FromSeconds(1));
        Assert.Equal(2, Assert.Single(Network.Ledger.Entries, item => item.Key.Kind == nameof(TrainingLatents)).Entry.Messages);
    }

    [Fact]
    public void An_update_survives_a_crash_after_it_was_sent()
    {
        _aggregator.Send(Self, Invitation('f'));
        _aggregator.Expect<RoundUpdate>(Self);
        Ports.Crash(Self, "a fault");
        Assert.Equal(10, _aggregator.Expect<Rejoin>(Self).Samples);
        _aggregator.Send(Self, Invitation('f'));
        _aggregator.Expect<RoundUpdate>(Self);

        Assert.Single(_rounds);
    }

    [Fact]
    public void A_published_extractor_that_comes_again_tells_that_the_expert_was_not_heard_of()
    {
        var published = new PublishModel(Stages.Extractor, [Blob('f', 700_000), Blob('b', 900_000)]);
        _aggregator.Send(Self, published);
        _aggregator.Send(Self, published);
        _aggregator.Expect<ExpertReady>(Self);
        _aggregator.Send(Self, published);
        _aggregator.Expect<ExpertReady>(Self);

        Assert.Single(Seen.Of<ExpertTrained>());
    }

    [Fact]
    public void The_word_to_serve_that_comes_again_is_answered_again_and_nothing_is_served_twice()
    {
        _aggregator.Send(Self, new PublishModel(Stages.Extractor, [Blob('f', 700_000), Blob('b', 900_000)]));
        _aggregator.Expect<ExpertReady>(Self);
        _supervisor.Send(Self, new BeginServing());
        _supervisor.Expect<ServingBegun>(Self);
        RunToEnd();
        _supervisor.Send(Self, new BeginServing());
        _supervisor.Expect<ServingBegun>(Self);
        RunToEnd();

        Assert.Single(Seen.Of<PassAnswered>());
    }

    private static TrainRound Invitation(char extractor) => new(Stages.Extractor, 1, [Blob(extractor, 700_000), Blob('b', 900_000)], []);
}
