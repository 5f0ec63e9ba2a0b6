using CsCheck;
using Google.Protobuf;
using NMoE.Compute.Blobs;
using NMoE.Federation.Protocol;
using IMessage = NMoE.Federation.Protocol.IMessage;

namespace NMoE.Federation.Tests.Protocol;

public sealed class WireCodecTests
{
    internal static readonly Gen<IMessage> AnyMessage =
        Gen.Select(Gen.Int[0, MessageForms.All.Length - 1], Gen.Int, (kind, seed) => (IMessage)AnyRecord.Of(MessageForms.All[kind].Type, seed));

    [Fact]
    public void Every_message_comes_back_from_the_wire_as_it_was() => AnyMessage.Sample(message =>
    {
        var sent = WireCodec.Encode(message).ToByteArray();
        var read = WireCodec.Decode(Wire.Envelope.Parser.ParseFrom(sent));
        Assert.Equal(message.GetType(), read.GetType());
        Assert.Equal(sent, WireCodec.Encode(read).ToByteArray());
    });

    /// <summary>A record that no form names could not be sent, and a place in the schema that none has could not be read.</summary>
    [Fact]
    public void Every_message_has_a_form_and_a_place_in_the_schema()
    {
        Assert.Equal(
            typeof(IMessage).Assembly.GetTypes().Where(type => type.IsClass && typeof(IMessage).IsAssignableFrom(type)).Select(type => type.Name).Order(StringComparer.Ordinal),
            MessageForms.All.Select(form => form.Type.Name).Order(StringComparer.Ordinal));
        Assert.Equal(
            Enum.GetValues<Wire.Envelope.MessageOneofCase>().Where(place => place != Wire.Envelope.MessageOneofCase.None).Order(),
            MessageForms.All.Select(form => form.Case).Order());
    }

    /// <summary>The receiver may use those, and a channel carries them: one that is left out would reach nobody.</summary>
    [Fact]
    public void A_message_carries_all_blobs_that_it_names() => AnyMessage.Sample(message =>
        Assert.Equal(NamedBlobs.In(message).Distinct().OrderBy(blob => blob.Hash), message.Blobs.Distinct().OrderBy(blob => blob.Hash)));

    [Fact]
    public void The_size_is_that_of_the_encoded_envelope_and_the_tensors_behind_it()
    {
        var model = new BlobRef(new BlobHash(new string('a', 64)), 45_000_000);
        var message = new TrainRound(Stages.Extractor, 3, [model], []);

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

    [Theory]
    [InlineData(3, 0, 0)]
    [InlineData(2, 2, 0)]
    [InlineData(2, 0, 2)]
    public void A_checkpoint_of_more_gates_control_variates_or_moments_than_there_are_is_refused(int gates, int control, int moments)
    {
        var blob = new Wire.Blob { Sha256 = ByteString.CopyFrom(new byte[32]), Bytes = 3 };
        var form = new Wire.Checkpoint { Step = Wire.CheckpointStep.Gate };
        form.Gates.AddRange(Enumerable.Repeat(blob, gates));
        form.Control.AddRange(Enumerable.Repeat(blob, control));
        form.Moments.AddRange(Enumerable.Repeat(blob, moments));

        Assert.Throws<WireException>(() => WireCodec.Decode(new Wire.Envelope { Version = 1, Checkpoint = form }));
    }
}
