using System.Collections.Immutable;

namespace NMoE.Learning.Data;

/// <summary>What stands in a folder of CIFAR-10.</summary>
/// <param name="Path">The folder, absolute.</param>
/// <param name="IsThere">Whether there is such a folder.</param>
/// <param name="Whole">Names of the batches that are there and whole, training batches first.</param>
/// <param name="Unofficial">Those of them that do not have the published bytes: re-encoded, or made by someone.</param>
/// <param name="Problems">What is wrong with each batch that is there and not whole, and what would be right.</param>
public sealed record Cifar10Folder(string Path, bool IsThere, ImmutableArray<string> Whole, ImmutableArray<string> Unofficial, ImmutableArray<string> Problems)
{
    /// <summary>Its name in the archive.</summary>
    internal const string Name = "cifar-10-batches-bin";

    /// <summary>The folder that is read and filled when none is named: <c>nmoe/cifar-10-batches-bin</c> in the user's cache.</summary>
    public static string Default => System.IO.Path.Combine(CacheFolder(
        OperatingSystem.IsWindows() ? Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData) : null,
        Environment.GetEnvironmentVariable("XDG_CACHE_HOME"),
        Environment.GetFolderPath(Environment.SpecialFolder.UserProfile, Environment.SpecialFolderOption.DoNotVerify)), "nmoe", Name);

    /// <summary>The names of the training batches, in the order in which they are read.</summary>
    public static ImmutableArray<string> TrainFiles { get; } = [.. Enumerable.Range(1, 5).Select(n => FormattableString.Invariant($"data_batch_{n}.bin"))];

    /// <summary>The name of the test batch.</summary>
    public static string TestFile => "test_batch.bin";

    /// <summary>Whether all six batches are there and whole.</summary>
    public bool IsComplete => Whole.Length == TrainFiles.Length + 1;

    /// <summary>That some files are not those that were published; null where all are.</summary>
    public string? Remark => Unofficial.IsEmpty ? null : $"{Path}: not the official files ({string.Join(", ", Unofficial)}), though of the right form";

    /// <summary>The folder for caches: Windows' own, else XDG's when it is an absolute path, else <c>~/.cache</c>.</summary>
    public static string CacheFolder(string? windows, string? xdg, string home)
    {
        if (!string.IsNullOrEmpty(windows))
            return windows;
        return System.IO.Path.IsPathFullyQualified(xdg ?? "") ? xdg! : System.IO.Path.Combine(home, ".cache");
    }

    /// <summary>Reads all batches of a folder, 30 MB each.</summary>
    public static Cifar10Folder Judge(string folder)
    {
        var path = System.IO.Path.GetFullPath(folder);
        var (whole, unofficial, problems) = (ImmutableArray.CreateBuilder<string>(), ImmutableArray.CreateBuilder<string>(), ImmutableArray.CreateBuilder<string>());
        foreach (var name in TrainFiles.Add(TestFile).Where(name => System.IO.Path.Exists(System.IO.Path.Combine(path, name))))
        {
            try
            {
                var bytes = Cifar10Batch.Read(System.IO.Path.Combine(path, name));
                whole.Add(name);
                if (!Cifar10Batch.IsOfficial(name, bytes))
                    unofficial.Add(name);
            }
            catch (DataException problem)
            {
                problems.Add(problem.Message);
            }
        }

        return new(path, Directory.Exists(path), whole.ToImmutable(), unofficial.ToImmutable(), problems.ToImmutable());
    }
}
