using System.Globalization;
using System.Text;
using System.Xml;
using System.Xml.Linq;
using SkiaSharp;

namespace NMoE.Reporting.Figures;

/// <summary>
/// Makes a drawing stand alone: text becomes outlines of the figure fonts, so that it needs no font where it is shown; ids are counted
/// anew under the figure's name, because Skia counts them through the process and several drawings share an HTML page.
/// </summary>
internal sealed class SvgOutlines
{
    private static readonly XNamespace Svg = "http://www.w3.org/2000/svg";
    private static readonly XNamespace Link = "http://www.w3.org/1999/xlink";

    private readonly string name;
    private readonly SortedDictionary<string, XElement> glyphs = new(StringComparer.Ordinal);

    private SvgOutlines(string name) => this.name = name;

    /// <summary>The same drawing, standing alone.</summary>
    /// <param name="svg">As ScottPlot draws it.</param>
    /// <param name="name">The figure's name, prefix of every id.</param>
    /// <param name="caption">What is shown, for readers who do not see it.</param>
    /// <param name="dotsPerInch">Units of the drawing per inch.</param>
    public static string Convert(string svg, string name, string caption, int dotsPerInch)
    {
        var root = XDocument.Parse(svg).Root!;
        RenameIds(root, name);
        new SvgOutlines(name).OutlineTexts(root);
        // Cells that touch would show the paper between them where their edges are smoothed.
        foreach (var rectangle in root.Descendants(Svg + "rect"))
            rectangle.SetAttributeValue("shape-rendering", "crispEdges");
        SetSize(root, dotsPerInch);
        root.SetAttributeValue("role", "img");
        root.AddFirst(new XElement(Svg + "title", caption));
        return Serialise(root);
    }

    private static void RenameIds(XElement root, string name)
    {
        var names = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var id in root.Descendants().Attributes("id").ToArray())
        {
            names[id.Value] = string.Create(CultureInfo.InvariantCulture, $"{name}-{names.Count}");
            id.Value = names[id.Value];
        }

        foreach (var attribute in root.Descendants().Attributes().ToArray())
        {
            if (attribute.Value.StartsWith("url(#", StringComparison.Ordinal))
                attribute.Value = $"url(#{names[attribute.Value[5..^1]]})";
            else if (attribute.Name == Link + "href" && attribute.Value.StartsWith('#'))
                attribute.Value = "#" + names[attribute.Value[1..]];
        }
    }

    private static void SetSize(XElement root, int dotsPerInch)
    {
        var width = double.Parse(root.Attribute("width")!.Value, CultureInfo.InvariantCulture);
        var height = double.Parse(root.Attribute("height")!.Value, CultureInfo.InvariantCulture);
        root.SetAttributeValue("viewBox", string.Create(CultureInfo.InvariantCulture, $"0 0 {width} {height}"));
        root.SetAttributeValue("width", string.Create(CultureInfo.InvariantCulture, $"{width / dotsPerInch}in"));
        root.SetAttributeValue("height", string.Create(CultureInfo.InvariantCulture, $"{height / dotsPerInch}in"));
    }

    private static string Serialise(XElement root)
    {
        var text = new StringBuilder();
        var settings = new XmlWriterSettings { OmitXmlDeclaration = true, Indent = true, IndentChars = " ", NewLineChars = "\n" };
        using (var writer = XmlWriter.Create(text, settings))
            root.Save(writer);
        return text.Append('\n').ToString();
    }

    private void OutlineTexts(XElement root)
    {
        foreach (var text in root.Descendants(Svg + "text").ToArray())
            text.ReplaceWith(Outline(text));
        if (glyphs.Count > 0)
            root.AddFirst(new XElement(Svg + "defs", glyphs.Values));
    }

    private XElement Outline(XElement text)
    {
        var content = text.Value.Trim();
        var group = new XElement(Svg + "g", text.Attribute("transform"), text.Attribute("fill"), new XAttribute("aria-label", content));
        var face = text.Attribute("font-weight") is null ? FigureFonts.Regular : FigureFonts.Bold;
        var size = double.Parse(text.Attribute("font-size")!.Value, CultureInfo.InvariantCulture);
        var scale = (size / face.UnitsPerEm).ToString("G6", CultureInfo.InvariantCulture);
        var (x, y) = (Positions(text, "x"), Positions(text, "y"));
        var index = 0;
        foreach (var rune in content.EnumerateRunes())
        {
            // Skia writes one position for all where they are equal.
            var place = $"translate({x[Math.Min(index, x.Length - 1)]} {y[Math.Min(index, y.Length - 1)]}) scale({scale})";
            if (GlyphOf(rune, face) is { } glyph)
                group.Add(new XElement(Svg + "use", new XAttribute(Link + "href", "#" + glyph), new XAttribute("transform", place)));
            index++;
        }

        return group;
    }

    private static string[] Positions(XElement text, string axis) =>
        (text.Attribute(axis)?.Value ?? "0").Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);

    private string? GlyphOf(Rune rune, SKTypeface face)
    {
        var id = string.Create(CultureInfo.InvariantCulture, $"{name}-{(face == FigureFonts.Bold ? "b" : "r")}{rune.Value:x4}");
        if (glyphs.ContainsKey(id))
            return id;
        using var font = new SKFont(face, face.UnitsPerEm) { Hinting = SKFontHinting.None, Subpixel = true };
        using var outline = font.GetGlyphPath(face.GetGlyph(rune.Value));
        if (outline is null || outline.IsEmpty)
            return null;
        glyphs.Add(id, new XElement(Svg + "path", new XAttribute("id", id), new XAttribute("d", outline.ToSvgPathData())));
        return id;
    }
}
