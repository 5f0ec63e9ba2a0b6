using Mono.Cecil;
using Mono.Cecil.Cil;

namespace NMoE.Architecture.Tests;

/// <summary>One part of a room that names one of another.</summary>
/// <param name="From">The room that names.</param>
/// <param name="To">The room that is named.</param>
/// <param name="By">The type, or the file, that names.</param>
/// <param name="Named">The type that is named, or that a file opens the whole room.</param>
internal sealed record Naming(string From, string To, string By, string Named);

/// <summary>Who names whom among the rooms (namespaces) of one assembly, by all that its compiled types refer to.</summary>
internal static class CompiledRooms
{
    public static IReadOnlyList<Naming> Namings(string assembly)
    {
        using var module = ModuleDefinition.ReadModule(assembly);
        return [.. module.GetTypes()
            .SelectMany(type => Named(type, module).Select(named => new Naming(Room(type), Room(named), Name(type), Name(named))))
            .Where(naming => naming.From != naming.To && IsRoom(naming.From) && IsRoom(naming.To))
            .Distinct()];
    }

    private static IEnumerable<TypeDefinition> Named(TypeDefinition type, ModuleDefinition module) => References(type)
        .SelectMany(Parts).Where(part => part is TypeDefinition || part.Scope == module).Select(part => part.Resolve()).Distinct();

    // What the compiler makes for itself lies in no room.
    private static bool IsRoom(string room) => room.StartsWith("NMoE.", StringComparison.Ordinal);

    private static string Room(TypeReference type) => type.DeclaringType is { } outer ? Room(outer) : type.Namespace;

    private static string Name(TypeReference type) => type.DeclaringType is { } outer ? Name(outer) : type.Name.Split('`')[0];

    private static IEnumerable<TypeReference?> References(TypeDefinition type) =>
    [
        type.BaseType,
        .. type.Interfaces.Select(item => item.InterfaceType),
        .. Attributes(type),
        .. Constraints(type),
        .. type.Fields.SelectMany(field => Attributes(field).Append(field.FieldType)),
        .. type.Properties.SelectMany(Attributes),
        .. type.Methods.SelectMany(Signature),
        .. type.Methods.Where(method => method.HasBody).SelectMany(method => Body(method.Body)),
    ];

    private static IEnumerable<TypeReference?> Attributes(ICustomAttributeProvider provider) => provider.CustomAttributes
        .SelectMany(item => item.ConstructorArguments.Select(argument => argument.Value as TypeReference).Append(item.AttributeType));

    private static IEnumerable<TypeReference?> Constraints(IGenericParameterProvider provider) =>
        provider.GenericParameters.SelectMany(parameter => parameter.Constraints.Select(constraint => constraint.ConstraintType));

    private static IEnumerable<TypeReference?> Signature(MethodDefinition method) =>
        [method.ReturnType, .. method.Parameters.Select(parameter => parameter.ParameterType), .. Attributes(method), .. Constraints(method)];

    private static IEnumerable<TypeReference?> Body(MethodBody body) =>
    [
        .. body.Variables.Select(variable => variable.VariableType),
        .. body.ExceptionHandlers.Select(handler => handler.CatchType),
        .. body.Instructions.SelectMany(step => Operand(step.Operand)),
    ];

    private static IEnumerable<TypeReference?> Operand(object? operand) => operand switch
    {
        MethodReference method =>
        [
            method.DeclaringType, method.ReturnType, .. method.Parameters.Select(parameter => parameter.ParameterType),
            .. method is GenericInstanceMethod made ? made.GenericArguments : [],
        ],
        FieldReference field => [field.DeclaringType, field.FieldType],
        TypeReference type => [type],
        _ => [],
    };

    /// <summary>What a type is made of: an array and a list of A name A.</summary>
    private static IEnumerable<TypeReference> Parts(TypeReference? type) => type switch
    {
        null or GenericParameter => [],
        GenericInstanceType made => [made.ElementType, .. made.GenericArguments.SelectMany(Parts)],
        IModifierType modified => [.. Parts(modified.ModifierType), .. Parts(modified.ElementType)],
        TypeSpecification made => Parts(made.ElementType),
        _ => [type],
    };
}
