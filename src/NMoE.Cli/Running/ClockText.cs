using System.Globalization;

namespace NMoE.Cli.Running;

/// <summary>Times of the wall clock in progress: hours, minutes and seconds, with days before them from the first on.</summary>
internal static class ClockText
{
    private const double LongestSeconds = 1e9;

    /// <summary>What is left if the steps to come take as long as those before; a guess, so bounded where nobody would wait.</summary>
    public static TimeSpan Left(TimeSpan spent, long done, long all) => TimeSpan.FromSeconds(Math.Min(spent.TotalSeconds / done * (all - done), LongestSeconds));

    /// <summary>As in <c>03:04:05</c> and <c>2 d 03:04:05</c>.</summary>
    public static string Of(TimeSpan time) => time.TotalDays >= 1
        ? time.ToString("%d\\ \\d\\ hh\\:mm\\:ss", CultureInfo.InvariantCulture)
        : time.ToString("hh\\:mm\\:ss", CultureInfo.InvariantCulture);
}
