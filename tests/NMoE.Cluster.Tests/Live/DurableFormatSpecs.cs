using NMoE.Cluster.Live;
using NMoE.Cluster.Live.Persistence;
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
        var written = DurableSamples.Client;
        var gate = written.Turns[Stages.Rolling].Model;

        var read = Assert.IsType<ClientDurable>(Again(new DeviceId(0), written));

        Assert.Equal(NamedBlobs.In(written), NamedBlobs.In(read));
        Assert.Equal((written.Training.Own, written.Training.Before, written.Serving), (read.Training.Own, read.Training.Before, read.Serving));
        Assert.Equal(written.Training.History, read.Training.History);
        Assert.Equal(written.Sharing.Opinions, read.Sharing.Opinions);
        Assert.Equal((written.Place, written.Expert), (read.Place, read.Expert));
        Assert.Equal(written.Sharing.Experts.ToArray(), read.Sharing.Experts.ToArray());
        var (sent, turn) = (read.Training.Sent!, read.Turns[Stages.Rolling]);
        Assert.Equal((4, 3, 500, 0.5), (sent.Asked.Round, sent.Asked.Counted, sent.Update.Samples, sent.Update.Loss));
        Assert.Equal((2, RingStep.Adopt, double.PositiveInfinity, true), (turn.Model.Hop, turn.Model.Step, turn.Model.LastLoss, turn.Passed));
        Assert.Equal(gate.Missed.ToArray(), turn.Model.Missed.ToArray());
    }

    [Fact]
    public void An_aggregator_has_after_a_move_what_it_had_persisted()
    {
        var written = DurableSamples.Aggregator;

        var read = Assert.IsType<AggregatorDurable>(Again(DeviceId.Aggregator, written));

        Assert.Equal(NamedBlobs.In(written), NamedBlobs.In(read));
        Assert.Equal((Stages.Gate, 7, true, 1), (read.Stage, read.Round, read.MayBegin, read.Generation));
        Assert.Equal(written.Joined, read.Joined);
        Assert.Equal((3, Stages.Gate), (read.Held!.Number, read.Held.Step));
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
}
