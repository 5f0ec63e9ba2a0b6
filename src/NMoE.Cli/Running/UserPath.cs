using NMoE.Federation.Configuration;

namespace NMoE.Cli.Running;

/// <summary>Paths as users write them, in arguments and configurations.</summary>
internal static class UserPath
{
    /// <summary>The path with <c>~/</c> read as the user's home, whether or not a shell did.</summary>
    /// <param name="written">A path that <see cref="HomePath.Problem"/> finds nothing wrong with.</param>
    public static string Expand(string written) => written == "~" ? Home
        : written.StartsWith(HomePath.Prefix, StringComparison.Ordinal) ? Path.Combine(Home, written[HomePath.Prefix.Length..])
        : written;

    /// <summary>What is wrong with a path in an argument; null where nothing is.</summary>
    public static string? Problem(string written) => written.Length == 0 ? "'' is no path"
        : written.Any(char.IsControl) ? "a path holds control characters"
        : HomePath.Problem(written);

    /// <summary>A home that is not there is named all the same: whoever writes into it says that it cannot be.</summary>
    private static string Home => Environment.GetFolderPath(Environment.SpecialFolder.UserProfile, Environment.SpecialFolderOption.DoNotVerify);
}
