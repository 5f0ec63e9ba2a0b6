using System.Buffers.Binary;
using System.Numerics;
using Google.Protobuf;
using NMoE.Federation.Records;

namespace NMoE.Reporting.Exports;

/// <summary>
/// A run as an event file that TensorBoard reads: records of length, masked CRC-32C, an <c>Event</c> and its CRC (tensorflow/core/lib/io/record_writer.h, tensorflow/core/util/event.proto). An event's time is
/// virtual, so that the axis "wall" shows it; its step is the round.
/// </summary>
internal static class TensorBoardExport
{
    /// <summary>The file's name; TensorBoard looks for its middle.</summary>
    public const string FileName = "events.out.tfevents.0.nmoe";

    private const uint MaskDelta = 0xA282EAD8;

    /// <summary>The file.</summary>
    public static byte[] Of(RunReport report)
    {
        using var stream = new MemoryStream();
        Write(stream, Event(0, 0, output => { output.WriteTag(3, WireFormat.WireType.LengthDelimited); output.WriteString("brain.Event:2"); }));
        foreach (var (tag, step, seconds, value) in Scalars(report))
            Write(stream, Event(seconds, step, output => { output.WriteTag(5, WireFormat.WireType.LengthDelimited); output.WriteBytes(Summary(tag, value)); }));
        return stream.ToArray();
    }

    /// <summary>Every number of rounds by stage, and of passes by gate and test set.</summary>
    internal static IEnumerable<(string Tag, int Step, double Seconds, double Value)> Scalars(RunReport report)
    {
        foreach (var round in report.Rounds)
        {
            (string Name, double? Value)[] values =
            [
                ("accuracy", round.Accuracy), ("trainLoss", round.TrainLoss), ("bytesSoFar", round.BytesSoFar), ("virtualSeconds", round.VirtualSeconds), ("joulesSoFar", round.JoulesSoFar),
                ("participants", round.Participants), ("largestShare", round.LargestShare),
            ];
            foreach (var (name, value) in values.Where(one => one.Value is not null))
                yield return ($"{round.Stage}/{name}", round.Round, round.VirtualSeconds, value!.Value);
        }

        var end = report.Rounds.Select(round => round.VirtualSeconds).DefaultIfEmpty().Max();
        foreach (var pass in report.Passes)
        {
            (string Name, double? Value)[] values =
            [
                ("accuracy", pass.Accuracy), ("macroF1", pass.MacroF1), ("auc", pass.Auc), ("localRatio", pass.LocalRatio), ("bytesPerSample", pass.BytesPerSample), ("degraded", pass.Degraded),
                ("meanLatencySeconds", pass.MeanLatencySeconds),
            ];
            foreach (var (name, value) in values.Where(one => one.Value is not null))
                yield return ($"{pass.Gate}/{pass.Test}/{name}", 0, end, value!.Value);
        }
    }

    private static byte[] Event(double seconds, long step, Action<CodedOutputStream> what)
    {
        using var stream = new MemoryStream();
        using (var output = new CodedOutputStream(stream, leaveOpen: true))
        {
            output.WriteTag(1, WireFormat.WireType.Fixed64);
            output.WriteDouble(seconds);
            output.WriteTag(2, WireFormat.WireType.Varint);
            output.WriteInt64(step);
            what(output);
        }

        return stream.ToArray();
    }

    private static ByteString Summary(string tag, double value)
    {
        var name = ByteString.CopyFromUtf8(tag);
        using var inner = new MemoryStream();
        using (var output = new CodedOutputStream(inner, leaveOpen: true))
        {
            output.WriteTag(1, WireFormat.WireType.LengthDelimited);
            output.WriteBytes(name);
            output.WriteTag(2, WireFormat.WireType.Fixed32);
            output.WriteFloat((float)value);
        }

        using var stream = new MemoryStream();
        using (var output = new CodedOutputStream(stream, leaveOpen: true))
        {
            output.WriteTag(1, WireFormat.WireType.LengthDelimited);
            output.WriteBytes(ByteString.CopyFrom(inner.ToArray()));
        }

        return ByteString.CopyFrom(stream.ToArray());
    }

    private static void Write(MemoryStream stream, byte[] data)
    {
        Span<byte> length = stackalloc byte[8];
        Span<byte> crc = stackalloc byte[4];
        BinaryPrimitives.WriteUInt64LittleEndian(length, (ulong)data.Length);
        BinaryPrimitives.WriteUInt32LittleEndian(crc, Masked(length));
        stream.Write(length);
        stream.Write(crc);
        stream.Write(data);
        BinaryPrimitives.WriteUInt32LittleEndian(crc, Masked(data));
        stream.Write(crc);
    }

    private static uint Masked(ReadOnlySpan<byte> data)
    {
        var crc = uint.MaxValue;
        foreach (var value in data)
            crc = BitOperations.Crc32C(crc, value);
        return BitOperations.RotateRight(~crc, 15) + MaskDelta;
    }
}
