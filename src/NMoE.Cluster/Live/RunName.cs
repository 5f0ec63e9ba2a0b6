using System.Globalization;
using NMoE.Federation.Protocol;

namespace NMoE.Cluster.Live;

/// <summary>The name of a live run: when it began. It names a folder on each node, so that nothing else may stand in it.</summary>
public static class RunName
{
    private const int Length = 22;

    /// <summary>The name of a run that begins now.</summary>
    public static string Of(DateTime began) => began.ToString("yyyyMMdd'T'HHmmss'-'ffffff", CultureInfo.InvariantCulture);

    /// <summary>Whether a text is the name of a run.</summary>
    public static bool IsOne(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        return name.Length == Length && name.All(letter => char.IsAsciiDigit(letter) || letter is 'T' or '-');
    }

    /// <summary>The same name, if it is one.</summary>
    /// <exception cref="WireException">It is none.</exception>
    public static string Check(string name) => IsOne(name) ? name : throw new WireException("A run has a name that is none.");
}
