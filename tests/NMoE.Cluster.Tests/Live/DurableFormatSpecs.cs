using System.Collections.Immutable;
using NMoE.Cluster.Live;
using NMoE.Cluster.Live.Persistence;
using NMoE.Compute.Blobs;
using NMoE.Federation.Aggregator;
using NMoE.Federation.Client;
using NMoE.Federation.Protocol;
using NMoE.Federation.Supervisor;
using NMoE.Simulation.Network;

namespace NMoE.Cluster.Tests.Live;

public sealed class DurableFormatSpecs : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("nmoe-durable-specs-");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public void A_client_has_after_a_restart_what_it_had_persisted()
    {
        var gate = new RollingGate(1, 2, RollStep.Adopt, [0, 1], Blob('1'), 0.25, double.PositiveInfinity, [1]);
        var round = new TrainRound(TrainingStage.Extractor, 4, [Blob('2'), Blob('3')], [Blob('4')]) { Counted = 3 };
        var written = new ClientDurable
        {
            Training = new(new(Blob('6'), Blob('7'), null), new(4, new(null, Blob('8'), null)), new(round, new RoundUpdate(TrainingStage.Extractor, 4, [Blob('d')], 500, 0.5, [])))
            {
                History = ImmutableSortedDictionary<int, OwnParts>.Empty.Add(3, new(Blob('e'), null, null)),
            },
            Expert = new(Blob('5'), 1, Blob('9'), null, null),
            Sharing = new([0, 3], ImmutableSortedDictionary<int, BlobRef>.Empty.Add(3, Blob('b'))),
            FedGate = new(Blob('a'), []),
            RollGate = new(new(Blob('c'), []), new(gate, Passed: true)),
            Serving = new(MayServe: true, null, 2),
            Place = 1,
        };

        var read = Assert.IsType<ClientDurable>(Again(new DeviceId(0), written));

        Assert.Equal(NamedBlobs.In(written), NamedBlobs.In(read));
        Assert.Equal((written.Training.Own, written.Training.Before, written.Serving), (read.Training.Own, read.Training.Before, read.Serving));
        Assert.Equal(written.Training.History, read.Training.History);
        Assert.Equal(written.Sharing.Opinions, read.Sharing.Opinions);
        Assert.Equal((written.Place, written.Expert), (read.Place, read.Expert));
        Assert.Equal(written.Sharing.Experts.ToArray(), read.Sharing.Experts.ToArray());
        var (sent, turn) = (read.Training.Sent!, read.RollGate.Turn!);
        Assert.Equal((4, 3, 500, 0.5), (sent.Asked.Round, sent.Asked.Counted, sent.Update.Samples, sent.Update.Loss));
        Assert.Equal((2, RollStep.Adopt, double.PositiveInfinity, true), (turn.Gate.Hop, turn.Gate.Step, turn.Gate.LastLoss, turn.Passed));
        Assert.Equal(gate.Missed.ToArray(), turn.Gate.Missed.ToArray());
    }

    [Fact]
    public void An_aggregator_has_after_a_move_what_it_had_persisted()
    {
        var written = new AggregatorDurable
        {
            Phase = Phase.Gate,
            MayBegin = true,
            Round = 7,
            Joined = ImmutableSortedDictionary<int, int>.Empty.Add(0, 500).Add(2, 400),
            Extractor = [Blob('1'), Blob('2')],
            Velocity = [Blob('3')],
            Control = Blob('4'),
            Correlations = ImmutableSortedDictionary<int, Correlated>.Empty.Add(1, new Correlated(3, Blob('5'))),
            Gate = Blob('6'),
            Ready = [0, 2],
            Versions = ImmutableSortedDictionary<int, ImmutableArray<BlobRef>>.Empty.Add(6, [Blob('7')]),
            Counted = ImmutableSortedDictionary<int, int>.Empty.Add(2, 6),
            Experts = [0, 2],
            Generation = 1,
            Unheard = [2],
            Held = new Checkpoint { Number = 3, Step = CheckpointStep.Gate, Round = 7, Joined = ImmutableSortedDictionary<int, int>.Empty.Add(0, 500), Extractor = [Blob('8')] },
        };

        var read = Assert.IsType<AggregatorDurable>(Again(DeviceId.Aggregator, written));

        Assert.Equal(NamedBlobs.In(written), NamedBlobs.In(read));
        Assert.Equal((Phase.Gate, 7, true, 1), (read.Phase, read.Round, read.MayBegin, read.Generation));
        Assert.Equal(written.Joined, read.Joined);
        Assert.Equal((3, CheckpointStep.Gate), (read.Held!.Number, read.Held.Step));
        Assert.Equal(written.Unheard, read.Unheard);
        Assert.Equal(written.Counted, read.Counted);
        Assert.Equal(written.Ready, read.Ready);
        Assert.Equal(written.Experts.ToArray(), read.Experts.ToArray());
    }

    [Fact]
    public void A_supervisor_has_after_a_move_what_it_had_persisted()
    {
        var read = Assert.IsType<SupervisorState>(Again(DeviceId.Supervisor, new SupervisorState(true, [1, 4])));

        Assert.True(read.Trained);
        Assert.Equal([1, 4], read.Serving);
    }

    [Fact]
    public void What_is_no_state_is_refused_with_the_device_s_name() => Assert.Contains(
        "the aggregator persisted",
        Assert.Throws<LiveException>(() => DurableFormat.Read(DeviceId.Aggregator, DurableFormat.Write(new SupervisorState(true, [])))).Message, StringComparison.Ordinal);

    [Fact]
    public void A_file_keeps_the_newest_state_and_its_version()
    {
        var files = new DurableFiles(_folder.FullName);
        Assert.Null(files.Read(DeviceId.Supervisor));

        files.Write(DeviceId.Supervisor, 1, "first"u8);
        files.Write(DeviceId.Supervisor, 2, "second"u8);

        Assert.Equal((2L, "second"), new DurableFiles(_folder.FullName).Read(DeviceId.Supervisor) is { } read ? (read.Version, System.Text.Encoding.UTF8.GetString(read.Durable)) : default);
    }

    private static object Again(DeviceId device, object durable) => DurableFormat.Read(device, DurableFormat.Write(durable));

    private static BlobRef Blob(char digit) => new(new BlobHash(new string(digit, 64)), 5);
}
