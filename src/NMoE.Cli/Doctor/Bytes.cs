using System.Globalization;

namespace NMoE.Cli.Doctor;

/// <summary>Sizes as people read them.</summary>
internal static class Bytes
{
    public const long PerGibibyte = 1L << 30;

    public static string Gibibytes(long bytes) => (bytes / (double)PerGibibyte).ToString("0.0", CultureInfo.InvariantCulture) + " GiB";
}
