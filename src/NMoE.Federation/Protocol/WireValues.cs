using System.Collections.Immutable;
using NMoE.Compute.Blobs;

namespace NMoE.Federation.Protocol;

/// <summary>What messages are made of, to and from the wire. Each number that comes is checked before anything is made of it.</summary>
internal static class WireValues
{
    public static int Count(uint value) => value <= int.MaxValue
        ? (int)value
        : throw new WireException(FormattableString.Invariant($"A count of {value} is out of range."));

    public static long Bytes(ulong value) => value <= long.MaxValue
        ? (long)value
        : throw new WireException(FormattableString.Invariant($"A size of {value} bytes is out of range."));

    public static IEnumerable<uint> Counts(IEnumerable<int> values) => values.Select(value => (uint)value);

    public static ImmutableArray<int> Counts(IEnumerable<uint> values) => [.. values.Select(Count)];

    /// <summary>A stage that leaves a model, by its place among them from 1.</summary>
    public static uint StageOf(string stage) => (uint)Stages.Trained.IndexOf(stage) + 1;

    public static string StageOf(uint stage) => stage > 0 && stage <= Stages.Trained.Length
        ? Stages.Trained[(int)stage - 1]
        : throw new WireException("A message names no stage of training.");

    /// <summary>A stage whose model goes around a ring, by its place among them.</summary>
    public static uint RingOf(string stage) => (uint)Stages.Rings.IndexOf(stage);

    public static string RingOf(uint number) => number < Stages.Rings.Length
        ? Stages.Rings[(int)number]
        : throw new WireException(FormattableString.Invariant($"There is no ring {number}."));

    /// <summary>A member of an enumeration: on the wire they count from 1, because 0 says that there is none.</summary>
    public static T Choice<T>(int value, string problem)
        where T : struct, Enum => value > 0 && (T)Enum.ToObject(typeof(T), value - 1) is var member && Enum.IsDefined(member)
            ? member
            : throw new WireException(problem);

    public static Wire.Blob Blob(BlobRef blob) => new() { Sha256 = WireBlob.Sha256(blob.Hash), Bytes = (ulong)blob.Bytes };

    public static BlobRef Blob(Wire.Blob? blob) => WireBlob.Read(blob?.Sha256, blob?.Bytes ?? 0);

    public static IEnumerable<Wire.Blob> Blobs(IEnumerable<BlobRef> blobs) => blobs.Select(Blob);

    public static ImmutableArray<BlobRef> Blobs(IEnumerable<Wire.Blob> blobs) => [.. blobs.Select(Blob)];
}
