using System.Globalization;
using NMoE.Learning.Data;

namespace NMoE.Federation.Configuration;

/// <summary>Rows and columns of a picture: one number for both, or two with an x between.</summary>
internal sealed record SizeFormat() : ScalarFormat<PictureSize>("a side as in 28, or ROWSxCOLUMNS as in 28x20, each in 4..512")
{
    private const int Least = 4;

    public override string Write(PictureSize value) => FormattableString.Invariant($"{value.Height}x{value.Width}");

    protected override Reading<PictureSize> Read(string text) => text.Split('x') switch
    {
        [var side] when Side(side) is { } both => Reading<PictureSize>.Of(new(both, both)),
        [var rows, var columns] when Side(rows) is { } height && Side(columns) is { } width => Reading<PictureSize>.Of(new(height, width)),
        _ => Reading<PictureSize>.Wrong($"'{text}' is no size"),
    };

    private static int? Side(string text) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var side) && side is >= Least and <= PictureShape.MostSide ? side : null;
}
