namespace NMoE.Architecture.Tests;

/// <summary>A file of the checkout.</summary>
/// <param name="Path">Relative to the top, with forward slashes.</param>
/// <param name="Text">All of it.</param>
internal sealed record SourceFile(string Path, string Text)
{
    public string Project => Path.Split('/')[1];
}

/// <summary>The checkout that the tests were built from, read as text: build outputs left out.</summary>
internal static class SourceTree
{
    private static readonly string[] BuildOutputs = ["bin", "obj", "TestResults"];

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
