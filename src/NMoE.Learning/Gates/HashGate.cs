using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using NMoE.Chance;
using NMoE.Learning.Training;

namespace NMoE.Learning.Gates;

/// <summary>Experts by a fixed hash of the sample (HetuMoE, arXiv 2203.14685): the same latent goes to the same experts, whoever has it, in whichever request. Nothing is trained, and all experts are asked alike in the mean.</summary>
public sealed class HashGate : IGate
{
    /// <summary>Its name.</summary>
    public const string GateName = "hash";

    /// <inheritdoc/>
    public string Name => GateName;

    /// <inheritdoc/>
    public string Title => "Hash";

    /// <inheritdoc/>
    public Choices Choose(GateInput samples)
    {
        ArgumentNullException.ThrowIfNull(samples);
        var (settings, hash) = (samples.Settings, new byte[SHA256.HashSizeInBytes]);
        var chosen = new List<int>(samples.Rows * settings.K);
        for (var row = 0; row < samples.Rows; row++)
        {
            SHA256.HashData(MemoryMarshal.AsBytes(samples.Latent(row)), hash);
            var draws = new Draws(BinaryPrimitives.ReadUInt64LittleEndian(hash), (uint)DrawPurpose.Route, 0);
            chosen.AddRange(draws.Permutation(settings.Clients).Where(settings.MayChoose).Take(settings.K));
        }

        return Choices.Alike([.. chosen], settings.K);
    }
}
