using NMoE.Reporting.Fonts;

namespace NMoE.Cli.Doctor;

/// <summary>Whether figures can be labelled: their fonts are part of the program, yet SkiaSharp's native library must load to read them.</summary>
/// <param name="canDraw">Whether all characters of a text have a glyph.</param>
public sealed class FontsCheck(Func<string, bool> canDraw) : IDoctorCheck
{
    private const string Label = "Accuracy (%), bytes: 0123456789 τ";

    /// <summary>With the fonts that figures are set in.</summary>
    public FontsCheck()
        : this(text => FigureFonts.Regular.ContainsGlyphs(text) && FigureFonts.Bold.ContainsGlyphs(text))
    {
    }

    /// <inheritdoc/>
    public string Subject => "fonts";

    /// <inheritdoc/>
    public IReadOnlyList<Finding> Look() => canDraw(Label)
        ? [new(Subject, FindingLevel.Good, "figures can be labelled")]
        : [new(Subject, FindingLevel.Broken, "the fonts of figures lack letters", "Build again with ./nmoe.")];
}
