using System.Collections.Immutable;
using CsCheck;
using Google.Protobuf;
using NMoE.Compute.Blobs;
using NMoE.Federation.Protocol;
using IMessage = NMoE.Federation.Protocol.IMessage;

namespace NMoE.Federation.Tests.Protocol;

public sealed class WireCodecTests
{
    private static readonly Gen<BlobRef> AnyBlob = Gen.Select(
        Gen.Byte.Array[32], Gen.Long[0, long.MaxValue], (hash, bytes) => new BlobRef(new BlobHash(Convert.ToHexStringLower(hash)), bytes));

    private static readonly Gen<ImmutableArray<BlobRef>> AnyBlobs = AnyBlob.Array[0, 3].Select(blobs => blobs.ToImmutableArray());
    private static readonly Gen<TrainingStage> AnyStage = Gen.Int[0, 2].Select(stage => (TrainingStage)stage);
    private static readonly Gen<int> AnyCount = Gen.Int[0, int.MaxValue];
    private static readonly Gen<ImmutableArray<int>> AnyCounts = AnyCount.Array[0, 5].Select(counts => counts.ToImmutableArray());

    private static readonly IMessage[] Empty =
        [new Rejoin(0), new Rejoin(10), new NothingNew(), new BeginTraining(), new TrainingFinished(), new BeginServing(), new ServingBegun(), new ExpertReady(), new GateDataReady()];

    internal static readonly Gen<IMessage> AnyMessage = Gen.OneOf(
        Gen.Int[0, Empty.Length - 1].Select(which => Empty[which]),
        AnyCount.Select(samples => (IMessage)new Join(samples)),
        Gen.Select(AnyStage, AnyCount, AnyBlobs, AnyBlobs, AnyCount, AnyBlobs, (stage, round, model, control, counted, moments) =>
            (IMessage)new TrainRound(stage, round, model, control) { Counted = counted, Moments = moments }),
        AnyBlobs.Select(moments => (IMessage)new ExpertReady { Moments = moments }),
        Gen.Select(AnyStage, AnyCount, AnyBlobs, AnyCount, Gen.Double, AnyBlobs, (stage, round, model, samples, loss, control) =>
            (IMessage)new RoundUpdate(stage, round, model, samples, loss, control)),
        Gen.Select(AnyCount, AnyBlobs, (round, model) => (IMessage)new Correlate(round, model)),
        Gen.Select(AnyCount, AnyBlob, (round, correlation) => (IMessage)new Correlated(round, correlation)),
        Gen.Select(AnyCount, AnyBlobs, Gen.Double, (round, external, share) => (IMessage)new TrainAgainst(round, external, share)),
        Gen.Select(AnyStage, AnyBlobs, AnyCount, (stage, model, lineage) => (IMessage)new PublishModel(stage, model) { Lineage = lineage }),
        Gen.Int[0, 3].Select(place => (IMessage)new AggregatorAt(place)),
        AnyCount.Select(number => (IMessage)new CheckpointTaken(number)),
        Gen.Select(Gen.Select(AnyCount, AnyCount, Gen.Int[0, 5]), AnyCounts, AnyBlobs, AnyBlobs, AnyBlob, AnyCounts, (of, clients, model, gates, matrix, numbers) => (IMessage)new Checkpoint(
            of.Item1, (CheckpointStep)of.Item3, of.Item2, Numbers(clients, of.Item1), model)
        {
            Velocity = gates,
            Control = model,
            Gates = gates,
            Moments = gates,
            Correlations = Numbers(numbers, of.Item2).ToImmutableSortedDictionary(pair => pair.Key, pair => new Correlated(pair.Value, matrix)),
            Ready = [.. clients],
            Versions = Numbers(clients, 0).ToImmutableSortedDictionary(pair => pair.Key, _ => model),
            Counted = Numbers(numbers, of.Item1),
            Experts = numbers,
            Generation = of.Item2,
            Lineage = of.Item1,
        }),
        Gen.Select(Gen.Select(AnyCount, AnyCount, Gen.Int[0, 2]), AnyCounts, AnyBlob, Gen.Double, Gen.Double, AnyCounts, (of, ring, gate, losses, last, missed) =>
            (IMessage)new RollingGate(of.Item1, of.Item2, (RollStep)of.Item3, ring, gate, losses, last, missed)),
        Gen.Select(AnyCount, AnyCount, (generation, hop) => (IMessage)new RollingGateTaken(generation, hop)),
        AnyCounts.Select(experts => (IMessage)new ShareLatents(experts)),
        Gen.Select(AnyBlob, AnyCount, (latents, rows) => (IMessage)new TrainingLatents(latents, rows)),
        Gen.Select(AnyBlob, AnyCount, (logits, rows) => (IMessage)new TrainingLogits(logits, rows)),
        Gen.Select(AnyCount, AnyCount, AnyBlob, AnyCounts, AnyCount, AnyCount, (pass, request, latents, rows, bytes, substitution) =>
            (IMessage)new RouteLatents(pass, request, latents, rows, bytes) { Substitution = substitution }),
        Gen.Select(AnyCount, AnyCount, AnyBlob, AnyCount, AnyCount, AnyCount, (pass, request, logits, rows, bytes, substitution) =>
            (IMessage)new ExpertOutputs(pass, request, logits, rows, bytes) { Substitution = substitution }));

