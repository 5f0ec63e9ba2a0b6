using System.Collections;
using System.Collections.Immutable;
using System.Globalization;
using System.Reflection;
using Google.Protobuf;
using NMoE.Cluster.Live;
using NMoE.Cluster.Live.Persistence;
using NMoE.Cluster.Live.Shaping;
using NMoE.Compute.Blobs;
using NMoE.Federation.Aggregator;
using NMoE.Federation.Protocol;
using NMoE.Federation.Roles;
using NMoE.Simulation.Network;
using NMoE.Simulation.Time;

namespace NMoE.Cluster.Tests.Live;

public sealed class LiveFormsSpecs
{
    private const string Run = "20260102T030405-123456";
    private static readonly BlobRef First = Blob('a', 3_000_000);
    private static readonly BlobRef Second = Blob('b', 7);

    public static TheoryData<object> Messages => new(
        new NodeReady(new string('c', 64), new string('d', 64), 3),
        new NodeRefused("another experiment"),
        new RunBegun(Run, 638_000_000_000_000_000, ["127.0.0.1:4000", "127.0.0.1:4001"]),
        new Standing(
            Run, [(new DeviceId(0), "the end of training"), (DeviceId.Supervisor, "clients")], [DeviceId.Aggregator],
            [(new LedgerKey("extractor", DeviceId.Aggregator, new DeviceId(1), "TrainRound"), Distinct())],
            Last: true, "a job failed"),
        new RunEnded(Run, ""),
        new RunClosed(Run),
        new Replica(DeviceId.Aggregator, 17, new byte[] { 1, 2, 3 }, [First, Second])
        {
            Observed =
            [
                new Seen(new VirtualTime(1), new RoundEnded(Stages.Gate, 2, [First], 0.5, 3)) { Mark = new(DeviceId.Aggregator, 16, 0) },
                new Seen(new VirtualTime(2), new Answered()) { Mark = new(DeviceId.Aggregator, 17, 1) },
            ],
        },
        new ReplicaKept(DeviceId.Supervisor, 17, "no room"),
        new StreamOpened(5, new DeviceId(3), DeviceId.Aggregator, "gate", "RoundUpdate", 3_000_100, 100, [First]),
        new StreamChunk(5, 65536, new byte[] { 9, 8 }),
        new StreamCredit(5, 131072),
        new StreamClosed(5, Delivered: true),
        new StreamCancelled(5),
        new Seen(new VirtualTime(1), new RoundEnded(Stages.Gate, 2, [First, Second], 0.5, 3) { Generation = 1 }),
        new Seen(new VirtualTime(2), new RingEnded(Stages.Rolling, [First])),
        new Seen(new VirtualTime(3), new MatrixReleased(4, "r")),
        new Seen(new VirtualTime(4), new ExpertTrained(4, First, Second)),
        new Seen(new VirtualTime(5), new RequestMark(1, 2, 3, Finished: true)),
        new Seen(new VirtualTime(6), new PassAnswered(1, 2, First, [0, 1], [1, 1])),
        new Seen(new VirtualTime(6), new ExpertsNamed([0, 1, 3]) { Unlearned = [3], Silent = [1] }),
        new Seen(new VirtualTime(6), new DeadlinePassed(DeviceId.Aggregator, "extractor", 3, [new DeviceId(1), new DeviceId(4)], TimeSpan.FromSeconds(7))),
        new Seen(new VirtualTime(6), new Answered()),
        new Seen(new VirtualTime(6), new Answered()) { Mark = new(DeviceId.Supervisor, 5, 3) },
        new Seen(new VirtualTime(7), new ClientLeft(2)),
        new Seen(new VirtualTime(8), new DeviceLost(DeviceId.Aggregator, "its node left", Returns: true)),
        new Seen(new VirtualTime(9), new DeviceReturned(new DeviceId(2))));

    [Theory]
    [MemberData(nameof(Messages))]
    public void A_message_is_the_same_after_the_wire(object message)
    {
        ArgumentNullException.ThrowIfNull(message);
        var form = Assert.Single(LiveForms.All, form => form.Type == message.GetType());
        var read = form.Read(form.Write(message).ToByteArray());

        Assert.Equal(Text(message), Text(read));
    }

