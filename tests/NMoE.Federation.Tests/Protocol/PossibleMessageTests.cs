using System.Collections.Immutable;
using NMoE.Compute.Blobs;
using NMoE.Federation.Protocol;
using NMoE.Federation.Roles;
using NMoE.Federation.Tests.Devices;
using NMoE.Simulation.Network;

namespace NMoE.Federation.Tests.Protocol;

/// <summary>
/// When a message is possible, rule by rule, in an experiment of 4 clients and 2 places, with 5 rounds of 2 parts of which 1 is published, 3 exchanges, 2 laps, 10 rows, 1 alternative, and a gate that is
/// trained relative to all clients' latents.
/// </summary>
public sealed class PossibleMessageTests
{
    [Flags]
    private enum By
    {
        Client = 1,
        Aggregator = 2,
        Supervisor = 4,
        Stranger = 8,
    }

    private static readonly Plan s_plan = DeviceSpec.PlanOf(
        "experiment.clients=4", "aggregator.standby=[base-station]", "extractor.method=fedsc", "extractor.rounds=5", "gate.input=normalised", "gate.rounds=3", "rollgate.laps=2",
        "inference.gates=[fedgate, rollgate]", "inference.alternatives=1");

    private static readonly DeviceId s_client = new(0);
    private static readonly ImmutableArray<BlobRef> s_one = [new(new BlobHash(new string('a', 64)), 5)];
    private static readonly ImmutableArray<BlobRef> s_two = [.. s_one, new(new BlobHash(new string('b', 64)), 6)];
    private static readonly ImmutableArray<BlobRef> s_three = [.. s_two, new(new BlobHash(new string('c', 64)), 7)];

    // The last client and the last place are there; those after them are not.
    private static readonly (By By, DeviceId Device)[] s_senders =
    [
        (By.Client, s_client), (By.Client, new(3)), (By.Stranger, new(4)), (By.Aggregator, DeviceId.Aggregator), (By.Aggregator, DeviceId.AggregatorAt(1)),
        (By.Stranger, DeviceId.AggregatorAt(2)), (By.Supervisor, DeviceId.Supervisor),
    ];

    private static readonly TrainRound s_round = new(Stages.Extractor, 5, s_two, s_one) { Counted = 4 };
    private static readonly TrainRound s_exchange = new(Stages.Gate, 3, s_one, []) { Moments = s_one };
    private static readonly RoundUpdate s_update = new(Stages.Extractor, 5, s_two, 1, 0.5, s_one);
    private static readonly TravellingModel s_gate = new(Stages.Rolling, 0, 12, RingStep.Train, [3, 0, 2, 1], s_one, 0.5, double.PositiveInfinity, [1]);
    private static readonly RouteLatents s_route = new(0, 0, s_one[0], [0], 4) { Substitution = 1 };
    private static readonly ExpertOutputs s_outputs = new(0, 0, s_one[0], 1, 4) { Substitution = 1 };

    private static readonly Checkpoint s_kept = new()
    {
        Number = 1,
        Step = Stages.Gate,
        Round = 6,
        Joined = Numbers((0, 10), (3, 1)),
        Extractor = s_two,
        Gates = ImmutableSortedDictionary<string, BlobRef>.Empty.Add(Stages.Gate, s_two[0]).Add(Stages.Rolling, s_two[1]),
        Ready = [0, 3],
        Experts = [0, 3],
        Unlearned = [3],
        Silent = [3],
        Counted = Numbers((3, 1)),
        Correlations = ImmutableSortedDictionary<int, Correlated>.Empty.Add(3, new(1, s_one[0])),
        Lineage = 1,
    };

