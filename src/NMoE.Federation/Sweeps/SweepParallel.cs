using System.Collections.Immutable;
using System.Globalization;
using NMoE.Federation.Configuration;

namespace NMoE.Federation.Sweeps;

/// <summary>How many experiments of a sweep run at once: <c>sweep.parallel = auto</c> or a number.</summary>
internal static class SweepParallel
{
    /// <summary>The key within the section.</summary>
    public const string Name = "parallel";

    private const string Auto = "auto";
    private const int Most = 1024;

    /// <summary>The number; null for as many as the threads ask for.</summary>
    /// <exception cref="ConfigurationException">It is neither.</exception>
    public static int? Read(ImmutableArray<Setting> sweep)
    {
        if (sweep.LastOrDefault(setting => setting.Path is [_, Name]) is not { } written || written.Value is RawValue.Scalar { Text: Auto })
            return null;
        return written.Value is RawValue.Scalar scalar && int.TryParse(scalar.Text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number is >= 1 and <= Most
            ? number
            : throw new ConfigurationException(written.Origin, written.Key, "this is not how many experiments can run at once", FormattableString.Invariant($"Write {Auto} or 1..{Most}"));
    }
}