    [Fact]
    public void Every_form_and_every_observation_is_tried()
    {
        var tried = ((IEnumerable<object[]>)Messages).Select(row => row[0]).ToArray();

        Assert.Empty(LiveForms.All.Select(form => form.Type).Except(tried.Select(message => message.GetType())));
        Assert.Empty(typeof(Observation).Assembly.GetTypes().Where(type => type.BaseType == typeof(Observation))
            .Except(tried.OfType<Seen>().Select(seen => seen.What.GetType()))

            // Of the aggregator's places and of sites, which are refused live.
            .Except([typeof(AggregatorMoved), typeof(AggregatorGaveWay), typeof(CheckpointMissed), typeof(SiteRoundEnded), typeof(SiteGaveUp)]));
    }

    [Fact]
    public void A_full_chunk_and_a_full_standing_fit()
    {
        var keys = Enumerable.Range(0, StandingForms.MostCounts).Select(k => (
            new LedgerKey("inference/localgate/same", new DeviceId(99_999), new DeviceId(99_999), nameof(ExpertOutputs)),
            new LedgerEntry(1_000_000, 1L << 40, 1L << 40, 1L << 40)
            {
                Wasted = 1L << 40,
                Traffic = 1L << 40,
                MessagesDelivered = 1_000_000,
                MessagesLost = 1_000_000,
            }));

        Fits(new StreamChunk(long.MaxValue, int.MaxValue, new byte[1 << 16]));
        var waits = Enumerable.Range(0, LiveChannel.MostClients).Select(client => (new DeviceId(client), "clients to ask each other's experts"));
        Fits(new Standing(Run, [.. waits], [], [.. keys], Last: false, new string('x', 1000)));
    }

    /// <summary>Each of its counts with a number of its own, those that will be added some day, too.</summary>
    private static LedgerEntry Distinct()
    {
        object entry = new LedgerEntry(1, 2, 3, 4);
        var number = 5L;
        foreach (var count in typeof(LedgerEntry).GetProperties().Where(count => count.CanWrite && (long)count.GetValue(entry)! == 0).OrderBy(count => count.Name, StringComparer.Ordinal))
            count.SetValue(entry, number++);
        return (LedgerEntry)entry;
    }

    [Fact]
    public void What_the_aggregator_of_the_most_clients_persists_fits()
    {
        var clients = Enumerable.Range(0, LiveChannel.MostClients).ToArray();
        var durable = AggregatorDurable.Empty with
        {
            Joined = clients.ToImmutableSortedDictionary(client => client, _ => 100_000),
            Counted = clients.ToImmutableSortedDictionary(client => client, _ => 10_000),
            Correlations = clients.ToImmutableSortedDictionary(client => client, client => new Correlated(10_000, BlobOf(client))),
            Ready = [.. clients],
            Experts = [.. clients],
        };

        // One that every client answered while the one before was on its way, and whose deadline then passed.
        Observation[] observed =
        [
            .. clients.Select(_ => new Answered()), new DeadlinePassed(DeviceId.Aggregator, "extractor", 10_000, [.. clients.Select(client => new DeviceId(client))], TimeSpan.FromDays(1)),
            new RoundEnded(Stages.Extractor, 10_000, [.. clients.Take(16).Select(BlobOf)], 0.5, clients.Length), new ExpertsNamed([.. clients]) { Unlearned = [.. clients], Silent = [.. clients] },
        ];
        Fits(new Replica(DeviceId.Aggregator, 1, DurableFormat.Write(durable), [.. NamedBlobs.In(durable), .. NamedBlobs.In(observed)])
        {
            Observed = [.. observed.Select((what, index) => new Seen(new VirtualTime(1L << 50), what) { Mark = new(DeviceId.Aggregator, 1_000_000, index) })],
        });
    }

