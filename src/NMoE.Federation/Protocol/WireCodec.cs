using System.Collections.Immutable;
using Google.Protobuf;
using NMoE.Compute.Blobs;

namespace NMoE.Federation.Protocol;

/// <summary>Messages to and from their Protobuf form (<c>nmoe.proto</c>), and their exact size on the wire.</summary>
public static partial class WireCodec
{
    private const uint Version = 1;
    private const int Sha256Bytes = 32;

    /// <summary>All kinds of messages, in ordinal order.</summary>
    public static ImmutableArray<string> Kinds { get; } =
    [
        .. typeof(IMessage).Assembly.GetTypes()
            .Where(type => type.IsAssignableTo(typeof(IMessage)) && !type.IsAbstract).Select(type => type.Name).Order(StringComparer.Ordinal),
    ];

    /// <summary>Bytes on the wire: the encoded envelope and the tensors behind it.</summary>
    public static long Size(IMessage message)
    {
        ArgumentNullException.ThrowIfNull(message);
        return Encode(message).CalculateSize() + message.PayloadBytes;
    }

    /// <summary>Whether two messages are the same on the wire.</summary>
    public static bool AreSame(object first, IMessage second)
    {
        ArgumentNullException.ThrowIfNull(second);
        return first is IMessage message && message.GetType() == second.GetType() && Encode(message).Equals(Encode(second));
    }

    /// <summary>The Protobuf form.</summary>
    /// <exception cref="WireException">The message has no place in the schema.</exception>
    public static Wire.Envelope Encode(IMessage message) => message switch
    {
        Join m => new() { Version = Version, Join = new() { Samples = (uint)m.Samples } },
        Rejoin m => new() { Version = Version, Rejoin = new() { Samples = (uint)m.Samples } },
        NothingNew => new() { Version = Version, NothingNew = new() },
        BeginTraining => new() { Version = Version, BeginTraining = new() },
        TrainingFinished m => new() { Version = Version, TrainingFinished = new() { Experts = { Clients(m.Experts) } } },
        BeginServing m => new() { Version = Version, BeginServing = new() { Experts = { Clients(m.Experts) } } },
        ServingBegun => new() { Version = Version, ServingBegun = new() },
        TrainRound m => new()
        {
            Version = Version,
            TrainRound = new()
            {
                Stage = Stage(m.Stage),
                Round = (uint)m.Round,
                Model = { m.Model.Select(Blob) },
                Control = { m.Control.Select(Blob) },
                Counted = (uint)m.Counted,
                Moments = { m.Moments.Select(Blob) },
            },
        },
        RoundUpdate m => new()
        {
            Version = Version,
            RoundUpdate = new()
            {
                Stage = Stage(m.Stage),
                Round = (uint)m.Round,
                Model = { m.Model.Select(Blob) },
                Samples = (uint)m.Samples,
                Loss = m.Loss,
                Control = { m.Control.Select(Blob) },
            },
        },
        Correlate m => new() { Version = Version, Correlate = new() { Round = (uint)m.Round, Model = { m.Model.Select(Blob) } } },
        Correlated m => new() { Version = Version, Correlated = new() { Round = (uint)m.Round, Correlation = Blob(m.Correlation) } },
        TrainAgainst m => new() { Version = Version, TrainAgainst = new() { Round = (uint)m.Round, External = { m.External.Select(Blob) }, Share = m.Share } },
        PublishModel m => new()
        {
            Version = Version,
            PublishModel = new() { Stage = Stage(m.Stage), Model = { m.Model.Select(Blob) }, Lineage = (uint)m.Lineage, Experts = { Clients(m.Experts) } },
        },
        ExpertReady m => new() { Version = Version, ExpertReady = new() { Moments = { m.Moments.Select(Blob) } } },
        ShareLatents m => new() { Version = Version, ShareLatents = new() { Experts = { Clients(m.Experts) } } },
        TrainingLatents m => new() { Version = Version, TrainingLatents = new() { Latents = Blob(m.Latents), Rows = (uint)m.Rows } },
        TrainingLogits m => new() { Version = Version, TrainingLogits = new() { Logits = Blob(m.Logits), Rows = (uint)m.Rows } },
        GateDataReady m => new() { Version = Version, GateDataReady = new() { Experts = { Clients(m.Experts) } } },
        RollingGate m => new()
        {
            Version = Version,
            RollingGate = new()
            {
                Generation = (uint)m.Generation,
                Hop = (uint)m.Hop,
                Step = Step(m.Step),
                Ring = { m.Ring.Select(client => (uint)client) },
                Gate = Blob(m.Gate),
                Losses = m.Losses,
                LastLoss = m.LastLoss,
                Missed = { m.Missed.Select(client => (uint)client) },
            },
        },
        RollingGateTaken m => new() { Version = Version, RollingGateTaken = new() { Generation = (uint)m.Generation, Hop = (uint)m.Hop } },
        RouteLatents m => new()
        {
            Version = Version,
            RouteLatents = new()
            {
                Pass = (uint)m.Pass,
                Request = (uint)m.Request,
                Latents = Blob(m.Latents),
                Rows = { m.Rows.Select(r => (uint)r) },
                RowBytes = (uint)m.RowBytes,
                Substitution = (uint)m.Substitution,
            },
        },
        ExpertOutputs m => new()
        {
            Version = Version,
            ExpertOutputs = new()
            {
                Pass = (uint)m.Pass,
                Request = (uint)m.Request,
                Logits = Blob(m.Logits),
                Rows = (uint)m.Rows,
                RowBytes = (uint)m.RowBytes,
                Substitution = (uint)m.Substitution,
            },
        },
        AggregatorAt m => new() { Version = Version, AggregatorAt = new() { Place = (uint)m.Place } },
        CheckpointTaken m => new() { Version = Version, CheckpointTaken = new() { Number = (uint)m.Number } },
        Checkpoint m => new() { Version = Version, Checkpoint = Kept(m) },
        _ => throw new WireException($"A {message.GetType().Name} has no place in nmoe.proto."),
    };

