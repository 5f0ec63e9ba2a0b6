using System.Security.Cryptography;
using System.Text;

namespace NMoE.Federation.Settings;

/// <summary>What all chance of an experiment follows from.</summary>
public static class ChanceKeys
{
    /// <summary>A 64-bit key for a purpose: the same for the same experiment seed, whatever else the experiment does.</summary>
    /// <param name="settings">The experiment.</param>
    /// <param name="purpose">What is drawn.</param>
    /// <param name="first">For whom, or when.</param>
    /// <param name="second">The same, where one number does not tell.</param>
    public static ulong Key(this ExperimentSettings settings, string purpose, int first = 0, int second = 0)
    {
        ArgumentNullException.ThrowIfNull(settings);
        var text = FormattableString.Invariant($"nmoe/1/{settings.Seed}/{purpose}/{first}/{second}");
        return BitConverter.ToUInt64(SHA256.HashData(Encoding.UTF8.GetBytes(text)));
    }
}
