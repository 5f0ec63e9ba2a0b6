using System.Collections.Immutable;

namespace NMoE.Reporting.Figures;

/// <summary>How large marks are drawn that may lie over each other: one below is larger by a rim for each that covers it, so that all of them can be seen.</summary>
internal static class MarkSizes
{
    /// <summary>Dots of a mark that nothing covers.</summary>
    public const float Alone = 24;

    private const float Rim = 14;

    // What axes, their labels and the margins leave for curves.
    private const double Wide = 0.8 * FigureStyle.Width;
    private const double High = 0.7 * FigureStyle.Height;

    /// <summary>The size of each mark, in the order in which they are drawn.</summary>
    /// <param name="marks">Where they stand.</param>
    /// <param name="width">From the least to the largest value on the horizontal axis.</param>
    /// <param name="height">The same on the vertical one.</param>
    public static ImmutableArray<float> Of(ImmutableArray<(double X, double Y)> marks, double width, double height) =>
        [.. marks.Select((mark, number) => Alone + (Rim * marks.Skip(number + 1).Count(later => AreClose(mark, later, width, height))))];

    private static bool AreClose((double X, double Y) one, (double X, double Y) other, double width, double height) =>
        Math.Abs(one.X - other.X) * Wide <= Alone * width && Math.Abs(one.Y - other.Y) * High <= Alone * height;
}
