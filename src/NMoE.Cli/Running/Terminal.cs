namespace NMoE.Cli.Running;

/// <summary>Where standard output is read.</summary>
internal static class Terminal
{
    /// <summary>Its columns; no bound where it is a file or a pipe, or does not say.</summary>
    public static int Width => Console.IsOutputRedirected || Console.WindowWidth < 1 ? int.MaxValue : Console.WindowWidth;
}
