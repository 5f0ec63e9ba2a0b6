namespace NMoE.Architecture.Tests;

/// <summary>A file of the checkout.</summary>
/// <param name="Path">Relative to the top, with forward slashes.</param>
/// <param name="Text">All of it.</param>
internal sealed record SourceFile(string Path, string Text)
{
    private readonly string[] _steps = Path.StartsWith("bench/", StringComparison.Ordinal) ? ["bench", "NMoE.Bench", .. Path.Split('/')[1..]] : Path.Split('/');

    /// <summary>The bench is a folder beside <c>src</c>, and a project.</summary>
    public string Project => _steps[1];

    /// <summary>The room that its folder is.</summary>
    public string Room => string.Join('.', _steps[1..^1]);
}

/// <summary>The checkout that the tests were built from, read as text: build outputs left out.</summary>
internal static class SourceTree
{
    private static readonly string[] BuildOutputs = ["bin", "obj", "TestResults"];

    /// <summary>All projects that are no tests.</summary>
    public static IReadOnlyList<SourceFile> Projects => [.. Files("src", "*.csproj"), .. Files("bench", "*.csproj")];

    /// <summary>Their code.</summary>
    public static IReadOnlyList<SourceFile> Code => [.. Files("src", "*.cs"), .. Files("bench", "*.cs")];

    public static string Top { get; } = FindTop(new DirectoryInfo(AppContext.BaseDirectory));

    public static IReadOnlyList<SourceFile> Files(string folder, string pattern) =>
        [.. Directory.EnumerateFiles(Path.Combine(Top, folder), pattern, SearchOption.AllDirectories)
            .Select(path => Path.GetRelativePath(Top, path).Replace('\\', '/'))
            .Where(path => !path.Split('/').Any(BuildOutputs.Contains))
            .Order(StringComparer.Ordinal)
            .Select(path => new SourceFile(path, File.ReadAllText(Path.Combine(Top, path))))];

    private static string FindTop(DirectoryInfo? folder)
    {
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "NMoE.sln")))
            folder = folder.Parent;
        return folder?.FullName ?? throw new DirectoryNotFoundException($"No NMoE.sln above {AppContext.BaseDirectory}.");
    }
}