    private static ImmutableSortedDictionary<int, int> Numbers(ImmutableArray<int> clients, int number) =>
        clients.Distinct().ToImmutableSortedDictionary(client => client, _ => number);

    [Fact]
    public void Every_message_comes_back_from_the_wire_as_it_was() => AnyMessage.Sample(message =>
    {
        var sent = WireCodec.Encode(message).ToByteArray();
        var read = WireCodec.Decode(Wire.Envelope.Parser.ParseFrom(sent));
        Assert.Equal(message.GetType(), read.GetType());
        Assert.Equal(sent, WireCodec.Encode(read).ToByteArray());
    });

    [Fact]
    public void Every_message_of_the_protocol_has_a_place_in_the_schema()
    {
        var kinds = typeof(IMessage).Assembly.GetTypes().Count(type => type.IsClass && typeof(IMessage).IsAssignableFrom(type));
        Assert.Equal(kinds, Enum.GetValues<Wire.Envelope.MessageOneofCase>().Length - 1);
    }

    [Fact]
    public void The_size_is_that_of_the_encoded_envelope_and_the_tensors_behind_it()
    {
        var model = new BlobRef(new BlobHash(new string('a', 64)), 45_000_000);
        var message = new TrainRound(TrainingStage.Extractor, 3, [model], []);

        // Version 2 bytes; the field's tag and length 2; stage 2; round 2; blob: tag and length 2, hash 34, size 1 + 4 as a varint.
        Assert.Equal(2 + 2 + 2 + 2 + 2 + 34 + 5 + 45_000_000, WireCodec.Size(message));
        Assert.Equal(WireCodec.Encode(message).ToByteArray().Length + 45_000_000, WireCodec.Size(message));
    }

    /// <summary>Whatever bytes come: a message, or one of the two errors that a receiver expects.</summary>
    [Fact]
    public void Bytes_that_are_no_message_are_refused_with_a_reason() => Gen.Byte.Array[0, 64].Sample(bytes =>
    {
        try
        {
            WireCodec.Decode(Wire.Envelope.Parser.ParseFrom(bytes));
        }
        catch (Exception error) when (error is InvalidProtocolBufferException or WireException)
        {
            Assert.NotEmpty(error.Message);
        }
    }, iter: 20_000);

    [Fact]
    public void Another_version_of_the_wire_is_refused_by_its_number()
    {
        var error = Assert.Throws<WireException>(() => WireCodec.Decode(new Wire.Envelope { Version = 2, Rejoin = new() }));
        Assert.Equal("A message of wire version 2 came; this is version 1.", error.Message);
    }

    [Fact]
    public void A_blob_without_a_whole_hash_is_refused() => Assert.Throws<WireException>(() => WireCodec.Decode(new Wire.Envelope
    {
        Version = 1,
        TrainingLatents = new() { Latents = new() { Sha256 = ByteString.CopyFrom(1, 2, 3), Bytes = 3 }, Rows = 1 },
    }));
}
