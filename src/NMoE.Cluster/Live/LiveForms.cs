using System.Collections.Immutable;
using System.Globalization;
using Google.Protobuf;
using NMoE.Cluster.Wire;
using NMoE.Compute.Blobs;
using NMoE.Federation.Protocol;
using NMoE.Simulation.Network;
using IMessage = Google.Protobuf.IMessage;

namespace NMoE.Cluster.Live;

/// <summary>What nodes of a live run say to each other, on the wire (<c>live.proto</c>).</summary>
public static class LiveForms
{
    private const int Small = 1 << 12;
    private const int Large = 120_000;
    private const int MostNodes = 1024;
    internal const int MostBlobs = 4096;
    private const int MostEnvelopeBytes = 1 << 20;
    private const long MostStreamBytes = 0x7FFF_0000;

    /// <summary>All of them.</summary>
    public static ImmutableArray<WireForm> All { get; } =
    [
        Form<NodeReady, Wire.NodeReady>("live-ready/1", m => new Wire.NodeReady { Config = WireBlob.Sha256(new BlobHash(m.ConfigHash)), Version = m.Code, Nodes = (uint)m.Nodes },
            Wire.NodeReady.Parser, form => new NodeReady(WireBlob.Sha256(form.Config).Hex, form.Version, Count(form.Nodes)), Small),
        Form<NodeRefused, Wire.NodeRefused>("live-refused/1", m => new Wire.NodeRefused { Reason = m.Reason }, Wire.NodeRefused.Parser, form => new NodeRefused(form.Reason), Small),
        Form<RunBegun, Wire.RunBegun>("live-begun/1", m => new Wire.RunBegun { Run = m.Run, BeganUtcTicks = m.BeganUtcTicks, Nodes = { m.Nodes } },
            Wire.RunBegun.Parser, form => new RunBegun(RunName.Check(form.Run), NotNegative(form.BeganUtcTicks), [.. Most(form.Nodes, MostNodes).Select(Node)]), Large),
        Form<Standing, Wire.Standing>("live-standing/1", StandingForms.Write, Wire.Standing.Parser, StandingForms.Read, Large),
        Form<RunEnded, Wire.RunEnded>("live-ended/1", m => new Wire.RunEnded { Run = m.Run, Failure = m.Failure }, Wire.RunEnded.Parser, form => new RunEnded(RunName.Check(form.Run), form.Failure), Small),
        Form<RunClosed, Wire.RunClosed>("live-closed/1", m => new Wire.RunClosed { Run = m.Run }, Wire.RunClosed.Parser, form => new RunClosed(RunName.Check(form.Run)), Small),
        Form<Replica, Wire.Replica>("live-replica/1", ReplicaForms.Write, Wire.Replica.Parser, ReplicaForms.Read, Large),
        Form<ReplicaKept, Wire.ReplicaKept>("live-replica-kept/1", m => new Wire.ReplicaKept { Device = m.Device.Number, Version = (ulong)m.Version, Failure = m.Failure },
            Wire.ReplicaKept.Parser, form => new ReplicaKept(Device(form.Device), Size(form.Version), form.Failure), Small),
        Form<StreamOpened, Wire.StreamOpened>("live-stream/1", Write, Wire.StreamOpened.Parser, Read, Large),
        Form<StreamChunk, Wire.StreamChunk>("live-chunk/1", m => new Wire.StreamChunk { Stream = (ulong)m.Stream, Offset = (ulong)m.Offset, Bytes = UnsafeByteOperations.UnsafeWrap(m.Bytes) },
            Wire.StreamChunk.Parser, form => new StreamChunk(Size(form.Stream), Size(form.Offset), form.Bytes.Memory), StreamChunk.MostBytes + 64),
        Form<StreamCredit, Wire.StreamCredit>("live-credit/1", m => new Wire.StreamCredit { Stream = (ulong)m.Stream, Taken = (ulong)m.Taken },
            Wire.StreamCredit.Parser, form => new StreamCredit(Size(form.Stream), Size(form.Taken)), Small),
        Form<StreamClosed, Wire.StreamClosed>("live-stream-closed/1", m => new Wire.StreamClosed { Stream = (ulong)m.Stream, Delivered = m.Delivered },
            Wire.StreamClosed.Parser, form => new StreamClosed(Size(form.Stream), form.Delivered), Small),
        Form<StreamCancelled, Wire.StreamCancelled>("live-stream-cancelled/1", m => new Wire.StreamCancelled { Stream = (ulong)m.Stream },
            Wire.StreamCancelled.Parser, form => new StreamCancelled(Size(form.Stream)), Small),
        Form<Seen, Wire.Seen>("live-seen/1", SeenForms.Write, Wire.Seen.Parser, SeenForms.Read, Large),
    ];

