namespace NMoE.Cli.Tests.StrangeInput;

/// <summary>A folder of a row's own. What is remembered or fetched lies in <c>cache</c> in it, and is not looked at.</summary>
internal sealed class Place : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("nmoe-strange-");

    public string Path => _folder.FullName;

    public string PathOf(string name) => System.IO.Path.Combine(Path, name);

    public void Write(string name, string text) => Write(name, System.Text.Encoding.UTF8.GetBytes(text));

    public void Write(string name, byte[] bytes)
    {
        Directory.CreateDirectory(System.IO.Path.GetDirectoryName(PathOf(name))!);
        File.WriteAllBytes(PathOf(name), bytes);
    }

    public void MakeFolder(string name) => Directory.CreateDirectory(PathOf(name));

    public void CopyFrom(string folder, string name)
    {
        foreach (var file in Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories))
            Write(System.IO.Path.Combine(name, System.IO.Path.GetRelativePath(folder, file)), File.ReadAllBytes(file));
    }

    /// <summary>Every file and folder with its content's length and time, the cache aside.</summary>
    public SortedSet<string> Content() => new(
        _folder.EnumerateFileSystemInfos("*", SearchOption.AllDirectories)
            .Select(entry => (Name: System.IO.Path.GetRelativePath(Path, entry.FullName), Entry: entry))
            .Where(item => item.Name != "cache" && !item.Name.StartsWith("cache/", StringComparison.Ordinal))
            .Select(item => item.Entry is FileInfo { Exists: true } file ? $"{item.Name} {file.Length} {file.LastWriteTimeUtc:O}" : item.Name),
        StringComparer.Ordinal);

    public void Dispose() => _folder.Delete(recursive: true);
}
