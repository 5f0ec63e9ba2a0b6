using System.Collections.Immutable;
using System.Text.Json;
using Google.Protobuf;
using NMoE.Cluster.Wire;
using NMoE.Cluster.Work.Messages;
using NMoE.Compute.Blobs;
using NMoE.Federation.Protocol;
using NMoE.Learning.Data;
using NMoE.Learning.Identity;
using NMoE.Learning.Jobs;
using NMoE.Learning.Models;
using IMessage = Google.Protobuf.IMessage;

namespace NMoE.Cluster.Work;

/// <summary>The messages between coordinator and workers on the wire (<c>work.proto</c>).</summary>
public static class WorkForms
{
    /// <summary>The most compute threads of a worker.</summary>
    public const int MostThreads = 1024;

    /// <summary>The most pairs of a data set and a model of one coordinator: as many as one message holds.</summary>
    public const int MostProbes = 128;

    /// <summary>The most bytes of a parcel that travel inside a message.</summary>
    internal const int MostInside = 64 * 1024;

    /// <summary>The most blobs that a worker tells when it comes.</summary>
    internal const int MostHolds = 1024;

    // Those that a configuration may say (model.width, extractor.batch): no coordinator has a worker compute more than an experiment could.
    private const int WidthStep = 16;
    private const int MostWidth = 128;
    private const int MostBatch = 65_536;

    private const int Small = 4 * 1024;
    private const int Large = 96 * 1024;

    // A text that is told to people; of a longer one its beginning says enough.
    private const int MostText = 2000;

    /// <summary>All of them.</summary>
    public static ImmutableArray<WireForm> All { get; } =
    [
        Form<WorkerHello>("worker-hello/1", Large, Write, bytes => ReadHello(bytes.Span)),
        Form<WorkerProbe>("worker-probe/1", Large, Write, bytes => ReadProbe(bytes.Span)),
        Form<WorkerProbed>("worker-probed/1", Small, probed => new Wire.WorkerProbed { Sha256 = Hash(probed.Hash) }, bytes => new WorkerProbed(Key(Wire.WorkerProbed.Parser.ParseFrom(bytes.Span).Sha256))),
        Form<WorkerAdmitted>("worker-admitted/2", Small, admitted => new Wire.WorkerAdmitted { Number = (uint)admitted.Number }, bytes => ReadAdmitted(bytes.Span)),
        Form<WorkerRefused>("worker-refused/1", 4 * Small, refused => new Wire.WorkerRefused { Reason = Text(refused.Reason) }, bytes => new WorkerRefused(Wire.WorkerRefused.Parser.ParseFrom(bytes.Span).Reason)),
        Form<WorkerUnknown>("worker-unknown/1", 0, _ => new Wire.WorkerUnknown(), _ => new WorkerUnknown()),
        Form<WorkWanted>("work-wanted/1", Large, Write, bytes => ReadWanted(bytes.Span)),
        Form<WorkerLeaves>("worker-leaves/1", 4 * Small, leaves => new Wire.WorkerLeaves { Reason = Text(leaves.Reason) }, bytes => new WorkerLeaves(Wire.WorkerLeaves.Parser.ParseFrom(bytes.Span).Reason)),
        Form<JobOffer>("job-offer/1", Large, offer => new Wire.JobOffer { Key = Hash(offer.Key), Job = Write(offer.Job) }, bytes => ReadOffer(bytes.Span)),
        Form<JobWithdrawn>("job-withdrawn/1", Small, withdrawn => new Wire.JobWithdrawn { Key = Hash(withdrawn.Key) }, bytes => new JobWithdrawn(Key(Wire.JobWithdrawn.Parser.ParseFrom(bytes.Span).Key))),
        Form<JobEnded>("job-ended/1", Large, Write, bytes => ReadEnded(bytes.Span)),
        Form<JobReturned>("job-returned/1", Large, Write, bytes => ReadReturned(bytes.Span)),
        Form<JobBroke>("job-broke/1", 4 * Small, Write, bytes => ReadBroke(bytes.Span)),
        .. StatusForms.All,
    ];

    internal static WireForm Form<T>(string manifest, int most, Func<T, IMessage> write, Func<ReadOnlyMemory<byte>, T> read)
        where T : class => new(manifest, typeof(T), message => write((T)message), read, most);

    internal static string Text(string text) => text.Length <= MostText ? text : text[..MostText];

    internal static Wire.Blob Write(BlobRef blob) => new() { Sha256 = Hash(blob.Hash.Hex), Bytes = (ulong)blob.Bytes };

    internal static BlobRef Read(Wire.Blob? blob) => WireBlob.Read(blob?.Sha256, blob?.Bytes ?? 0);

