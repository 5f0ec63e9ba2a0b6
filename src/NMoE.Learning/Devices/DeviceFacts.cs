namespace NMoE.Learning.Devices;

/// <summary>What a machine and this process have for computing on a GPU.</summary>
/// <param name="Gpus">What the driver finds.</param>
/// <param name="LibTorch">What is loaded, in words, such as <c>libtorch 2.10.0+cu128 of /opt/torch</c>.</param>
/// <param name="LibTorchCounts">How many GPUs libtorch itself finds: 0 for one that is built for the CPU.</param>
/// <param name="HasWorkspace">Whether cuBLAS was told at the process's start to compute alike each time (<c>CUBLAS_WORKSPACE_CONFIG</c>).</param>
public sealed record DeviceFacts(Gpus Gpus, string LibTorch, int LibTorchCounts, bool HasWorkspace)
{
    private const string OnCpu = "compute.device = cpu needs none of this.";

    /// <summary>Why jobs cannot be computed on a device, and what would be right; null where they can.</summary>
    public NoDeviceException? Problem(ComputeDevice device)
    {
        ArgumentNullException.ThrowIfNull(device);
        if (device.Cuda is not { } number)
            return null;
        if (Gpus.Problem is { } problem)
            return new(device, problem, OnCpu);
        var names = string.Join(", ", Gpus.All.Select(gpu => $"{gpu.Device} ({gpu.Name})"));
        return number >= Gpus.All.Length ? new(device, $"there is no such GPU; there is {names}", "Write one of these, or cpu.")
            : LibTorchCounts == 0 ? new(device, $"{LibTorch} finds no GPU, and the driver has {names}", $"Set {LibTorchFolder.Variable} to the folder of a PyTorch for CUDA, or build with NMOE_TORCH=cuda (docs/gpu.md).")
            : number >= LibTorchCounts ? new(device, FormattableString.Invariant($"{LibTorch} finds {LibTorchCounts} of the driver's GPUs, {names}"), "Write one of the first.")
            : !HasWorkspace ? new(device, "CUBLAS_WORKSPACE_CONFIG is not set, without which cuBLAS may round otherwise each time", "Start the program with ./nmoe, which sets it.")
            : null;
    }
}
