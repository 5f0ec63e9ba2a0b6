using Mono.Cecil;
using Mono.Cecil.Cil;
using NMoE.Learning.Models;
using TorchSharp;
using static TorchSharp.torch;
using Kind = Mono.Cecil.Cil.Code;

namespace NMoE.Learning.Tests.Tensors;

/// <summary>
/// TorchSharp makes scalars on the fly in many of its methods, and the garbage collector may free one while native code reads it.
/// Read from the compiled code: who calls such a method, or passes a scalar on without holding it.
/// </summary>
public sealed class HeldScalarsTests
{
    private static readonly CompiledCode Read = new();

    [Fact]
    public void Learning_makes_no_scalar_that_it_does_not_hold() =>
        Assert.Empty(Read.Unheld(typeof(Network).Assembly.Location));

    [Theory]
    [InlineData(nameof(Sum))]
    [InlineData(nameof(Half))]
    [InlineData(nameof(Passed))]
    public void A_scalar_that_nobody_holds_is_found(string method) =>
        Assert.Contains(Read.Unheld(typeof(HeldScalarsTests).Assembly.Location), found => found.Contains($"{nameof(HeldScalarsTests)}.{method}:", StringComparison.Ordinal));

    internal static Tensor Sum(Tensor a, Tensor b) => a + b;

    internal static Tensor Half(Tensor a) => a.div(2);

    internal static Tensor Passed(Tensor a, double factor) => a.mul(factor);

    private sealed class CompiledCode
    {
        private readonly DefaultAssemblyResolver _resolver = new();
        private readonly Dictionary<string, bool> _makes = new(StringComparer.Ordinal);

        public CompiledCode() => _resolver.AddSearchDirectory(AppContext.BaseDirectory);

        public string[] Unheld(string assembly)
        {
            using var module = ModuleDefinition.ReadModule(assembly, new ReaderParameters { AssemblyResolver = _resolver });
            return [.. module.GetTypes().SelectMany(type => type.Methods).Where(method => method.HasBody).SelectMany(Unheld)];
        }

        private IEnumerable<string> Unheld(MethodDefinition method) => method.Body.Instructions
            .Where(step => step.Operand is MethodReference called && (IsScalar(called) ? !IsStored(step.Next) : Makes(called)))
            .Select(step => $"{method.DeclaringType.Name}.{method.Name}: {((MethodReference)step.Operand).Name}");

        private static bool IsScalar(MethodReference called) =>
            (called.DeclaringType.Name == nameof(Scalar) && called.Name == "op_Implicit") || called.Name == "ToScalar";

        private static bool IsStored(Instruction next) =>
            next.OpCode.Code is Kind.Stloc or Kind.Stloc_S or Kind.Stloc_0 or Kind.Stloc_1
                or Kind.Stloc_2 or Kind.Stloc_3 or Kind.Stfld or Kind.Stsfld;

        private bool Makes(MethodReference called) =>
            called.DeclaringType.FullName.StartsWith("TorchSharp.", StringComparison.Ordinal) && called.Resolve() is { HasBody: true } body && Makes(body);

        private bool Makes(MethodDefinition method)
        {
            if (_makes.TryGetValue(method.FullName, out var known))
                return known;

            // Methods that call each other count as innocent until one of them is seen to make a scalar.
            _makes[method.FullName] = false;
            var calls = method.Body.Instructions.Select(step => step.Operand).OfType<MethodReference>().ToArray();
            return _makes[method.FullName] = calls.Any(IsScalar) || calls.Any(Makes);
        }
    }
}
