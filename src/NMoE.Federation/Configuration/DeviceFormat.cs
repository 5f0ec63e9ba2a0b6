using NMoE.Learning.Devices;

namespace NMoE.Federation.Configuration;

/// <summary>What jobs are computed on.</summary>
internal sealed record DeviceFormat() : ScalarFormat<ComputeDevice>("cpu, cuda or \"cuda:N\" with N in 0..63")
{
    public override string Write(ComputeDevice value) => value.IsCpu ? value.ToString() : Quote(value.ToString());

    protected override Reading<ComputeDevice> Read(string text) => ComputeDevice.Read(text) is { } device ? Reading<ComputeDevice>.Of(device) : Reading<ComputeDevice>.Wrong($"'{text}' is no device");
}
