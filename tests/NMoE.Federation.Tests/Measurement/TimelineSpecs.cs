using NMoE.Federation.Measurement;
using NMoE.Federation.Protocol;
using NMoE.Federation.Roles;
using NMoE.Federation.Tests.Devices;
using NMoE.Simulation.Network;
using NMoE.Simulation.Time;

namespace NMoE.Federation.Tests.Measurement;

/// <summary>What a time line keeps of what it is told; times in seconds.</summary>
public sealed class TimelineSpecs
{
    private static readonly DeviceId First = new(0);
    private static readonly DeviceId Second = new(1);
    private long _number;

    [Fact]
    public void A_round_shows_what_was_sent_computed_and_waited_for()
    {
        var timeline = Of(2);
        Send(timeline, DeviceId.Aggregator, First, "TrainRound", 500, 1, 3);
        Job(timeline, First, "fedce", 3, 7);
        Send(timeline, First, DeviceId.Aggregator, "RoundUpdate", 600, 7, 9);
        Job(timeline, DeviceId.Aggregator, "average", 9, 10);
        timeline.Observe(At(10), Round(1));
        Assert.Equal(
            [
                new("extractor", 1, "aggregator", "receive-wait", "", 0, 1, 0),
                new("extractor", 1, "aggregator", "send", "TrainRound", 1, 3, 500),
                new("extractor", 1, "aggregator", "receive-wait", "RoundUpdate", 3, 9, 600),
                new("extractor", 1, "aggregator", "compute", "average", 9, 10, 0),
                new("extractor", 1, "client-0", "receive-wait", "TrainRound", 0, 3, 500),
                new("extractor", 1, "client-0", "compute", "fedce", 3, 7, 0),
                new("extractor", 1, "client-0", "send", "RoundUpdate", 7, 9, 600),
                new("extractor", 1, "client-0", "receive-wait", "", 9, 10, 0),
            ],
            timeline.Spans(At(10)).AsEnumerable());
    }

    [Fact]
    public void What_a_device_is_busy_with_is_no_wait_whatever_comes_meanwhile()
    {
        var timeline = Of(2);
        Job(timeline, First, "fedce", 0, 8);
        Send(timeline, Second, First, "RouteLatents", 7, 1, 4);
        timeline.Observe(At(10), Round(1));
        Assert.Equal([("compute", "fedce", 0, 8), ("receive-wait", "", 8, 10)], Rows(timeline, "client-0"));
    }

    [Fact]
    public void Messages_of_one_kind_that_overlap_are_one_span_and_a_gap_parts_them()
    {
        var timeline = Of(2);
        Send(timeline, DeviceId.Aggregator, First, "TrainRound", 500, 1, 3);
        Send(timeline, DeviceId.Aggregator, Second, "TrainRound", 500, 2, 5);
        Send(timeline, DeviceId.Aggregator, Second, "TrainRound", 500, 6, 7);
        timeline.Observe(At(7), Round(1));
        Assert.Equal(
            [(1.0, 5.0, 1000L), (6, 7, 500)],
            timeline.Spans(At(7)).Where(span => span is { Device: "aggregator", Kind: "send" }).Select(span => (span.From, span.Until, span.Bytes)));
    }

    [Fact]
    public void What_is_lost_was_sent_and_ends_no_wait()
    {
        var timeline = Of(2);
        Send(timeline, Second, First, "RouteLatents", 7, 1, 4, TransferEnd.Lost);
        Job(timeline, First, "fedce", 5, 6);
        timeline.Observe(At(6), Round(1));
        Assert.Equal([("receive-wait", "", 0, 5), ("compute", "fedce", 5, 6)], Rows(timeline, "client-0"));
        Assert.Contains(("send", "RouteLatents", 1, 4), Rows(timeline, "client-1"));
    }

    [Fact]
    public void A_device_that_crashed_is_down_until_it_is_on_again()
    {
        var timeline = Of(2);
        timeline.Began(At(1), First, 0, "fedce");
        timeline.Ended(At(2), First, 0);
        timeline.Observe(At(2), new DeviceLost(First, "a fault", Returns: true));
        timeline.Observe(At(5), new DeviceReturned(First));
        timeline.Observe(At(6), Round(1));
        Assert.Equal(
            [("receive-wait", "", 0, 1), ("compute", "fedce", 1, 2), ("down", "a fault", 2, 5), ("receive-wait", "", 5, 6)], Rows(timeline, "client-0"));
    }

