using CsCheck;
using Google.Protobuf;
using NMoE.Compute.Blobs;
using NMoE.Federation.Protocol;
using IMessage = NMoE.Federation.Protocol.IMessage;

namespace NMoE.Federation.Tests.Protocol;

public sealed class WireCodecTests
{
    private static readonly Type[] s_kinds = [.. typeof(IMessage).Assembly.GetTypes().Where(type => type.IsAssignableTo(typeof(IMessage)) && !type.IsAbstract).OrderBy(type => type.Name, StringComparer.Ordinal)];

    internal static readonly Gen<IMessage> AnyMessage =
        Gen.Select(Gen.Int[0, s_kinds.Length - 1], Gen.Int, (kind, seed) => (IMessage)AnyRecord.Of(s_kinds[kind], seed));

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
