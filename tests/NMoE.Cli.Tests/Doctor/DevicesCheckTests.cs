using NMoE.Cli.Doctor;
using NMoE.Learning.Devices;

namespace NMoE.Cli.Tests.Doctor;

public sealed class DevicesCheckTests
{
    private static readonly Gpus s_one = new([new(0, "NVIDIA H200", 141L << 30, "9.0")], "580.159.04", null);

    [Fact]
    public void The_processor_of_this_machine_trains_twice_to_the_same_bits() =>
        Assert.Matches("^training steps in fp32 and bf16 run, twice to the same bits \\([0-9.]+ s\\)$", Assert.Single(new DevicesCheck().Look(), finding => finding.Subject == "device cpu").Detail);

    /// <summary>Each row is a machine: how many GPUs libtorch finds, what comes of a step, and what is said of the GPU.</summary>
    [Theory]
    [InlineData(1, "alike", "Good", "NVIDIA H200, 141.0 GiB, compute capability 9.0, driver 580.159.04, libtorch 2.10.0 of /l: training steps in fp32 and bf16 run, twice to the same bits (0.25 s; each thread has a stream of its own)")]
    [InlineData(1, "otherwise", "Advice", "NVIDIA H200, 141.0 GiB, compute capability 9.0, driver 580.159.04, libtorch 2.10.0 of /l: the same training steps gave other bits the second time")]
    [InlineData(1, "throws", "Advice", "NVIDIA H200, 141.0 GiB, compute capability 9.0, driver 580.159.04, libtorch 2.10.0 of /l: a training step does not run (CUDA error: no kernel image)")]
    [InlineData(0, "throws", "Advice", "NVIDIA H200, 141.0 GiB, compute capability 9.0, driver 580.159.04: libtorch 2.10.0 of /l finds no GPU, and the driver has cuda:0 (NVIDIA H200)")]
    public void A_GPU_is_told_with_what_comes_of_a_step(int counted, string step, string level, string detail)
    {
        var findings = new DevicesCheck(() => new(s_one, "libtorch 2.10.0 of /l", counted, true), device => device.IsCpu || step == "alike"
            ? new(true, TimeSpan.FromSeconds(0.25), true)
            : step == "throws" ? throw new InvalidOperationException("CUDA error: no kernel image.\nmore") : new(false, TimeSpan.Zero, true)).Look();

        Assert.Equal(["device cpu", "device cuda:0"], findings.Select(finding => finding.Subject));
        Assert.Equal((level, detail), (findings[1].Level.ToString(), findings[1].Detail));
    }

    [Fact]
    public void A_library_that_does_not_load_is_told_once() =>
        Assert.Empty(new DevicesCheck(() => throw new MissingLibraryException("libtorch", "it is of version 1.13", "Write another."), _ => new(true, TimeSpan.Zero, false)).Look());

    [Fact]
    public void A_machine_without_a_GPU_is_well()
    {
        var findings = new DevicesCheck(() => new(new([], null, "this machine has no NVIDIA driver"), "libtorch", 0, true), _ => new(true, TimeSpan.Zero, false)).Look();

        Assert.Equal(("device cuda", FindingLevel.Good, "none: this machine has no NVIDIA driver"), (findings[1].Subject, findings[1].Level, findings[1].Detail));
    }
}