    /// <summary>The message of an encoded form.</summary>
    /// <exception cref="WireException">Not a message of this version.</exception>
    public static IMessage Decode(Wire.Envelope envelope)
    {
        ArgumentNullException.ThrowIfNull(envelope);
        if (envelope.Version != Version)
        {
            throw new WireException(FormattableString.Invariant($"A message of wire version {envelope.Version} came; this is version {Version}."));
        }

        return envelope.MessageCase switch
        {
            Wire.Envelope.MessageOneofCase.Join => new Join(Count(envelope.Join.Samples)),
            Wire.Envelope.MessageOneofCase.Rejoin => new Rejoin(Count(envelope.Rejoin.Samples)),
            Wire.Envelope.MessageOneofCase.NothingNew => new NothingNew(),
            Wire.Envelope.MessageOneofCase.BeginTraining => new BeginTraining(),
            Wire.Envelope.MessageOneofCase.TrainingFinished => new TrainingFinished { Experts = [.. envelope.TrainingFinished.Experts.Select(Count)] },
            Wire.Envelope.MessageOneofCase.BeginServing => new BeginServing { Experts = [.. envelope.BeginServing.Experts.Select(Count)] },
            Wire.Envelope.MessageOneofCase.ServingBegun => new ServingBegun(),
            Wire.Envelope.MessageOneofCase.TrainRound => new TrainRound(
                Stage(envelope.TrainRound.Stage), Count(envelope.TrainRound.Round), Blobs(envelope.TrainRound.Model), Blobs(envelope.TrainRound.Control))
            { Counted = Count(envelope.TrainRound.Counted), Moments = Blobs(envelope.TrainRound.Moments) },
            Wire.Envelope.MessageOneofCase.RoundUpdate => new RoundUpdate(
                Stage(envelope.RoundUpdate.Stage), Count(envelope.RoundUpdate.Round), Blobs(envelope.RoundUpdate.Model),
                Count(envelope.RoundUpdate.Samples), envelope.RoundUpdate.Loss, Blobs(envelope.RoundUpdate.Control)),
            Wire.Envelope.MessageOneofCase.Correlate => new Correlate(Count(envelope.Correlate.Round), Blobs(envelope.Correlate.Model)),
            Wire.Envelope.MessageOneofCase.Correlated => new Correlated(Count(envelope.Correlated.Round), Blob(envelope.Correlated.Correlation)),
            Wire.Envelope.MessageOneofCase.TrainAgainst => new TrainAgainst(
                Count(envelope.TrainAgainst.Round), Blobs(envelope.TrainAgainst.External), envelope.TrainAgainst.Share),
            Wire.Envelope.MessageOneofCase.PublishModel => new PublishModel(
                Stage(envelope.PublishModel.Stage), Blobs(envelope.PublishModel.Model))
            { Lineage = Count(envelope.PublishModel.Lineage), Experts = [.. envelope.PublishModel.Experts.Select(Count)] },
            Wire.Envelope.MessageOneofCase.ExpertReady => new ExpertReady { Moments = Blobs(envelope.ExpertReady.Moments) },
            Wire.Envelope.MessageOneofCase.ShareLatents => new ShareLatents([.. envelope.ShareLatents.Experts.Select(Count)]),
            Wire.Envelope.MessageOneofCase.TrainingLatents => new TrainingLatents(
                Blob(envelope.TrainingLatents.Latents), Count(envelope.TrainingLatents.Rows)),
            Wire.Envelope.MessageOneofCase.TrainingLogits => new TrainingLogits(
                Blob(envelope.TrainingLogits.Logits), Count(envelope.TrainingLogits.Rows)),
            Wire.Envelope.MessageOneofCase.GateDataReady => new GateDataReady { Experts = [.. envelope.GateDataReady.Experts.Select(Count)] },
            Wire.Envelope.MessageOneofCase.RollingGate => Rolling(envelope.RollingGate),
            Wire.Envelope.MessageOneofCase.RollingGateTaken => new RollingGateTaken(
                Count(envelope.RollingGateTaken.Generation), Count(envelope.RollingGateTaken.Hop)),
            Wire.Envelope.MessageOneofCase.RouteLatents => new RouteLatents(
                Count(envelope.RouteLatents.Pass), Count(envelope.RouteLatents.Request), Blob(envelope.RouteLatents.Latents),
                [.. envelope.RouteLatents.Rows.Select(Count)], Count(envelope.RouteLatents.RowBytes))
            { Substitution = Count(envelope.RouteLatents.Substitution) },
            Wire.Envelope.MessageOneofCase.ExpertOutputs => new ExpertOutputs(
                Count(envelope.ExpertOutputs.Pass), Count(envelope.ExpertOutputs.Request), Blob(envelope.ExpertOutputs.Logits),
                Count(envelope.ExpertOutputs.Rows), Count(envelope.ExpertOutputs.RowBytes))
            { Substitution = Count(envelope.ExpertOutputs.Substitution) },
            Wire.Envelope.MessageOneofCase.AggregatorAt => new AggregatorAt(Count(envelope.AggregatorAt.Place)),
            Wire.Envelope.MessageOneofCase.CheckpointTaken => new CheckpointTaken(Count(envelope.CheckpointTaken.Number)),
            Wire.Envelope.MessageOneofCase.Checkpoint => Kept(envelope.Checkpoint),
            _ => throw new WireException("An envelope came without a message."),
        };
    }

