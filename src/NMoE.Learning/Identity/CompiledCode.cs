using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Mono.Cecil;
using Mono.Cecil.Cil;

namespace NMoE.Learning.Identity;

/// <summary>
/// Hashes the compiled code that a job function can reach, method by method, so that a changed gate leaves what is remembered of stage 1 alone.
/// What is reached counts generously: of a type that is named as such, every method that can be called through an interface or a base, and every
/// constructor and property. Code outside the given assemblies counts by its name; libtorch's version stands in the fingerprint.
/// </summary>
internal sealed class CompiledCode : IDisposable
{
    private const string Generated = "<PrivateImplementationDetails>";
    private readonly Modules _modules = new();

    /// <summary>Reads assemblies.</summary>
    /// <param name="images">The bytes of those whose code counts.</param>
    internal CompiledCode(IEnumerable<ReadOnlyMemory<byte>> images)
    {
        foreach (var image in images)
        {
            _modules.Add(ModuleDefinition.ReadModule(new MemoryStream(image.ToArray(), writable: false), new ReaderParameters { AssemblyResolver = _modules }));
        }
    }

    /// <summary>SHA-256, in lower-case hexadecimal digits, over all that a method of a type can reach.</summary>
    /// <param name="type">A type of these assemblies.</param>
    /// <param name="method">The method's name; the type's constructors count too.</param>
    public string HashOf(Type type, string method)
    {
        var start = _modules.Counting[type.Assembly.GetName().Name!].GetType(type.FullName!.Replace('+', '/'));
        var reached = new Reached(_modules.Counting);
        foreach (var entry in start.Methods.Where(candidate => candidate.Name == method || candidate.IsConstructor))
        {
            reached.Enqueue(entry);
        }

        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(reached.Text())));
    }

    public void Dispose() => _modules.Dispose();

    /// <summary>Finds the assemblies that others name: those whose code counts as they were given, whatever lies beside the program by now.</summary>
    private sealed class Modules : DefaultAssemblyResolver
    {
        public Modules() => AddSearchDirectory(AppContext.BaseDirectory);

        public SortedDictionary<string, ModuleDefinition> Counting { get; } = new(StringComparer.Ordinal);

        public void Add(ModuleDefinition module)
        {
            RegisterAssembly(module.Assembly);
            Counting.Add(module.Assembly.Name.Name, module);
        }
    }

    private sealed class Reached(SortedDictionary<string, ModuleDefinition> modules)
    {
        private readonly SortedDictionary<string, string> _methods = new(StringComparer.Ordinal);
        private readonly SortedSet<string> _types = new(StringComparer.Ordinal);
        private readonly Queue<MethodDefinition> _waiting = new();

        /// <summary>All that is reached, in ordinal order.</summary>
        public string Text()
        {
            while (_waiting.TryDequeue(out var method))
            {
                _methods[method.FullName] = Code(method);
            }

            return string.Concat(_methods.Select(pair => $"{pair.Key}\n{pair.Value}"));
        }

        public void Enqueue(MethodDefinition method)
        {
            if (_methods.TryAdd(method.FullName, ""))
            {
                _waiting.Enqueue(method);
            }
        }

        private string Code(MethodDefinition method)
        {
            StaticParts(method.DeclaringType);
            if (!method.HasBody)
            {
                return "";
            }

            var text = new StringBuilder();
            foreach (var variable in method.Body.Variables)
            {
                text.Append(CultureInfo.InvariantCulture, $"local {variable.VariableType.FullName}\n");
            }

            foreach (var step in method.Body.Instructions)
            {
                text.Append(CultureInfo.InvariantCulture, $"{step.OpCode.Name} {Operand(step.Operand)}\n");
            }

            foreach (var handler in method.Body.ExceptionHandlers)
            {
                text.Append(CultureInfo.InvariantCulture, $"{handler.HandlerType} {handler.TryStart.Offset} {handler.HandlerStart?.Offset} {handler.CatchType?.FullName}\n");
            }

            return text.ToString();
        }

        private string Operand(object? operand)
        {
            switch (operand)
            {
                case MethodReference method:
                    Reach(method);
                    return method.FullName;
                case FieldReference field:
                    if (Ours(field.DeclaringType) is { } owner)
                    {
                        StaticParts(owner);
                    }

                    return field.FullName;
                case TypeReference type:
                    Name(type);
                    return type.FullName;
                case Instruction target:
                    return target.Offset.ToString(CultureInfo.InvariantCulture);
                case Instruction[] targets:
                    return string.Join(',', targets.Select(target => target.Offset));
                case VariableReference variable:
                    return variable.Index.ToString(CultureInfo.InvariantCulture);
                case ParameterReference parameter:
                    return parameter.Index.ToString(CultureInfo.InvariantCulture);
                default:
                    return Convert.ToString(operand, CultureInfo.InvariantCulture) ?? "";
            }
        }

        private void Reach(MethodReference method)
        {
            foreach (var argument in method is GenericInstanceMethod generic ? generic.GenericArguments : [])
            {
                Name(argument);
            }

            if (method.Name == ".ctor" || method.DeclaringType is GenericInstanceType)
            {
                Name(method.DeclaringType);
            }

            if (Ours(method.DeclaringType) is not null && method.Resolve() is { } found)
            {
                Enqueue(found);
            }
        }

        /// <summary>A type that may be made, or handed to code outside: what that code can call counts.</summary>
        private void Name(TypeReference type)
        {
            foreach (var argument in type is GenericInstanceType generic ? generic.GenericArguments : [])
            {
                Name(argument);
            }

            if (Ours(type) is not { IsEnum: false } found || !_types.Add(found.FullName))
            {
                return;
            }

            StaticParts(found);
            foreach (var method in found.Methods.Where(method => method.IsVirtual || method.IsConstructor || method.IsGetter || method.IsSetter))
            {
                Enqueue(method);
            }

            if (found.BaseType is { } parent)
            {
                Name(parent);
            }
        }

        private void StaticParts(TypeDefinition type)
        {
            if (type.Methods.FirstOrDefault(method => method.IsConstructor && method.IsStatic) is { } initialiser)
            {
                Enqueue(initialiser);
            }
        }

        private TypeDefinition? Ours(TypeReference type)
        {
            var plain = type.GetElementType();
            return !plain.IsGenericParameter && plain.FullName != Generated && plain.Resolve() is { } found
                && modules.ContainsKey(found.Module.Assembly.Name.Name)
                ? found
                : null;
        }
    }
}
