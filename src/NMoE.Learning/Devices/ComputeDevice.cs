using System.Globalization;

namespace NMoE.Learning.Devices;

/// <summary>Where the tensors of jobs lie and are computed.</summary>
/// <param name="Cuda">The GPU's number from 0, as CUDA counts them; null for the CPU.</param>
/// <param name="Tf32">Whether a GPU may round the factors of fp32 products to 10 bits (TF32). Nothing on the CPU.</param>
public sealed record ComputeDevice(int? Cuda, bool Tf32 = false)
{
    /// <summary>What the name of a GPU begins with.</summary>
    public const string CudaName = "cuda";

    private const string CpuName = "cpu";
    private const int MostGpus = 64;

    /// <summary>The CPU.</summary>
    public static ComputeDevice Cpu { get; } = new((int?)null);

    /// <summary>Whether it is the CPU.</summary>
    public bool IsCpu => Cuda is null;

    /// <summary>A device by its name; null where it is none: cpu, cuda (the first GPU) or cuda:N.</summary>
    public static ComputeDevice? Read(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return text switch
        {
            CpuName => Cpu,
            CudaName => new(0),
            _ when text.StartsWith(CudaName + ":", StringComparison.Ordinal)
                && int.TryParse(text.AsSpan(CudaName.Length + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number < MostGpus => new(number),
            _ => null,
        };
    }

    /// <summary>Its name: cpu or cuda:N.</summary>
    public override string ToString() => Cuda is { } number ? string.Create(CultureInfo.InvariantCulture, $"{CudaName}:{number}") : CpuName;
}

/// <summary>A device that jobs were to be computed on is not to be had; the message says why, and what would be right.</summary>
/// <param name="device">The device.</param>
/// <param name="problem">Why.</param>
/// <param name="remedy">What would be right; a sentence.</param>
public sealed class NoDeviceException(ComputeDevice device, string problem, string remedy) : Exception($"compute.device = {device}: {problem}. {remedy}")
{
    /// <summary>Why.</summary>
    public string Problem { get; } = problem;

    /// <summary>What would be right.</summary>
    public string Remedy { get; } = remedy;
}
