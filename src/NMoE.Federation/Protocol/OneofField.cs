namespace NMoE.Federation.Protocol;

/// <summary>The place of a kind in an envelope: the one field that holds forms of its type, so that only the schema says which it is.</summary>
/// <param name="Name">The field's name.</param>
/// <param name="Set">Puts a form into an envelope.</param>
/// <param name="Get">The form in an envelope that has one of this type.</param>
public sealed record OneofField<TEnvelope, TForm>(string Name, Action<TEnvelope, TForm> Set, Func<TEnvelope, TForm> Get)
    where TEnvelope : class
    where TForm : class;

/// <summary>Finds the place of a kind in an envelope.</summary>
public static class OneofField
{
    /// <summary>The field of an envelope that holds forms of a type. The generated class is asked, and not its schema, which takes long to build.</summary>
    /// <exception cref="InvalidOperationException">There is none, or more than one.</exception>
    public static OneofField<TEnvelope, TForm> Of<TEnvelope, TForm>()
        where TEnvelope : class
        where TForm : class
    {
        var field = typeof(TEnvelope).GetProperties().Single(property => property.PropertyType == typeof(TForm));
        return new(field.Name, field.SetMethod!.CreateDelegate<Action<TEnvelope, TForm>>(), field.GetMethod!.CreateDelegate<Func<TEnvelope, TForm>>());
    }
}