    private static ByteString Hash(string hex) => WireBlob.Sha256(new BlobHash(hex));

    private static string Key(ByteString bytes) => WireBlob.Sha256(bytes).Hex;

    private static Wire.WorkerHello Write(WorkerHello hello) => new()
    {
        Threads = (uint)hello.Threads,
        Prints = { hello.Prints.Select(pair => new Wire.KindPrint { Kind = pair.Key, Fingerprint = pair.Value }) },
        Holds = { hello.Holds.Select(Write) },
    };

    private static WorkerHello ReadHello(ReadOnlySpan<byte> bytes)
    {
        var hello = Wire.WorkerHello.Parser.ParseFrom(bytes);
        return hello.Threads is < 1 or > MostThreads || hello.Holds.Count > MostHolds || hello.Prints.DistinctBy(print => print.Kind).Count() != hello.Prints.Count
            ? throw new WireException("A worker said hello that cannot be.")
            : new(
                (int)hello.Threads,
                hello.Prints.ToImmutableSortedDictionary(print => print.Kind, print => print.Fingerprint, StringComparer.Ordinal),
                [.. hello.Holds.Select(Read)]);
    }

    private static Wire.WorkerProbe Write(WorkerProbe probe) => new()
    {
        Others = { probe.Others.Select(Write) },
        Data = probe.Data.Name,
        Content = probe.Data.ContentHash,
        Seed = probe.Data.Seed,
        Told = probe.Data is { Reading: null, OtherForm: null, Users: null } ? "" : LearningJob.Element(probe.Data)!.Value.GetRawText(),
        Step = new()
        {
            Width = (uint)probe.Step.Model.Width,
            Classes = (uint)probe.Step.Model.Classes,
            Norm = (uint)probe.Step.Model.Norm,
            Precision = (uint)probe.Step.Model.Precision,
            Extractor = probe.Step.Model.Extractor ?? "",
            Expert = probe.Step.Model.Expert ?? "",
            Batch = (uint)probe.Step.Batch,
            Pictures = probe.Step.Model.OtherShape is { } shape ? new() { Channels = (uint)shape.Channels, Height = (uint)shape.Height, Width = (uint)shape.Width } : null,
            Traits = probe.Step.Model.OtherTraits is { } traits ? new() { Mean = { traits.Mean }, Deviation = { traits.Deviation }, NeverMirrored = traits.Mirror == Mirroring.Never } : null,
        },
    };

    private static WorkerProbe ReadProbe(ReadOnlySpan<byte> bytes)
    {
        var probe = Wire.WorkerProbe.Parser.ParseFrom(bytes);
        return probe.Others.Count > MostProbes - 1 || probe.Others.Any(other => other.Others.Count > 0) ? throw new WireException("A worker was told of experiments that cannot be.")
            : probe.Others.Count == 0 ? Read(probe)
            : Read(probe) with { Others = [.. probe.Others.Select(Read)] };
    }

    private static WorkerProbe Read(Wire.WorkerProbe probe) => new(Told(new DataSpec(probe.Data, probe.Content, probe.Seed), probe.Told), Read(probe.Step));

    private static DataSpec Told(DataSpec plain, string told)
    {
        if (told.Length == 0)
            return plain;
        try
        {
            var read = LearningJob.Read<DataSpec>(JsonSerializer.Deserialize<JsonElement>(told));
            return read with { Name = plain.Name, ContentHash = plain.ContentHash, Seed = plain.Seed };
        }
        catch (JsonException wrong)
        {
            throw new WireException($"A worker was told of a data set that cannot be: {wrong.Message}");
        }
    }

    private static PictureShape Read(Wire.Shape? shape) => shape is null ? PictureShape.Cifar
        : shape is { Channels: <= PictureShape.MostChannels, Height: <= PictureShape.MostSide, Width: <= PictureShape.MostSide }
            && new PictureShape((int)shape.Channels, (int)shape.Height, (int)shape.Width) is { IsPossible: true } possible ? possible
        : throw new WireException("A worker was told of pictures that cannot be.");

    private static PictureTraits Read(Wire.Traits? traits, PictureShape shape) => traits is null ? PictureTraits.Cifar
        : new PictureTraits([.. traits.Mean], [.. traits.Deviation]) { Mirror = traits.NeverMirrored ? Mirroring.Never : Mirroring.Allowed } is var read
            && read.Fits(shape) && read.Mean.Concat(read.Deviation).All(double.IsFinite) ? read
        : throw new WireException("A worker was told of pictures that cannot be made numbers.");

