using NMoE.Learning.Devices;
using NMoE.Learning.Identity;

namespace NMoE.Cli.Doctor;

/// <summary>Which devices there are, and whether training runs on each.</summary>
/// <param name="facts">What the machine has.</param>
/// <param name="run">Trains on a device.</param>
internal sealed class DevicesCheck(Func<DeviceFacts> facts, Func<ComputeDevice, DeviceTrial> run) : IDoctorCheck
{
    /// <summary>The devices of this machine.</summary>
    public DevicesCheck()
        : this(DeviceTrial.Facts, DeviceTrial.Of)
    {
    }

    public string Subject => "devices";

    public IReadOnlyList<Finding> Look()
    {
        DeviceFacts found;
        try
        {
            found = facts();
        }
        catch (MissingLibraryException)
        {
            // The check of the library says so.
            return [];
        }

        return
        [
            Tried(ComputeDevice.Cpu, "", FindingLevel.Broken),
            .. found.Gpus.Problem is { } none
                ? [new Finding("device cuda", FindingLevel.Good, $"none: {none}")]
                : found.Gpus.All.Select(gpu => Of(found, gpu)),
        ];
    }

    private Finding Of(DeviceFacts found, Gpu gpu)
    {
        var device = new ComputeDevice(gpu.Number);
        var words = $"{gpu.Name}, {Bytes.Gibibytes(gpu.Bytes)}, compute capability {gpu.Capability}, driver {found.Gpus.Driver}";
        return found.Problem(device) is { } problem
            ? new($"device {device}", FindingLevel.Advice, $"{words}: {problem.Problem}", problem.Remedy)
            : Tried(device, $"{words}, {found.LibTorch}: ", FindingLevel.Advice);
    }

    /// <summary>Steps on a device. Without the processor nothing runs; without a GPU experiments do.</summary>
    private Finding Tried(ComputeDevice device, string words, FindingLevel failed)
    {
        var subject = $"device {device}";
        try
        {
            var trial = run(device);
            var streams = device.IsCpu ? "" : trial.HasStream ? "; each thread has a stream of its own" : "; all threads share a stream";
            return trial.Alike
                ? new(subject, FindingLevel.Good, FormattableString.Invariant($"{words}training steps in fp32 and bf16 run, twice to the same bits ({trial.Time.TotalSeconds:0.00} s{streams})"))
                : new(subject, failed, $"{words}the same training steps gave other bits the second time", "Report it; results of this device cannot be remembered.");
        }
#pragma warning disable CA1031 // What a driver or a library throws is what is to be told.
        catch (Exception error)
#pragma warning restore CA1031
        {
            return new(subject, failed, $"{words}a training step does not run ({error.GetBaseException().Message.Split('\n')[0].Trim().TrimEnd('.')})", "compute.device = cpu is what there is.");
        }
    }
}
