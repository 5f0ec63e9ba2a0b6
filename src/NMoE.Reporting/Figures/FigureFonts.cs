using ScottPlot;
using SkiaSharp;

namespace NMoE.Reporting.Figures;

/// <summary>
/// The two typefaces that figures are set in, read from this assembly. No font of the machine is ever used, so figures have the same
/// bytes on every machine.
/// </summary>
public static class FigureFonts
{
    /// <summary>The family under which both are registered; no installed family has this name.</summary>
    public const string Family = "NMoE Figure Sans";

    private static readonly Lazy<SKTypeface> RegularFace = new(() => Load("DejaVuSans.ttf"));
    private static readonly Lazy<SKTypeface> BoldFace = new(() => Load("DejaVuSans-Bold.ttf"));
    private static readonly Lazy<bool> Registration = new(AddResolver);

    /// <summary>DejaVu Sans.</summary>
    public static SKTypeface Regular => RegularFace.Value;

    /// <summary>DejaVu Sans Bold.</summary>
    public static SKTypeface Bold => BoldFace.Value;

    /// <summary>Licence of both.</summary>
    public static string Licence
    {
        get
        {
            using var reader = new StreamReader(Open("LICENSE-DejaVu.txt"));
            return reader.ReadToEnd();
        }
    }

    /// <summary>Whether both have a glyph for each sign of a text.</summary>
    /// <exception cref="FigureNotDrawnException">The library that reads fonts does not load.</exception>
    public static bool CanDraw(string text) => DrawingAttempt.Of(() => Regular.ContainsGlyphs(text) && Bold.ContainsGlyphs(text));

    /// <summary>Makes <see cref="Family"/> known to ScottPlot, and its default. Later calls do nothing.</summary>
    public static void Register() => _ = Registration.Value;

    private static bool AddResolver()
    {
        ScottPlot.Fonts.FontResolvers.Insert(0, new Resolver());
        ScottPlot.Fonts.Default = Family;
        return true;
    }

    private static SKTypeface Load(string resource)
    {
        using var stream = Open(resource);
        using var data = SKData.Create(stream);
        return SKTypeface.FromData(data);
    }

    private static Stream Open(string resource) =>
        typeof(FigureFonts).Assembly.GetManifestResourceStream(resource)
        ?? throw new InvalidOperationException($"Resource '{resource}' is missing from the NMoE.Reporting assembly; build it again.");

    private sealed class Resolver : IFontResolver
    {
        public SKTypeface? CreateTypeface(string fontName, FontWeight weight, FontSlant slant, FontSpacing spacing) =>
            CreateTypeface(fontName, weight >= FontWeight.SemiBold, slant != FontSlant.Upright);

        public SKTypeface? CreateTypeface(string fontName, bool bold, bool italic)
        {
            if (fontName != Family)
                return null;
            return bold ? Bold : Regular;
        }
    }
}
