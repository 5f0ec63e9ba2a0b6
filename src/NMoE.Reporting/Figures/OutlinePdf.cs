using System.Globalization;
using System.Text.RegularExpressions;
using System.Xml.Linq;
using SkiaSharp;

namespace NMoE.Reporting.Figures;

/// <summary>
/// A drawing of <see cref="SvgOutlines"/> as a PDF page of its size: no typeface is in the file, which publishers would check and Skia would embed whole. Knows the elements that Skia writes: paths,
/// rectangles, ellipses, pictures, and groups, moved, scaled and clipped.
/// </summary>
internal sealed partial class OutlinePdf
{
    private const float PointsPerInch = 72;
    private static readonly XNamespace Link = "http://www.w3.org/1999/xlink";
    private readonly Dictionary<string, XElement> _named;
    private readonly SKCanvas _canvas;

    private OutlinePdf(XElement root, SKCanvas canvas)
    {
        _named = root.Descendants().Where(element => element.Attribute("id") is not null).ToDictionary(element => element.Attribute("id")!.Value, StringComparer.Ordinal);
        _canvas = canvas;
    }

    /// <summary>The file. No date is in it: equal drawings are equal files.</summary>
    /// <param name="svg">The drawing.</param>
    /// <param name="title">Its title.</param>
    /// <param name="dotsPerInch">Units of the drawing per inch.</param>
    public static byte[] Convert(string svg, string title, int dotsPerInch)
    {
        var root = XDocument.Parse(svg).Root!;
        var box = Numbers(root.Attribute("viewBox")!.Value);
        var scale = PointsPerInch / dotsPerInch;
        using var stream = new MemoryStream();
        using (var document = SKDocument.CreatePdf(stream, new SKDocumentPdfMetadata { Title = title, RasterDpi = dotsPerInch, EncodingQuality = SKDocumentPdfMetadata.DefaultEncodingQuality }))
        {
            var canvas = document.BeginPage(box[2] * scale, box[3] * scale);
            canvas.Scale(scale);
            new OutlinePdf(root, canvas).DrawAll(root);
            document.EndPage();
            document.Close();
        }

        return stream.ToArray();
    }

    private void DrawAll(XElement parent)
    {
        foreach (var element in parent.Elements())
            Draw(element);
    }

    private void Draw(XElement element)
    {
        if (element.Name.LocalName is "defs" or "clipPath" or "title")
            return;
        _canvas.Save();
        if (element.Attribute("transform")?.Value is { } transform)
            Move(transform);
        if (element.Attribute("clip-path")?.Value is { } clip)
            _canvas.ClipPath(Shape(_named[clip[5..^1]].Elements().Single()), antialias: true);
        switch (element.Name.LocalName)
        {
            case "g":
                DrawAll(element);
                break;
            case "use" when _named[element.Attribute(Link + "href")!.Value[1..]] is var used:
                Draw(new XElement(used.Name, used.Attributes().Where(attribute => attribute.Name != "id").Concat(element.Parent!.Attributes("fill")), used.Nodes()));
                break;
            case "image":
                DrawPicture(element);
                break;
            case "path" or "rect" or "ellipse":
                Paint(element);
                break;
            case var other:
                throw new NotSupportedException($"<{other}> is not drawn.");
        }

        _canvas.Restore();
    }

    private void Paint(XElement element)
    {
        using var shape = Shape(element);
        using var paint = new SKPaint { IsAntialias = element.Name.LocalName != "rect" };
        if (Color(element, "fill") is { } fill && (element.Attribute("fill") is not null || element.Attribute("stroke") is null))
        {
            paint.Color = fill;
            _canvas.DrawPath(shape, paint);
        }

        if (element.Attribute("stroke") is not null && Color(element, "stroke") is { } stroke)
        {
            (paint.Color, paint.Style, paint.StrokeWidth, paint.StrokeMiter) = (stroke, SKPaintStyle.Stroke, Number(element, "stroke-width", 1), Number(element, "stroke-miterlimit", 4));
            _canvas.DrawPath(shape, paint);
        }
    }

    private void DrawPicture(XElement element)
    {
        var written = element.Attribute(Link + "href")!.Value;
        using var picture = SKImage.FromEncodedData(System.Convert.FromBase64String(written[(written.IndexOf(',', StringComparison.Ordinal) + 1)..]));
        var (x, y) = (Number(element, "x", 0), Number(element, "y", 0));
        _canvas.DrawImage(picture, new SKRect(x, y, x + Number(element, "width", picture.Width), y + Number(element, "height", picture.Height)));
    }

    private static SKPath Shape(XElement element)
    {
        if (element.Name.LocalName == "path")
            return SKPath.ParseSvgPathData(element.Attribute("d")!.Value);
        var path = new SKPath();
        if (element.Name.LocalName == "ellipse")
        {
            var (x, y, width, height) = (Number(element, "cx", 0), Number(element, "cy", 0), Number(element, "rx", 0), Number(element, "ry", 0));
            path.AddOval(new(x - width, y - height, x + width, y + height));
        }
        else
        {
            var (x, y) = (Number(element, "x", 0), Number(element, "y", 0));
            path.AddRect(new(x, y, x + Number(element, "width", 0), y + Number(element, "height", 0)));
        }

        return path;
    }

    /// <summary>Black where nothing is said, as in SVG; null for none.</summary>
    private static SKColor? Color(XElement element, string name)
    {
        if (element.Attribute(name)?.Value is not { } written)
            return SKColors.Black;
        if (written == "none")
            return null;
        var color = written switch { "black" => SKColors.Black, "white" => SKColors.White, _ => SKColor.Parse(written) };
        return color.WithAlpha((byte)Math.Round(255 * Number(element, $"{name}-opacity", 1), MidpointRounding.AwayFromZero));
    }

    private void Move(string transform)
    {
        foreach (var step in Step().Matches(transform).AsEnumerable())
        {
            var numbers = Numbers(step.Groups[2].Value);
            _canvas.Concat(step.Groups[1].Value switch
            {
                "translate" => SKMatrix.CreateTranslation(numbers[0], numbers.ElementAtOrDefault(1)),
                "scale" => SKMatrix.CreateScale(numbers[0], numbers.Length > 1 ? numbers[1] : numbers[0]),
                "rotate" => SKMatrix.CreateRotationDegrees(numbers[0]),
                _ => new SKMatrix(numbers[0], numbers[2], numbers[4], numbers[1], numbers[3], numbers[5], 0, 0, 1),
            });
        }
    }

    private static float Number(XElement element, string name, float otherwise) => element.Attribute(name)?.Value is { } written ? float.Parse(written, CultureInfo.InvariantCulture) : otherwise;

    private static float[] Numbers(string written) => [.. written.Split([' ', ','], StringSplitOptions.RemoveEmptyEntries).Select(number => float.Parse(number, CultureInfo.InvariantCulture))];

    [GeneratedRegex(@"(\w+)\(([^)]*)\)")]
    private static partial Regex Step();
}