    [Fact]
    public void A_job_that_was_forgotten_before_it_began_is_not_there()
    {
        var timeline = Of(2);
        timeline.Began(At(1), First, 0, "fedce");
        timeline.Began(At(8), First, 1, "latents");
        timeline.Ended(At(2), First, 0);
        timeline.Ended(At(2), First, 1);
        timeline.Observe(At(9), Round(1));
        Assert.DoesNotContain(timeline.Spans(At(9)), span => span.What == "latents");
    }

    [Fact]
    public void What_goes_on_over_a_rounds_end_is_cut_there_and_the_rest_belongs_to_the_next()
    {
        var timeline = Of(2);
        timeline.Began(At(1), First, 0, "fedce");
        timeline.Observe(At(3), Round(1));
        timeline.Ended(At(5), First, 0);
        timeline.Observe(At(6), Round(2));
        Assert.Equal(
            [("extractor", 1, 1.0, 3.0), ("extractor", 2, 3, 5)],
            timeline.Spans(At(6)).Where(span => span.Kind == "compute").Select(span => (span.Stage, span.Round, span.From, span.Until)));
    }

    [Fact]
    public void Of_many_rounds_the_first_and_the_last_are_kept()
    {
        var timeline = Of(2, "extractor.rounds=4");
        for (var round = 1; round <= 4; round++)
        {
            Job(timeline, First, "fedce", round, round + 1);
            timeline.Observe(At(round + 1), Round(round));
        }

        Assert.Equal([1, 4], timeline.Spans(At(5)).Select(span => span.Round).Distinct());
    }

    [Fact]
    public void Stage_2_is_recorded_from_the_last_round_to_the_first_message_of_stage_3_and_the_sharing_belongs_to_its_first_round()
    {
        var timeline = Of(2, "extractor.rounds=1");
        timeline.Observe(At(2), Round(1));
        Job(timeline, First, "expert", 3, 6);
        Send(timeline, DeviceId.Aggregator, First, "ShareLatents", 9, 7, 8, stage: Stages.Gate);
        timeline.Observe(At(9), Round(1, Stages.Gate));
        Assert.Equal(
            [("expert", 0, 0.0), ("gate", 1, 9)],
            timeline.Spans(At(9)).Select(span => (span.Stage, span.Round, (double)span.Bytes)).Where(span => span.Item3 > 0 || span.Stage == "expert").Distinct().Order());
        Assert.Equal(7, timeline.Spans(At(9)).Where(span => span.Stage == "expert").Max(span => span.Until));
    }

    [Fact]
    public void Of_a_pass_the_first_request_of_every_client_is_recorded()
    {
        var timeline = Of(2, "inference.gates=[rangate]");
        timeline.Observe(At(1), new RequestMark(0, 0, 0, Finished: false));
        timeline.Observe(At(2), new RequestMark(1, 0, 0, Finished: false));
        Job(timeline, First, "latents", 2, 4);
        timeline.Observe(At(4), new RequestMark(0, 0, 0, Finished: true));
        timeline.Observe(At(4), new RequestMark(0, 0, 1, Finished: false));
        Job(timeline, First, "latents", 4, 6);
        timeline.Observe(At(5), new RequestMark(1, 0, 0, Finished: true));
        var span = Assert.Single(timeline.Spans(At(9)), span => span.Kind == "compute");
        Assert.Equal(("inference/rangate/same", 1, 2.0, 5.0), (span.Stage, span.Round, span.From, span.Until));
    }

    [Fact]
    public void A_client_that_is_gone_for_good_holds_no_pass_up()
    {
        var timeline = Of(2, "inference.gates=[rangate]");
        timeline.Observe(At(1), new RequestMark(0, 0, 0, Finished: false));
        Job(timeline, First, "latents", 1, 3);
        timeline.Observe(At(3), new RequestMark(0, 0, 0, Finished: true));
        timeline.Observe(At(4), new DeviceLost(Second, "a fault", Returns: false));
        Job(timeline, First, "late", 5, 6);
        Assert.DoesNotContain(timeline.Spans(At(9)), span => span.What == "late");
        Assert.Contains(timeline.Spans(At(9)), span => span is { Kind: "compute", What: "latents" });
    }