    private static readonly (By Senders, IMessage Message)[] s_possible =
    [
        (By.Client, new Join(10)), (By.Client | By.Aggregator, new Rejoin(0)), (By.Aggregator, new NothingNew()), (By.Supervisor, new BeginTraining()),
        (By.Aggregator, new TrainingFinished { Experts = [0, 3] }), (By.Supervisor, new BeginServing { Experts = [0, 3] }), (By.Client, new ServingBegun()),
        (By.Aggregator, s_round), (By.Aggregator, s_round with { Round = 1, Control = [] }), (By.Aggregator, s_exchange), (By.Aggregator, s_exchange with { Round = 1 }),
        (By.Client, s_update), (By.Client, s_update with { Round = 1, Loss = -1e300 }), (By.Client, s_update with { Stage = Stages.Gate, Round = 3 }),
        (By.Aggregator, new Correlate(5, s_two)), (By.Client, new Correlated(5, s_one[0])), (By.Aggregator, new TrainAgainst(5, s_one, 0.5)), (By.Aggregator, new TrainAgainst(1, [], 1)),
        (By.Aggregator, new PublishModel(Stages.Extractor, s_one)), (By.Aggregator, new PublishModel(Stages.Gate, s_one) { Experts = [0, 3] }),
        (By.Aggregator, new PublishModel(Stages.Rolling, s_one)), (By.Client, new ExpertReady { Moments = s_one }), (By.Aggregator, new ShareLatents([0, 3])),
        (By.Client, new TrainingLatents(s_one[0], 1)), (By.Client, new TrainingLatents(s_one[0], 10)), (By.Client, new TrainingLogits(s_one[0], 1)),
        (By.Client, new GateDataReady { Experts = [0, 3] }), (By.Client | By.Aggregator, s_gate), (By.Client | By.Aggregator, s_gate with { Hop = 0, Missed = [] }),
        (By.Client | By.Aggregator | By.Supervisor | By.Stranger, new TravellingModelTaken(Stages.Rolling, 0, 0)),
        (By.Client, s_route), (By.Client, s_route with { Substitution = 0 }), (By.Client, s_outputs), (By.Client, s_outputs with { Substitution = 0 }),
        (By.Client, new LinkReport(new(0, 2777))), (By.Client, new LinkReport(new(2777, 0) { UpSignal = -400, DownSignal = 400 })),
        (By.Aggregator | By.Supervisor, new AggregatorAt(0)), (By.Aggregator | By.Supervisor, new AggregatorAt(1)), (By.Aggregator, new CheckpointTaken(0)),
        (By.Aggregator, s_kept), (By.Aggregator, s_kept with { Round = 1, Lineage = 0 }),
    ];