    private static StepProbe Read(Wire.TrainingStep? step) =>
        step is { Width: >= WidthStep and <= MostWidth, Classes: >= PictureForm.FewestClasses and <= PictureForm.MostClasses, Batch: >= 1 and <= MostBatch }
        && step.Width % WidthStep == 0 && step.Norm <= (uint)NormKind.Batch && step.Precision <= (uint)Precision.BFloat16
            ? new(Possible(new((int)step.Width, (int)step.Classes)
            {
                Norm = (NormKind)step.Norm,
                Precision = (Precision)step.Precision,
                Shape = Read(step.Pictures),
                Traits = Read(step.Traits, Read(step.Pictures)),
                Extractor = Named(step.Extractor),
                Expert = Named(step.Expert),
            }), (int)step.Batch)
            : throw new WireException("A worker was asked for a training step that cannot be.");

    private static string? Named(string name) => name.Length == 0 ? null : name;

    private static ModelSpec Possible(ModelSpec model)
    {
        try
        {
            Parts.Of(model, ModelPart.Expert, 0);
            return model;
        }
        catch (ModelException wrong)
        {
            throw new WireException($"A worker was asked to train a model that cannot be: {wrong.Message}");
        }
    }

    private static WorkerAdmitted ReadAdmitted(ReadOnlySpan<byte> bytes)
    {
        var admitted = Wire.WorkerAdmitted.Parser.ParseFrom(bytes);
        return admitted.Number is < 1 or > int.MaxValue
            ? throw new WireException("A worker was given a number that cannot be.")
            : new((int)admitted.Number);
    }

    private static Wire.WorkWanted Write(WorkWanted wanted) => new() { Jobs = (uint)wanted.Jobs, Has = { wanted.Has.Select(Hash) } };

    private static WorkWanted ReadWanted(ReadOnlySpan<byte> bytes)
    {
        var wanted = Wire.WorkWanted.Parser.ParseFrom(bytes);
        return wanted.Jobs > MostThreads
            ? throw new WireException("A worker asked for more jobs than it can have threads.")
            : new((int)wanted.Jobs, [.. wanted.Has.Select(Key)]);
    }

    private static Wire.Parcel Write(Parcel parcel) => parcel.Blob is { } blob
        ? new() { Blob = Write(blob) }
        : new() { Inside = UnsafeByteOperations.UnsafeWrap(parcel.Inside) };

    private static Parcel Read(Wire.Parcel? parcel) => parcel?.ContentCase switch
    {
        Wire.Parcel.ContentOneofCase.Inside => new(parcel.Inside.Memory, null),
        Wire.Parcel.ContentOneofCase.Blob => new(default, Read(parcel.Blob)),
        _ => throw new WireException("A message came without what it is about."),
    };

    private static JobOffer ReadOffer(ReadOnlySpan<byte> bytes)
    {
        var offer = Wire.JobOffer.Parser.ParseFrom(bytes);
        return new(Key(offer.Key), Read(offer.Job));
    }

    private static Wire.JobEnded Write(JobEnded ended) => new()
    {
        Key = Hash(ended.Key),
        Result = Write(ended.Result),
        RunTicks = (ulong)(ended.Time?.Ticks ?? 0),
        MovedBytes = (ulong)ended.MovedBytes,
        MovingTicks = (ulong)ended.MovingTime.Ticks,
    };

    private static JobEnded ReadEnded(ReadOnlySpan<byte> bytes)
    {
        var ended = Wire.JobEnded.Parser.ParseFrom(bytes);
        return ended.RunTicks > long.MaxValue || ended.MovedBytes > long.MaxValue || ended.MovingTicks > long.MaxValue
            ? throw new WireException("A job ended after a time that cannot be.")
            : new(
                Key(ended.Key), Read(ended.Result), ended.RunTicks == 0 ? null : TimeSpan.FromTicks((long)ended.RunTicks), (long)ended.MovedBytes,
                TimeSpan.FromTicks((long)ended.MovingTicks));
    }

    private static Wire.JobReturned Write(JobReturned returned) => new()
    {
        Key = Hash(returned.Key),
        Reason = Text(returned.Reason),
        Missing = { returned.Missing.Take(MostHolds).Select(Write) },
    };

    private static JobReturned ReadReturned(ReadOnlySpan<byte> bytes)
    {
        var returned = Wire.JobReturned.Parser.ParseFrom(bytes);
        return new(Key(returned.Key), returned.Reason, [.. returned.Missing.Select(Read)]);
    }

    private static Wire.JobBroke Write(JobBroke broke) => new() { Key = Hash(broke.Key), Message = Text(broke.Message), Experiment = broke.Fault == JobFault.Experiment };

    private static JobBroke ReadBroke(ReadOnlySpan<byte> bytes)
    {
        var broke = Wire.JobBroke.Parser.ParseFrom(bytes);
        return new(Key(broke.Key), broke.Message, broke.Experiment ? JobFault.Experiment : JobFault.Function);
    }
}
