using System.Collections.Immutable;
using Google.Protobuf.WellKnownTypes;
using NMoE.Cluster.Wire;
using NMoE.Federation.Protocol;

namespace NMoE.Cluster.Tests.Wire;

/// <summary>A message of these tests.</summary>
public sealed record Word(string Text)
{
    /// <summary>Its form: at most 20 letters, in at most 64 bytes.</summary>
    public static ImmutableArray<WireForm> Forms { get; } =
    [
        new("test-word/1", typeof(Word), message => new StringValue { Value = ((Word)message).Text }, Read, 64),
    ];

    private static Word Read(ReadOnlyMemory<byte> bytes)
    {
        var text = StringValue.Parser.ParseFrom(bytes.Span).Value;
        return text.Length <= 20 ? new Word(text) : throw new WireException("A word has at most 20 letters.");
    }
}
