namespace NMoE.Reporting.Figures;

/// <summary>Calls into the libraries that draw, which fail in ways of their own where a native library is gone or a number cannot be placed.</summary>
internal static class DrawingAttempt
{
    /// <summary>Draws.</summary>
    /// <exception cref="FigureNotDrawnException">It could not be drawn.</exception>
    public static T Of<T>(Func<T> draw)
    {
        try
        {
            return draw();
        }
#pragma warning disable CA1031 // Whatever a drawing library throws: a figure is no result, and must not cost one.
        catch (Exception problem) when (problem is not (OutOfMemoryException or ReportingException))
#pragma warning restore CA1031
        {
            throw new FigureNotDrawnException(problem);
        }
    }
}
