using System.Buffers.Binary;
using System.Collections.Immutable;
using System.Text;
using System.Xml.Linq;
using NMoE.Reporting.Figures;
using SkiaSharp;

namespace NMoE.Reporting.Tests.Figures;

/// <summary>The files of figures: sizes, pages, vectors that stand alone.</summary>
public class FigureFormSpecs
{
    private static readonly Lazy<ImmutableArray<Figure>> Watched = new(() => FigureSet.Draw(Samples.Watched()));
    private static readonly Lazy<ImmutableArray<Figure>> Five = new(() => FigureSet.Draw(Samples.FiveClients()));

    private static readonly XNamespace Svg = "http://www.w3.org/2000/svg";

    [Fact]
    public void A_picture_is_a_column_wide_at_300_dots_per_inch()
    {
        var png = Five.Value[0].Png.ToArray();
        var physical = png.AsSpan().IndexOf("pHYs"u8);

        Assert.Equal(1050, BinaryPrimitives.ReadInt32BigEndian(png.AsSpan(16)));
        Assert.Equal(11811, BinaryPrimitives.ReadInt32BigEndian(png.AsSpan(physical + 4)));
        // zlib.crc32(b"pHYs" + struct.pack(">IIB", 11811, 11811, 1)) in Python.
        Assert.Equal(0x78A53F76u, BinaryPrimitives.ReadUInt32BigEndian(png.AsSpan(physical + 13)));
        using var picture = SKBitmap.Decode(png);
        Assert.Equal(1050, picture.Width);
    }

    /// <summary>ISO 32000-1, 7.7.3.3: a page's size in points stands in its MediaBox; a typeface would be an object /Font.</summary>
    [Fact]
    public void A_page_has_the_figures_size_and_no_typeface_and_another_look_has_the_asked_size()
    {
        var standard = Encoding.Latin1.GetString(Five.Value[0].Pdf.Span);
        Assert.StartsWith("%PDF-1.", standard, StringComparison.Ordinal);
        Assert.Contains("/MediaBox [0 0 252 ", standard, StringComparison.Ordinal);
        Assert.DoesNotMatch("/Type ?/Font", standard);
        Assert.InRange(standard.Length, 2_000, 60_000);
        Assert.DoesNotContain("/CreationDate", standard, StringComparison.Ordinal);

        var large = FigureSet.Draw(Samples.FiveClients(), FigureLook.Standard with { WidthInches = 7, HeightInches = 3, FontPoints = 16 })[0];
        Assert.Contains("/MediaBox [0 0 504 216]", Encoding.Latin1.GetString(large.Pdf.Span), StringComparison.Ordinal);
        Assert.Equal((2100, 900), (BinaryPrimitives.ReadInt32BigEndian(large.Png.Span[16..]), BinaryPrimitives.ReadInt32BigEndian(large.Png.Span[20..])));
    }

    [Fact]
    public void Vectors_need_no_font_and_no_other_file()
    {
        foreach (var figure in Watched.Value)
        {
            var root = XDocument.Parse(figure.Svg).Root!;
            Assert.Empty(root.Descendants(Svg + "text"));
            Assert.DoesNotContain("font-family", figure.Svg);
            Assert.All(
                root.Descendants().Attributes().Where(attribute => attribute.Name.LocalName == "href"),
                link => Assert.True(link.Value.StartsWith('#') || link.Value.StartsWith("data:image/png"), link.Value));
        }
    }

    [Fact]
    public void Vectors_on_one_page_share_no_ids_and_point_at_their_own()
    {
        var roots = Watched.Value.Select(figure => XDocument.Parse(figure.Svg).Root!).ToArray();
        string[] ids = [.. roots.SelectMany(root => root.Descendants().Attributes("id")).Select(id => id.Value)];

        Assert.Equal(ids.Length, ids.Distinct().Count());
        foreach (var root in roots)
        {
            HashSet<string> own = [.. root.Descendants().Attributes("id").Select(id => id.Value)];
            var links = root.Descendants().Attributes().Select(attribute => attribute.Value)
                .Where(value => value.StartsWith("url(#") || value.StartsWith("#" + PrefixOf(own)))
                .Select(value => value.StartsWith('#') ? value[1..] : value[5..^1]);
            Assert.All(links, link => Assert.Contains(link, own));
        }
    }

    [Fact]
    public void Written_files_are_named_in_order_and_hold_the_drawing()
    {
        using var folder = new TemporaryFolder();

        var files = FigureSet.Write(Samples.FiveClients(), folder["figures"]);

        Assert.Equal(
            Five.Value.SelectMany(figure => (string[])[figure.Name + ".png", figure.Name + ".svg", figure.Name + ".pdf"]), files.Select(Path.GetFileName));
        Assert.Equal(Five.Value[0].Png.ToArray(), File.ReadAllBytes(files[0]));
        Assert.Empty(Directory.GetFiles(folder["figures"], "*.tmp"));
    }

    // The figure's name, which no colour such as #DDDDDD begins with.

    private static string PrefixOf(HashSet<string> ids) => ids.First()[..ids.First().LastIndexOf('-')];
}
