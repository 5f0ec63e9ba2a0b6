using NMoE.Learning.Devices;
using NMoE.Learning.Identity;

namespace NMoE.Learning.Tests.Devices;

/// <summary>Devices by name, and what a machine lacks for them.</summary>
public sealed class ComputeDeviceTests
{
    private static readonly Gpus s_two = new([new(0, "NVIDIA H200", 150_754_820_096, "9.0"), new(1, "NVIDIA L4", 24L << 30, "8.9")], "580.159.04", null);
    private static readonly Gpus s_none = new([], null, "this machine has no NVIDIA driver (libcuda.so.1 does not load)");

    [Theory]
    [InlineData("cpu", "cpu")]
    [InlineData("cuda", "cuda:0")]
    [InlineData("cuda:0", "cuda:0")]
    [InlineData("cuda:63", "cuda:63")]
    [InlineData("cuda:64", null)]
    [InlineData("cuda:-1", null)]
    [InlineData("cuda: 1", null)]
    [InlineData("cuda:", null)]
    [InlineData("CUDA", null)]
    [InlineData("mps", null)]
    [InlineData("", null)]
    public void A_device_has_one_name(string text, string? name) => Assert.Equal(name, ComputeDevice.Read(text)?.ToString());

    /// <summary>Each row is a device and a machine that lacks something for it.</summary>
    [Theory]
    [InlineData("cuda", 0, 0, true, "compute.device = cuda:0: this machine has no NVIDIA driver (libcuda.so.1 does not load). compute.device = cpu needs none of this.")]
    [InlineData("cuda:2", 2, 2, true, "compute.device = cuda:2: there is no such GPU; there is cuda:0 (NVIDIA H200), cuda:1 (NVIDIA L4). Write one of these, or cpu.")]
    [InlineData("cuda", 2, 0, true, "compute.device = cuda:0: libtorch 2.10.0 of /l finds no GPU, and the driver has cuda:0 (NVIDIA H200), cuda:1 (NVIDIA L4). Set NMOE_LIBTORCH to the folder of a PyTorch for CUDA, or build with NMOE_TORCH=cuda (docs/gpu.md).")]
    [InlineData("cuda:1", 2, 1, true, "compute.device = cuda:1: libtorch 2.10.0 of /l finds 1 of the driver's GPUs, cuda:0 (NVIDIA H200), cuda:1 (NVIDIA L4). Write one of the first.")]
    [InlineData("cuda:1", 2, 2, false, "compute.device = cuda:1: CUBLAS_WORKSPACE_CONFIG is not set, without which cuBLAS may round otherwise each time. Start the program with ./nmoe, which sets it.")]
    [InlineData("cuda:1", 2, 2, true, null)]
    [InlineData("cpu", 0, 0, false, null)]
    public void What_is_lacking_is_said_with_what_would_be_right(string device, int gpus, int counted, bool workspace, string? said) =>
        Assert.Equal(said, new DeviceFacts(gpus == 0 ? s_none : s_two, "libtorch 2.10.0 of /l", counted, workspace).Problem(ComputeDevice.Read(device)!)?.Message);

    /// <summary>Whoever has no GPU keeps the keys that were there before there were devices.</summary>
    [Theory]
    [InlineData("cpu", false, null, "torch=0.107.0.0;threads=1;probe=p")]
    [InlineData("cpu", false, "2.10.0+cu128", "torch=0.107.0.0;threads=1;probe=p")]
    [InlineData("cpu", false, "2.11.0+cu130", "torch=0.107.0.0;threads=1;libtorch=2.11.0+cu130;probe=p")]
    [InlineData("cuda", false, "2.10.0+cu128", "torch=0.107.0.0;threads=1;libtorch=2.10.0+cu128;gpu=NVIDIA H200;capability=9.0;driver=580.159.04;tf32=off;probe=p")]
    [InlineData("cuda:1", true, null, "torch=0.107.0.0;threads=1;gpu=NVIDIA L4;capability=8.9;driver=580.159.04;tf32=on;probe=p")]
    public void The_device_its_driver_and_its_library_are_part_of_the_key(string device, bool tf32, string? libtorch, string words) =>
        Assert.Equal(words, Fingerprint.Machine(ComputeDevice.Read(device)! with { Tf32 = tf32 }, s_two, libtorch, "p"));

    [Fact]
    public void A_machine_without_a_GPU_says_so_before_libtorch_is_asked()
    {
        if (Gpus.Here() is { Problem: { } problem } gpus)
        {
            Assert.Empty(gpus.All);
            var refused = Assert.Throws<NoDeviceException>(() => TorchThreads.Prepare(new ComputeDevice(0)));
            Assert.StartsWith($"compute.device = cuda:0: {problem}. ", refused.Message, StringComparison.Ordinal);
        }
    }

    /// <summary>The switches are libtorch's own functions, called by their compiled names: that they are the right ones shows on the CPU.</summary>
    [Fact]
    public void Libtorch_is_told_to_compute_alike_each_time()
    {
        TorchThreads.Prepare();
        try
        {
            DeviceSetup.ComputeAlike(on: true, tf32: true);
            Assert.Equal((true, true, true), (DeviceSetup.IsDeterministic, TorchSharp.torch.backends.cuda.matmul.allow_tf32, TorchSharp.torch.backends.cudnn.allow_tf32));
            DeviceSetup.ComputeAlike(on: true, tf32: false);
            Assert.Equal((true, false, false), (DeviceSetup.IsDeterministic, TorchSharp.torch.backends.cuda.matmul.allow_tf32, TorchSharp.torch.backends.cudnn.allow_tf32));
        }
        finally
        {
            DeviceSetup.ComputeAlike(on: false, tf32: false);
        }

        Assert.False(DeviceSetup.IsDeterministic);
    }
}
