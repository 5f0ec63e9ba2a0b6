using System.Text.Json.Nodes;
using NMoE.Federation.Protocol;

namespace NMoE.Federation.Tests.Protocol;

/// <summary>
/// The wire's format does not change from one version to the next: <c>messages.jsonl</c> holds messages of each kind, their bytes, and their sizes with all that they carry, which channels and ledgers count.
/// </summary>
public sealed class WireFormatTests
{
    private static readonly Lazy<JsonObject[]> s_lines = new(() =>
        [.. File.ReadLines(Path.Combine(AppContext.BaseDirectory, "golden", "messages.jsonl")).Select(line => JsonNode.Parse(line)!.AsObject())]);

    public static TheoryData<string> Kinds => [.. s_lines.Value.Select(line => line["kind"]!.GetValue<string>()).Distinct()];

    [Theory]
    [MemberData(nameof(Kinds))]
    public void A_message_takes_the_bytes_that_it_always_took(string kind) => Assert.All(
        s_lines.Value.Where(line => line["kind"]!.GetValue<string>() == kind),
        line =>
        {
            var message = (IMessage)AnyRecord.Read(TypeOf(kind), line["message"]!);
            var bytes = line["bytes"]!.GetValue<string>();

            Assert.Equal(bytes, Hex(message));
            Assert.Equal(bytes, Hex(WireCodec.Decode(Wire.Envelope.Parser.ParseFrom(Convert.FromHexString(bytes)))));
            Assert.Equal(line["size"]!.GetValue<long>(), WireCodec.Size(message));
        });

    [Fact]
    public void Each_kind_of_message_is_in_the_file()
    {
        var missing = WireCodec.Kinds.Except(s_lines.Value.Select(line => line["kind"]!.GetValue<string>())).ToArray();
        Assert.True(missing.Length == 0, $"Add to messages.jsonl:\n{string.Join('\n', missing.SelectMany(kind => new[] { 1, 2, 3 }.Select(seed => Line(kind, seed))))}");
    }

    private static string Line(string kind, int seed)
    {
        var described = AnyRecord.Described(TypeOf(kind), new Random(seed));
        var message = (IMessage)AnyRecord.Read(TypeOf(kind), described);
        return new JsonObject { ["kind"] = kind, ["message"] = described, ["bytes"] = Hex(message), ["size"] = WireCodec.Size(message) }.ToJsonString();
    }

    private static Type TypeOf(string kind) => MessageForms.All.Single(form => form.Kind == kind).Type;

    private static string Hex(IMessage message) => Convert.ToHexStringLower(Google.Protobuf.MessageExtensions.ToByteArray(WireCodec.Encode(message)));
}
