using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;
using NMoE.Federation.Configuration;

namespace NMoE.Federation.Sweeps;

/// <summary>Several experiments that differ in a few keys.</summary>
/// <param name="Name">The sweep's name, and the beginning of each run's.</param>
/// <param name="Axes">Names of what varies; the first varies slowest.</param>
/// <param name="Points">The experiments, in that order.</param>
/// <param name="Paper">What a paper reports of some of them.</param>
/// <param name="Claims">Orderings to look for.</param>
/// <param name="Figure">What to draw; null for nothing.</param>
public sealed record SweepPlan(
    string Name, ImmutableArray<string> Axes, ImmutableArray<SweepPoint> Points,
    ImmutableArray<PaperValue> Paper, ImmutableArray<OrderingClaim> Claims, SweepFigure? Figure)
{
    /// <summary>The axis along which only the seed differs, so that its points are repeats of one experiment; null for none.</summary>
    public string? Repeat { get; init; }

    /// <summary>How combinations are stopped early; null where all run to the end.</summary>
    public SweepHalving? Halving { get; init; }

    /// <summary>How many experiments run at once; null for as many as there are threads, within bounds.</summary>
    public int? Parallel { get; init; }

    /// <summary>What is worth knowing before it runs, a sentence each: keys that say less than they seem to (no experiment reads them, or they stand before an axis's profiles), and what the
    /// experiments' keys come to.</summary>
    public ImmutableArray<string> Warnings { get; init; } = [];

    /// <summary>Where that axis stands in <see cref="Axes"/>; -1 for none.</summary>
    public int RepeatIndex => Repeat is null ? -1 : Axes.IndexOf(Repeat);

    /// <summary>SHA-256, in lower-case hexadecimal digits, over each experiment's labels and the hash of its configuration, and how combinations are stopped early: other overrides make another sweep.</summary>
    public string Hash => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(string.Concat(
        Points.Select(point => $"{string.Join('\t', point.Labels)}\n{point.Configuration.ConfigHash}\n")) + Halving)));

    /// <summary>The axes that are no repeats.</summary>
    public ImmutableArray<string> Grid => Repeat is null ? Axes : Axes.Remove(Repeat);

    /// <summary>A point's place on the axes that are no repeats.</summary>
    public ImmutableArray<string> LabelsOf(SweepPoint point)
    {
        ArgumentNullException.ThrowIfNull(point);
        return Repeat is null ? point.Labels : point.Labels.RemoveAt(RepeatIndex);
    }
}

/// <summary>One experiment of a sweep.</summary>
/// <param name="Labels">Its place on each axis.</param>
/// <param name="Configuration">All of its keys.</param>
/// <param name="Differences">Where it differs from the paper's profile for its method, in ordinal order of the keys.</param>
public sealed record SweepPoint(ImmutableArray<string> Labels, EffectiveConfiguration Configuration, ImmutableArray<SettingDifference> Differences);

/// <summary>A key that has another value than the paper's profile gives it.</summary>
/// <param name="Key">With dots.</param>
/// <param name="Here">The value that counts.</param>
/// <param name="Paper">The profile's, or the reference's where the profile has none; <c>none</c> for a key that only this experiment has.</param>
public sealed record SettingDifference(string Key, string Here, string Paper);

/// <summary>A row of a paper's table, in percent.</summary>
/// <param name="Test">The test set: <c>same</c> or <c>iid</c>.</param>
/// <param name="Labels">The place on each axis that is no repeat.</param>
/// <param name="Gate">Gate, reference or baseline.</param>
/// <param name="Accuracy">Accuracy.</param>
/// <param name="MacroF1">Macro-F1.</param>
/// <param name="Auc">Area under the curve.</param>
public sealed record PaperValue(string Test, ImmutableArray<string> Labels, string Gate, double Accuracy, double MacroF1, double Auc);

/// <summary>The claim that one gate, or one label of an axis, has a higher accuracy than another.</summary>
/// <param name="First">The higher one.</param>
/// <param name="Second">The lower one.</param>
public sealed record OrderingClaim(string First, string Second);

/// <summary>Figures along an axis, a curve for each combination of the other axes.</summary>
/// <param name="Axis">The axis that runs to the right, or whose labels the learning curves bear.</param>
/// <param name="Title">What it is called in the figures.</param>
/// <param name="Gates">The gates drawn.</param>
/// <param name="Drawings">The figures, in order.</param>
public sealed record SweepFigure(string Axis, string Title, ImmutableArray<string> Gates, ImmutableArray<SweepDrawing> Drawings)
{
    /// <summary>Width in metres; null for a column of a paper.</summary>
    public double? WidthMetres { get; init; }

    /// <summary>Height in metres; null for what goes with the width.</summary>
    public double? HeightMetres { get; init; }

    /// <summary>Size of type in points; null for that of a column.</summary>
    public double? FontPoints { get; init; }

    /// <summary>Other names of gates, by gate.</summary>
    public ImmutableSortedDictionary<string, string> Labels { get; init; } = ImmutableSortedDictionary<string, string>.Empty;
}

/// <summary>A figure of a sweep.</summary>
public enum SweepDrawing
{
    /// <summary>Accuracy of the gates along the axis.</summary>
    Accuracy,

    /// <summary>Share of answers of the own expert in the place of a chosen one, along the axis.</summary>
    Degraded,

    /// <summary>Accuracy of stage 1 against bytes sent, a curve for each experiment.</summary>
    Bytes,

    /// <summary>Accuracy of stage 1 against virtual time, a curve for each experiment.</summary>
    Time,
}
