using System.Security.Cryptography;
using NMoE.Learning.Devices;
using NMoE.Learning.Models;

namespace NMoE.Learning.Identity;

/// <summary>
/// One training step of an experiment's own model: kernels are chosen by width, batch and precision, so machines that agree about a small model (<see cref="Fingerprint.Probe"/>) may
/// still round another one differently.
/// </summary>
/// <param name="Model">The experiment's model.</param>
/// <param name="Batch">The experiment's mini-batch size, from 1.</param>
public sealed record StepProbe(ModelSpec Model, int Batch)
{
    /// <summary>The most pictures of the step. More than 16, from where on convolutions go the way of larger batches; few enough for seconds at the paper's width.</summary>
    public const int MostPictures = 64;

    /// <summary>SHA-256, in lowercase hexadecimal digits, of F and H after one step of FedCE on one mini-batch of drawn pictures, on the CPU. Runs on the calling thread, which <see cref="TorchThreads.Prepare()"/> has prepared.</summary>
    public string Hash() => Hash(ComputeDevice.Cpu);

    /// <summary>The same on a device.</summary>
    /// <exception cref="NoDeviceException">There is no such device.</exception>
    public string Hash(ComputeDevice device)
    {
        using var there = DeviceSetup.Visit(device);
        var pictures = Math.Min(Batch, MostPictures);
        return Convert.ToHexStringLower(SHA256.HashData([.. new ProbeJobs(Model, pictures).Train(pictures).Blobs.SelectMany(blob => blob.ToArray())]));
    }
}
