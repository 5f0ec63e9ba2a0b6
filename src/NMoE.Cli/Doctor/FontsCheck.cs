using NMoE.Reporting;
using NMoE.Reporting.Figures;

namespace NMoE.Cli.Doctor;

/// <summary>Whether figures can be labelled: their fonts are part of the program, yet SkiaSharp's native library must load to read them.</summary>
/// <param name="canDraw">Whether all characters of a text have a glyph.</param>
internal sealed class FontsCheck(Func<string, bool> canDraw) : IDoctorCheck
{
    private const string Label = "Accuracy (%), bytes: 0123456789 τ";

    /// <summary>With the fonts that figures are set in.</summary>
    public FontsCheck()
        : this(FigureFonts.CanDraw)
    {
    }

    public string Subject => "fonts";

    public IReadOnlyList<Finding> Look()
    {
        try
        {
            return canDraw(Label)
                ? [new(Subject, FindingLevel.Good, "figures can be labelled")]
                : [new(Subject, FindingLevel.Broken, "the fonts of figures lack letters", "Remove artifacts and the bin folders, and start ./nmoe, which builds again.")];
        }
        catch (FigureNotDrawnException problem)
        {
            // A run whose figures cannot be drawn ends all the same.
            return [new(Subject, FindingLevel.Advice, problem.Message, "Runs end all the same; nmoe plot draws their figures later.")];
        }
    }
}