    private static RollingGate Rolling(Wire.RollingGate read) => new(
        Count(read.Generation), Count(read.Hop), Step(read.Step), [.. read.Ring.Select(Count)], Blob(read.Gate),
        read.Losses, read.LastLoss, [.. read.Missed.Select(Count)]);

    private static IEnumerable<uint> Clients(IEnumerable<int> clients) => clients.Select(client => (uint)client);

    private static Wire.RollStep Step(RollStep step) => step switch
    {
        RollStep.Train => Wire.RollStep.Train,
        RollStep.Adopt => Wire.RollStep.Adopt,
        _ => Wire.RollStep.Done,
    };

    private static RollStep Step(Wire.RollStep step) => step switch
    {
        Wire.RollStep.Train => RollStep.Train,
        Wire.RollStep.Adopt => RollStep.Adopt,
        Wire.RollStep.Done => RollStep.Done,
        _ => throw new WireException("A rolling gate does not say what is to be done with it."),
    };

    private static Wire.TrainingStage Stage(TrainingStage stage) => stage switch
    {
        TrainingStage.Extractor => Wire.TrainingStage.Extractor,
        TrainingStage.Gate => Wire.TrainingStage.Gate,
        _ => Wire.TrainingStage.Rolling,
    };

    private static TrainingStage Stage(Wire.TrainingStage stage) => stage switch
    {
        Wire.TrainingStage.Extractor => TrainingStage.Extractor,
        Wire.TrainingStage.Gate => TrainingStage.Gate,
        Wire.TrainingStage.Rolling => TrainingStage.Rolling,
        _ => throw new WireException("A message names no training stage."),
    };

    private static Wire.Blob Blob(BlobRef blob) =>
        new() { Sha256 = ByteString.CopyFrom(Convert.FromHexString(blob.Hash.Hex)), Bytes = (ulong)blob.Bytes };

    private static BlobRef Blob(Wire.Blob? blob) => blob is { Sha256.Length: Sha256Bytes, Bytes: <= long.MaxValue }
        ? new BlobRef(new BlobHash(Convert.ToHexStringLower(blob.Sha256.Span)), (long)blob.Bytes)
        : throw new WireException("A message names a blob without a SHA-256 and a size.");

    private static ImmutableArray<BlobRef> Blobs(IEnumerable<Wire.Blob> blobs) => [.. blobs.Select(Blob)];

    private static int Count(uint value) => value <= int.MaxValue
        ? (int)value
        : throw new WireException(FormattableString.Invariant($"A count of {value} is out of range."));
}

/// <summary>Something on the wire is not of the protocol.</summary>
public sealed class WireException(string message) : Exception(message);