    /// <summary>Each breaks one rule, and only that.</summary>
    private static readonly (string What, DeviceId From, IMessage Message)[] s_impossible =
    [
        ("experts that are no clients, at the end", DeviceId.Aggregator, new TrainingFinished { Experts = [0, 4] }),
        ("experts below zero, at the end", DeviceId.Aggregator, new TrainingFinished { Experts = [-1, 0] }),
        ("experts that are no clients, to serve with", DeviceId.Supervisor, new BeginServing { Experts = [0, 4] }),
        ("a round without one of the parts", DeviceId.Aggregator, s_round with { Model = s_one }),
        ("a round with a part too many", DeviceId.Aggregator, s_round with { Model = s_three }),
        ("a round before the first", DeviceId.Aggregator, s_round with { Round = 0 }),
        ("a round after the last", DeviceId.Aggregator, s_round with { Round = 6 }),
        ("a round of two control variates", DeviceId.Aggregator, s_round with { Control = s_two }),
        ("a round of stage 1 with moments", DeviceId.Aggregator, s_round with { Moments = s_one }),
        ("a round of the gate without moments", DeviceId.Aggregator, s_exchange with { Moments = [] }),
        ("a round of two gates", DeviceId.Aggregator, s_exchange with { Model = s_two }),
        ("an exchange after the last", DeviceId.Aggregator, s_exchange with { Round = 4 }),
        ("a round of a ring", DeviceId.Aggregator, s_round with { Stage = Stages.Rolling, Round = 1, Model = s_one }),
        ("an update of a ring", s_client, s_update with { Stage = Stages.Rolling, Round = 1 }),
        ("an update before the first round", s_client, s_update with { Round = 0 }),
        ("an update after the last round", s_client, s_update with { Round = 6 }),
        ("an update after the last exchange", s_client, s_update with { Stage = Stages.Gate, Round = 4 }),
        ("an update of no samples", s_client, s_update with { Samples = 0 }),
        ("an update of samples below zero", s_client, s_update with { Samples = -1 }),
        ("an update with a loss that is no number", s_client, s_update with { Loss = double.NaN }),
        ("an update with an infinite loss", s_client, s_update with { Loss = double.PositiveInfinity }),
        ("a question for matrices without a part", DeviceId.Aggregator, new Correlate(5, s_one)),
        ("a question for matrices after the last round", DeviceId.Aggregator, new Correlate(6, s_two)),
        ("a matrix before the first round", s_client, new Correlated(0, s_one[0])),
        ("a matrix after the last round", s_client, new Correlated(6, s_one[0])),
        ("others' matrices after the last round", DeviceId.Aggregator, new TrainAgainst(6, s_one, 0.5)),
        ("a model of a later place", DeviceId.Aggregator, new PublishModel(Stages.Extractor, s_one) { Lineage = 1 }),
        ("a published model with the projection head", DeviceId.Aggregator, new PublishModel(Stages.Extractor, s_two)),
        ("two gates that are published", DeviceId.Aggregator, new PublishModel(Stages.Gate, s_two)),
        ("two rolled gates that are published", DeviceId.Aggregator, new PublishModel(Stages.Rolling, s_two)),
        ("a gate that chooses no client", DeviceId.Aggregator, new PublishModel(Stages.Gate, s_one) { Experts = [4] }),
        ("an expert without moments", s_client, new ExpertReady()),
        ("an expert with the moments of two", s_client, new ExpertReady { Moments = s_two }),
        ("latents for nobody", DeviceId.Aggregator, new ShareLatents([])),
        ("latents for one that is no client", DeviceId.Aggregator, new ShareLatents([0, 4])),
        ("no latents", s_client, new TrainingLatents(s_one[0], 0)),
        ("more latents than a client has rows", s_client, new TrainingLatents(s_one[0], 11)),
        ("opinions of one that is no client", s_client, new GateDataReady { Experts = [4] }),
        ("a ring of nobody", DeviceId.Aggregator, s_gate with { Hop = 0, Ring = [], Missed = [] }),
        ("a ring with one that is no client", DeviceId.Aggregator, s_gate with { Ring = [3, 0, 2, 4], Missed = [] }),
        ("a ring with a client twice", DeviceId.Aggregator, s_gate with { Ring = [3, 0, 2, 3], Missed = [] }),
        ("a hop before the first", DeviceId.Aggregator, s_gate with { Hop = -1 }),
        ("a hop after the last", DeviceId.Aggregator, s_gate with { Hop = 13 }),
        ("a ring without one that it missed", DeviceId.Aggregator, s_gate with { Ring = [3, 0, 2], Hop = 0 }),
        ("rows for a stand-in too many", s_client, s_route with { Substitution = 2 }),
        ("rows for a stand-in below zero", s_client, s_route with { Substitution = -1 }),
        ("outputs of a stand-in too many", s_client, s_outputs with { Substitution = 2 }),
        ("an uplink faster than the fastest", s_client, new LinkReport(new(2778, 0))),
        ("a downlink faster than the fastest", s_client, new LinkReport(new(0, 2778))),
        ("an uplink clearer than the clearest", s_client, new LinkReport(new(0, 0) { UpSignal = 401 })),
        ("a downlink noisier than the noisiest", s_client, new LinkReport(new(0, 0) { DownSignal = -401 })),
        ("a place after the last", DeviceId.Supervisor, new AggregatorAt(2)),
        ("a place below zero", DeviceId.Supervisor, new AggregatorAt(-1)),
        ("a checkpoint without a number", DeviceId.Aggregator, s_kept with { Number = 0 }),
        ("a checkpoint without a part", DeviceId.Aggregator, s_kept with { Extractor = s_one }),
        ("a checkpoint without a gate", DeviceId.Aggregator, s_kept with { Gates = s_kept.Gates.Clear() }),
        ("a checkpoint without a gate to roll", DeviceId.Aggregator, s_kept with { Gates = s_kept.Gates.Remove(Stages.Rolling) }),
        ("a checkpoint of a place after the last", DeviceId.Aggregator, s_kept with { Lineage = 2 }),
        ("a checkpoint before the first round", DeviceId.Aggregator, s_kept with { Round = 0 }),
        ("a checkpoint after the last round and the one that follows", DeviceId.Aggregator, s_kept with { Round = 7 }),
        ("a checkpoint that nobody joined", DeviceId.Aggregator, s_kept with { Joined = Numbers(), Correlations = s_kept.Correlations.Clear() }),
        ("a checkpoint that one joined who is no client", DeviceId.Aggregator, s_kept with { Joined = Numbers((3, 1), (4, 1)) }),
        ("a checkpoint that a client joined without samples", DeviceId.Aggregator, s_kept with { Joined = Numbers((0, 0), (3, 1)) }),
        ("a checkpoint with one ready who is no client", DeviceId.Aggregator, s_kept with { Ready = [4] }),
        ("a checkpoint with an expert of no client", DeviceId.Aggregator, s_kept with { Experts = [4] }),
        ("a checkpoint with an unlearned expert of no client", DeviceId.Aggregator, s_kept with { Unlearned = [4] }),
        ("a checkpoint with one silent who is no client", DeviceId.Aggregator, s_kept with { Silent = [4] }),
        ("a checkpoint with an update of no client", DeviceId.Aggregator, s_kept with { Counted = Numbers((4, 1)) }),
        ("a checkpoint with the matrix of one who did not join", DeviceId.Aggregator, s_kept with { Correlations = ImmutableSortedDictionary<int, Correlated>.Empty.Add(1, new(1, s_one[0])) }),
    ];