    /// <summary>What a node of a live run is started with: these, and the question how it stands.</summary>
    public static ImmutableArray<WireForm> OfNode { get; } = [.. All, .. Work.StatusForms.All];

    internal static Wire.Blob Blob(BlobRef blob) =>
        new() { Sha256 = WireBlob.Sha256(blob.Hash), Bytes = (ulong)blob.Bytes };

    internal static BlobRef Blob(Wire.Blob? blob) => WireBlob.Read(blob?.Sha256, blob?.Bytes ?? 0, MostStreamBytes);

    private static string Node(string name) => name.LastIndexOf(':') is var colon and > 0 && ushort.TryParse(name.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out _)
        ? name
        : throw new WireException("A message names a node that is no HOST:PORT.");

    internal static DeviceId Device(int number) => number >= DeviceId.Supervisor.Number
        ? new DeviceId(number)
        : throw new WireException(FormattableString.Invariant($"There is no device {number}."));

    internal static int Count(uint value) => value <= int.MaxValue
        ? (int)value
        : throw new WireException(FormattableString.Invariant($"A count of {value} is out of range."));

    internal static long Size(ulong value) => value <= long.MaxValue
        ? (long)value
        : throw new WireException(FormattableString.Invariant($"A size of {value} is out of range."));

    internal static long NotNegative(long value) => value >= 0
        ? value
        : throw new WireException(FormattableString.Invariant($"A time of {value} ticks is out of range."));

    private static Wire.StreamOpened Write(StreamOpened m) => new()
    {
        Stream = (ulong)m.Stream,
        From = m.From.Number,
        To = m.To.Number,
        Stage = m.Stage,
        Kind = m.Kind,
        Shaped = (ulong)m.Shaped,
        Envelope = (uint)m.Envelope,
        Blobs = { m.Blobs.Select(Blob) },
    };

    private static StreamOpened Read(Wire.StreamOpened form)
    {
        var opened = new StreamOpened(
            Size(form.Stream), Device(form.From), Device(form.To), form.Stage, form.Kind, Size(form.Shaped), Count(form.Envelope),
            [.. Most(form.Blobs, MostBlobs).Select(Blob)]);
        return opened is { Envelope: <= MostEnvelopeBytes, Shaped: <= MostStreamBytes, Bytes: <= MostStreamBytes }
            ? opened
            : throw new WireException(FormattableString.Invariant($"A stream of {opened.Bytes} bytes with an envelope of {opened.Envelope} is too long."));
    }

    internal static IReadOnlyCollection<T> Most<T>(IReadOnlyCollection<T> items, int most) => items.Count <= most
        ? items
        : throw new WireException(FormattableString.Invariant($"A list of {items.Count} is longer than {most}."));

    private static WireForm Form<TMessage, TForm>(string manifest, Func<TMessage, TForm> write, MessageParser<TForm> parser, Func<TForm, TMessage> read, int most)
        where TForm : class, IMessage<TForm>, IMessage
        where TMessage : notnull =>
        new(manifest, typeof(TMessage), message => write((TMessage)message), bytes => read(parser.ParseFrom(bytes.Span)), most);
}