    [Fact]
    public void A_lap_that_ends_twice_ends_once()
    {
        var timeline = Of(2, "inference.gates=[rollgate]", "extractor.rounds=1");
        timeline.Observe(At(1), Round(1));
        Send(timeline, DeviceId.Aggregator, First, "RollingGate", 5, 2, 3, stage: Stages.Rolling);
        timeline.Observe(At(4), Round(1, Stages.Rolling));
        timeline.Observe(At(5), Round(1, Stages.Rolling));
        Job(timeline, First, "rollgate", 6, 7);
        timeline.Observe(At(8), Round(2, Stages.Rolling));
        Assert.Equal(
            [(1, 2.0, 4.0), (2, 4, 8)],
            timeline.Spans(At(9)).Where(span => span.Stage == "rollgate").GroupBy(span => span.Round)
                .Select(lap => (lap.Key, lap.Min(span => span.From), lap.Max(span => span.Until))));
    }

    [Fact]
    public void Clients_from_the_65th_on_are_no_rows_but_what_they_send_ends_the_servers_waits()
    {
        var timeline = Of(100);
        Send(timeline, new DeviceId(80), DeviceId.Aggregator, "RoundUpdate", 600, 1, 3);
        timeline.Observe(At(4), Round(1));
        Assert.Equal([("receive-wait", "RoundUpdate", 0, 3), ("receive-wait", "", 3, 4)], Rows(timeline, "aggregator"));
        Assert.Equal(["aggregator"], timeline.Spans(At(4)).Select(span => span.Device).Distinct());
    }

    [Fact]
    public void A_round_with_more_messages_than_are_kept_ends_where_there_is_no_room_and_the_next_begins_anew()
    {
        var timeline = Of(2);
        for (var second = 0; second < Timeline.MostActivities + 10; second++)
        {
            Send(timeline, First, DeviceId.Aggregator, second % 2 == 0 ? "even" : "odd", 1, second, second + 0.5);
        }

        timeline.Observe(At(100_000), Round(1));
        Job(timeline, First, "fedce", 100_001, 100_002);
        timeline.Observe(At(100_003), Round(2));
        Assert.Equal(
            [(1, 0.0, (double)Timeline.MostActivities), (2, 100_000, 100_003)],
            timeline.Spans(At(100_003)).Where(span => span.Device == "client-0").GroupBy(span => span.Round)
                .Select(round => (round.Key, round.Min(span => span.From), round.Max(span => span.Until))));
    }

    [Fact]
    public void A_round_that_has_not_ended_is_not_kept() => Assert.Empty(Of(2).Spans(At(5)));

    private static Timeline Of(int clients, params string[] sets) =>
        new(DeviceSpec.PlanOf([FormattableString.Invariant($"experiment.clients={clients}"), .. sets]));

    private static VirtualTime At(double seconds) => VirtualTime.Zero + TimeSpan.FromSeconds(seconds);

    private static RoundEnded Round(int round, string stage = Stages.Extractor) => new(stage, round, [], 1, 1);

    private static IEnumerable<(string Kind, string What, int From, int Until)> Rows(Timeline timeline, string device) =>
        timeline.Spans(At(1000)).Where(span => span.Device == device).Select(span => (span.Kind, span.What, (int)span.From, (int)span.Until));

    private void Job(Timeline timeline, DeviceId device, string kind, double from, double until)
    {
        timeline.Began(At(from), device, _number, kind);
        timeline.Ended(At(until), device, _number++);
    }

    private void Send(
        Timeline timeline, DeviceId from, DeviceId to, string kind, long bytes, double begins, double ends,
        TransferEnd end = TransferEnd.Delivered, string stage = Stages.Extractor)
    {
        timeline.Began(At(begins), _number, new Transfer(from, to, stage, kind, bytes, kind));
        timeline.Ended(At(ends), _number++, end, default);
    }
}