    public static TheoryData<int, string> Possible => Rows(s_possible.Length, row => $"{s_possible[row].Message.GetType().Name} of {s_possible[row].Senders}");

    public static TheoryData<int, string> Impossible => Rows(s_impossible.Length, row => s_impossible[row].What);

    [Theory]
    [MemberData(nameof(Possible))]
    public void A_message_is_possible_from_those_who_send_it_and_from_nobody_else(int row, string what)
    {
        var (senders, message) = s_possible[row];
        Assert.All(s_senders, sender => Assert.True(IsPossible(sender.Device, message) == senders.HasFlag(sender.By), $"{what}, sent by {sender.Device}: {message}"));
    }

    [Theory]
    [MemberData(nameof(Impossible))]
    public void A_message_that_breaks_a_rule_is_impossible(int row, string what) =>
        Assert.False(IsPossible(s_impossible[row].From, s_impossible[row].Message), $"{what}: {s_impossible[row].Message}");

    [Fact]
    public void Each_kind_of_message_is_tried() =>
        Assert.Equal(WireCodec.Kinds, s_possible.Select(row => WireCodec.KindOf(row.Message)).Distinct().Order(StringComparer.Ordinal));

    private static bool IsPossible(DeviceId from, IMessage message) => MessageForms.IsPossible(s_plan.Pipeline.Bounds(s_plan.Deal, s_plan.Model), from, message);

    private static TheoryData<int, string> Rows(int count, Func<int, string> what)
    {
        var rows = new TheoryData<int, string>();
        for (var row = 0; row < count; row++)
        {
            rows.Add(row, what(row));
        }

        return rows;
    }

    private static ImmutableSortedDictionary<int, int> Numbers(params (int Client, int Number)[] pairs) => pairs.ToImmutableSortedDictionary(pair => pair.Client, pair => pair.Number);
}
