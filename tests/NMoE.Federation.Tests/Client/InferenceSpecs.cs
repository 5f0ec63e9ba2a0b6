using System.Collections.Immutable;
using NMoE.Compute.Jobs;
using NMoE.Federation.Client;
using NMoE.Federation.Protocol;
using NMoE.Federation.Roles;
using NMoE.Federation.Tests.Devices;
using NMoE.Learning.Cost;
using NMoE.Learning.Jobs;
using NMoE.Simulation.Network;
using NMoE.Simulation.Time;

namespace NMoE.Federation.Tests.Client;

/// <summary>The routing conversation of inference, seen by the peers of client 0: it has four test samples and asks two at a time.</summary>
public sealed class InferenceSpecs : DeviceSpec
{
    private static readonly DeviceId Self = new(0);
    private readonly PeerProbe _aggregator;
    private readonly PeerProbe _supervisor;
    private readonly PeerProbe _first;
    private readonly PeerProbe _second;

    public InferenceSpecs()
        : base("inference.batch=2", "inference.gates=[rangate]", "inference.deadline=5 s", "expert.epochs=1", "inference.k=1")
    {
        _aggregator = Peer(DeviceId.Aggregator);
        _supervisor = Peer(DeviceId.Supervisor);
        _first = Peer(new DeviceId(1));
        _second = Peer(new DeviceId(2));
    }

    [Fact]
    public void Each_chosen_peer_gets_its_rows_in_one_message_and_the_next_request_follows_the_last_answer()
    {
        Serve(chosen: [1, 2, 0, 1]);

        var toFirst = _first.Expect<RouteLatents>(Self);
        var toSecond = _second.Expect<RouteLatents>(Self);
        Assert.Equal((0, 0), (toFirst.Pass, toFirst.Request));
        Assert.Equal<int>([0], toFirst.Rows);
        Assert.Equal<int>([1], toSecond.Rows);
        Assert.Equal(Plan.Model.Spec.Latent * sizeof(float), toFirst.RowBytes);

        _first.Send(Self, Outputs(toFirst, '1'));
        _first.Probe.ExpectNothing(TimeSpan.FromSeconds(1));
        _second.Send(Self, Outputs(toSecond, '2'));

        // The third sample is its own, the fourth again the first peer's.
        var again = _first.Expect<RouteLatents>(Self);
        Assert.Equal((1, 3), (again.Request, Assert.Single(again.Rows)));
        _first.Send(Self, Outputs(again, '1'));
        RunToEnd();

        var answered = Assert.Single(Seen.Of<PassAnswered>());
        Assert.Equal<int>([1, 2, 0, 1], answered.Chosen);
        Assert.Equal<int>([1, 2, 0, 1], answered.Answered);
    }

    [Fact]
    public void Only_the_rows_that_are_asked_for_are_charged_to_the_link()
    {
        Serve(chosen: [1, 1, 0, 0]);

        var request = _first.Expect<RouteLatents>(Self);
        var sent = Network.Ledger.Entries.Single(entry => entry.Key.Kind == nameof(RouteLatents)).Entry.Sent;
        Assert.Equal(2L * 128 * sizeof(float), request.PayloadBytes);
        Assert.Equal(WireCodec.Encode(request).CalculateSize() + request.PayloadBytes, sent);
    }

    [Fact]
    public void A_peer_that_stays_silent_until_the_deadline_is_replaced_by_the_own_expert()
    {
        Serve(chosen: [1, 2, 0, 0]);
        var toFirst = _first.Expect<RouteLatents>(Self);
        _second.Expect<RouteLatents>(Self);
        _first.Send(Self, Outputs(toFirst, '1'));
        RunToEnd();

        var answered = Assert.Single(Seen.Of<PassAnswered>());
        Assert.Equal<int>([1, 2, 0, 0], answered.Chosen);
        Assert.Equal<int>([1, 0, 0, 0], answered.Answered);
        var marks = Seen.All.Where(item => item.What is RequestMark { Request: 0 }).ToArray();
        Assert.True(marks[1].At - marks[0].At > TimeSpan.FromSeconds(5), "The deadline was not waited for.");
    }

    [Fact]
    public void An_answer_after_the_deadline_changes_nothing()
    {
        Serve(chosen: [1, 0, 1, 0]);
        var late = _first.Expect<RouteLatents>(Self);
        var second = _first.Expect<RouteLatents>(Self);
        Assert.Equal((0, 1), (late.Request, second.Request));

        _first.Send(Self, Outputs(late, '9'));
        _first.Send(Self, Outputs(second, '1'));
        RunToEnd();

        var answered = Assert.Single(Seen.Of<PassAnswered>());
        Assert.Equal<int>([0, 0, 1, 0], answered.Answered);
    }

    [Fact]
    public void A_peers_latents_are_answered_by_the_own_expert_after_the_time_that_its_work_takes()
    {
        Serve(chosen: [0, 0, 0, 0]);
        RunToEnd();
        var latents = Blob('a', 2200);
        var begun = World.Now;
        _first.Send(Self, new RouteLatents(0, 0, latents, [2, 3], 512));

        var outputs = _first.Expect<ExpertOutputs>(Self);
        Assert.Equal((0, 0, 2, 40), (outputs.Pass, outputs.Request, outputs.Rows, outputs.RowBytes));
        var request = new RouteLatents(0, 0, latents, [2, 3], 512);
        var expected = Delay + Duration.Of(8.0 * WireCodec.Size(request), Bandwidth)
            + Duration.Of(2 * LearningCost.ExpertForward(Plan.Model.Spec), Plan.Settings.Device.Compute)
            + Delay + Duration.Of(8.0 * WireCodec.Size(outputs), Bandwidth);
        Assert.Equal(expected, _first.Probe.LastTold!.At - begun);
    }

    private static ExpertOutputs Outputs(RouteLatents request, char digit) =>
        new(request.Pass, request.Request, Blob(digit, 300), request.Rows.Length, 40);

    /// <summary>Brings client 0 through training to where it serves, with a gate that chooses as told.</summary>
    private void Serve(ImmutableArray<int> chosen)
    {
        Answer = job => job.Kind == RouteParameters.Kind
            ? new JobResult([Blob('e', 100)], ImmutableSortedDictionary<string, double>.Empty, chosen)
            : null;
        SwitchOn(Self, new ClientRole(0, Plan));
        Assert.Equal(10, _aggregator.Expect<Join>(Self).Samples);
        _aggregator.Send(Self, new PublishModel(Stages.Extractor, [Blob('f', 700_000), Blob('b', 900_000)]));
        _aggregator.Expect<ExpertReady>(Self);
        _supervisor.Send(Self, new BeginServing());
        _supervisor.Expect<ServingBegun>(Self);
    }
}