    public static TheoryData<string, Action<NMoE.Cluster.Live.Wire.Replica>> Forged => new()
    {
        { "more than a server can have let be seen", form => form.Observed.AddRange(Enumerable.Repeat(form.Observed[0], ReplicaForms.MostObserved)) },
        { "no mark", form => form.Observed[0].Mark = null },
        { "another server's", form => form.Observed[0].Mark.Device = DeviceId.Supervisor.Number },
        { "a client's", form => form.Observed[0].Mark.Device = 0 },
        { "of a later version", form => form.Observed[0].Mark.Version = 8 },
        { "of a version out of range", form => form.Observed[0].Mark.Version = ulong.MaxValue },
        { "an index out of range", form => form.Observed[0].Mark.Index = uint.MaxValue },
        { "nothing that was seen", form => form.Observed[0].ClearWhat() },
        { "a time before the run", form => form.Observed[0].At = -1 },
    };

    [Theory]
    [MemberData(nameof(Forged))]
    public void A_state_that_comes_with_what_it_cannot_have_let_be_seen_is_refused(string what, Action<NMoE.Cluster.Live.Wire.Replica> forge)
    {
        ArgumentNullException.ThrowIfNull(forge);
        var form = LiveForms.All.Single(item => item.Type == typeof(Replica));
        var written = (NMoE.Cluster.Live.Wire.Replica)form.Write(
            new Replica(DeviceId.Aggregator, 7, new byte[] { 1 }, []) { Observed = [new Seen(new VirtualTime(1), new Answered()) { Mark = new(DeviceId.Aggregator, 7, 0) }] });
        Assert.NotNull(form.Read(written.ToByteArray()));

        forge(written);

        Assert.True(Record.Exception(() => form.Read(written.ToByteArray())) is WireException, what);
    }

    [Fact]
    public void A_name_that_would_lead_out_of_its_folder_is_no_run()
    {
        var form = LiveForms.All.Single(item => item.Type == typeof(RunEnded));

        Assert.Throws<WireException>(() => form.Read(new NMoE.Cluster.Live.Wire.RunEnded { Run = "../../../../etc/passwd" }.ToByteArray()));
    }

    [Theory]
    [InlineData("")]
    [InlineData("abcdef")]
    public void A_configuration_s_hash_of_another_length_is_refused(string bytes)
    {
        var form = LiveForms.All.Single(item => item.Type == typeof(NodeReady));

        Assert.Throws<WireException>(() => form.Read(new NMoE.Cluster.Live.Wire.NodeReady { Config = ByteString.CopyFromUtf8(bytes), Version = "1" }.ToByteArray()));
    }

    [Theory]
    [InlineData("nowhere")]
    [InlineData(":4100")]
    [InlineData("127.0.0.1:port")]
    [InlineData("127.0.0.1:70000")]
    public void A_node_without_host_and_port_is_refused(string name)
    {
        var form = LiveForms.All.Single(item => item.Type == typeof(RunBegun));

        Assert.Throws<WireException>(() => form.Read(new NMoE.Cluster.Live.Wire.RunBegun { Run = Run, BeganUtcTicks = 1, Nodes = { name } }.ToByteArray()));
    }

    private static void Fits(object message)
    {
        var form = LiveForms.All.Single(form => form.Type == message.GetType());
        Assert.InRange(form.Write(message).CalculateSize(), 1, form.MaxBytes);
    }

    private static BlobRef BlobOf(int client) => new(new BlobHash(client.ToString("x64", CultureInfo.InvariantCulture)), 1_000_000);

    private static BlobRef Blob(char digit, long bytes) => new(new BlobHash(new string(digit, 64)), bytes);

    /// <summary>All that a message holds, lists and bytes item by item: records compare those by reference.</summary>
    private static string Text(object? value) => value switch
    {
        null => "null",
        string text => text,
        ReadOnlyMemory<byte> bytes => Convert.ToHexString(bytes.Span),
        IEnumerable items => "[" + string.Join(", ", items.Cast<object>().Select(Text)) + "]",
        _ when value.GetType().Namespace?.StartsWith("NMoE", StringComparison.Ordinal) == true && !value.GetType().IsEnum =>
            value.GetType().Name + "{" + string.Join(", ", value.GetType().GetProperties(BindingFlags.Public | BindingFlags.Instance).Select(property => property.Name + "=" + Text(property.GetValue(value)))) + "}",
        _ when value.GetType().IsGenericType => value.GetType().GetFields().Aggregate("", (text, field) => text + Text(field.GetValue(value)) + ";"),
        _ => FormattableString.Invariant($"{value}"),
    };
}
