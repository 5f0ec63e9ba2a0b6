using System.Globalization;
using NMoE.Federation.Protocol;

namespace NMoE.Cluster.Live;

/// <summary>The name of a live run: when it began. It names a folder on each node, so that nothing else may stand in it.</summary>
internal static class RunName
{
    private const int Length = 22;

    /// <summary>The name of a run that begins now.</summary>
    public static string Of(DateTime began) => began.ToString("yyyyMMdd'T'HHmmss'-'ffffff", CultureInfo.InvariantCulture);

    /// <summary>The same name, if it is one.</summary>
    /// <exception cref="WireException">It is none.</exception>
    public static string Check(string name) =>
        name.Length == Length && name.All(letter => char.IsAsciiDigit(letter) || letter is 'T' or '-')
            ? name
            : throw new WireException("A run has a name that is none.");
}
