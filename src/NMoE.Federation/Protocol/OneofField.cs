using Google.Protobuf;
using Google.Protobuf.Reflection;

namespace NMoE.Federation.Protocol;

/// <summary>Finds the place of a kind in an envelope by the type of its Protobuf form, so that only the schema says it.</summary>
public static class OneofField
{
    /// <summary>The field of an envelope that holds forms of a type.</summary>
    /// <exception cref="InvalidOperationException">The schema has none, or more than one.</exception>
    public static FieldDescriptor Of<TEnvelope, TForm>()
        where TEnvelope : IMessage<TEnvelope>, new()
        where TForm : IMessage<TForm> =>
        new TEnvelope().Descriptor.Fields.InDeclarationOrder().Single(field => field.ContainingOneof is not null && field.MessageType.ClrType == typeof(TForm));
}
