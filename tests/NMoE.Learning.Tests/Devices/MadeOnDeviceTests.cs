using Mono.Cecil;
using NMoE.Learning.Devices;
using NMoE.Learning.Models;

namespace NMoE.Learning.Tests.Devices;

/// <summary>Read from the compiled code: who makes tensors, or reads their memory, without asking where the job's are.</summary>
public sealed class MadeOnDeviceTests
{
    // What makes a tensor of a shape alone, of managed numbers, or of a file; and what reads a tensor's memory.
    private static readonly string[] s_makers =
    [
        "tensor", "as_tensor", "from_array", "frombuffer", "zeros", "ones", "empty", "empty_strided", "full", "eye", "arange", "linspace", "logspace", "rand", "randn", "randint", "randperm", "complex", "load",
    ];

    private static readonly string[] s_readers = ["get_bytes", "set_bytes", "data", "get_handle"];

    /// <summary>Those that do so where tensors lie in the process's own memory, or before they are sent on.</summary>
    private static readonly string[] s_onCpu =
        ["FlatParameters..ctor: get_bytes", "FlatParameters..ctor: zeros", "FlatParameters.get_Values: get_bytes", "Pictures.Empty: empty", "Pictures.Empty: get_bytes", "Sgd.Values: get_bytes", "TensorMemory.GetSpan: get_bytes"];

    [Fact]
    public void Tensors_are_made_and_read_where_the_job_is_computed() =>
        Assert.Equal(s_onCpu, Elsewhere(typeof(Network).Assembly.Location).Where(found => !found.StartsWith(nameof(Backend) + ".", StringComparison.Ordinal)).Distinct().Order(StringComparer.Ordinal));

    [Theory]
    [InlineData(nameof(Made), "zeros")]
    [InlineData(nameof(Read), "get_bytes")]
    public void One_that_is_made_or_read_elsewhere_is_found(string method, string call) =>
        Assert.Contains($"{nameof(MadeOnDeviceTests)}.{method}: {call}", Elsewhere(typeof(MadeOnDeviceTests).Assembly.Location));

    internal static TorchSharp.torch.Tensor Made() => TorchSharp.torch.zeros(3);

    internal static int Read(TorchSharp.torch.Tensor values) => values.bytes.Length;

    private static IEnumerable<string> Elsewhere(string assembly)
    {
        using var module = ModuleDefinition.ReadModule(assembly);
        return [.. module.GetTypes().SelectMany(type => type.Methods).Where(method => method.HasBody).SelectMany(Elsewhere)];
    }

    private static IEnumerable<string> Elsewhere(MethodDefinition method) => method.Body.Instructions
        .Select(step => step.Operand).OfType<MethodReference>()
        .Where(called => (called.DeclaringType.FullName == "TorchSharp.torch" && s_makers.Contains(called.Name)) || (called.DeclaringType.FullName == "TorchSharp.torch/Tensor" && s_readers.Contains(called.Name)))
        .Select(called => $"{method.DeclaringType.Name}.{method.Name}: {called.Name}");
}
