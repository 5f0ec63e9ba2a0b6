using System.Globalization;

namespace NMoE.Reporting.Sweeps;

/// <summary>Where the labels of an axis stand.</summary>
internal static class SweepAxis
{
    /// <summary>Whether all are numbers that an axis can place, each at a place of its own.</summary>
    public static bool IsNumeric(IReadOnlyCollection<string> labels) =>
        labels.All(label => double.IsFinite(Number(label))) && labels.Select(Number).Distinct().Count() == labels.Count;

    /// <summary>Numbers stand where they belong, words one after the other.</summary>
    public static Dictionary<string, double> Places(IReadOnlyCollection<string> labels)
    {
        var numeric = IsNumeric(labels);
        return labels.Select((label, index) => (label, Place: numeric ? Number(label) : index)).ToDictionary(item => item.label, item => item.Place, StringComparer.Ordinal);
    }

    private static double Number(string label) =>
        double.TryParse(label, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) ? number : double.NaN;
}
