using System.Collections.Concurrent;
using NMoE.Learning.Jobs;

namespace NMoE.Learning.Data;

/// <summary>A data set that is open, and how jobs name it.</summary>
/// <param name="Spec">The name that goes into jobs.</param>
/// <param name="Source">The pictures.</param>
public sealed record OpenData(DataSpec Spec, IDataSource Source);

/// <summary>Opens data sets by name.</summary>
public static class DataSources
{
    /// <summary>The name of CIFAR-10.</summary>
    public const string Cifar10 = "cifar10";

    /// <summary>The name of the generated pictures.</summary>
    public const string Generated = "generated";

    /// <summary>The names that <see cref="Open"/> knows.</summary>
    public static IReadOnlyList<string> Names { get; } = [Cifar10, Generated];

    /// <summary>Opens a data set.</summary>
    /// <param name="name">One of <see cref="Names"/>.</param>
    /// <param name="path">The folder of a data set on disk; null is the place where <c>nmoe data get</c> puts it. Not read for a
    /// generated one.</param>
    /// <param name="seed">The seed of a generated data set. Not read for one on disk.</param>
    /// <exception cref="DataException">The name is unknown, or the files are not right.</exception>
    public static OpenData Open(string name, string? path, ulong seed)
    {
        switch (name)
        {
            case Cifar10:
                var cifar = Cifar10Source.Open(string.IsNullOrEmpty(path) ? Fetching.Cifar10Archive.DefaultDestination : path);
                return new(new(Cifar10, cifar.ContentHash, 0), cifar);
            case Generated:
                return new(new(Generated, GeneratedSource.Version, seed), new GeneratedSource(seed));
            default:
                throw new DataException(name, "there is no data set of this name", $"Known are: {string.Join(", ", Names)}.");
        }
    }
}

/// <summary>The open data sets of one process: each is opened once, whichever thread asks first.</summary>
/// <param name="path">The folder of data on disk, or null for the default.</param>
public sealed class DataCatalog(string? path)
{
    private readonly ConcurrentDictionary<(string Name, ulong Seed), Lazy<OpenData>> _open = new();

    /// <summary>Opens a data set, or gives the one that is open.</summary>
    /// <exception cref="DataException">The data cannot be opened.</exception>
    public OpenData Open(string name, ulong seed) =>
        _open.GetOrAdd(
            (name, name == DataSources.Generated ? seed : 0),
            key => new(() => DataSources.Open(key.Name, path, key.Seed))).Value;

    /// <summary>The pictures that a job names.</summary>
    /// <exception cref="DataException">The data cannot be opened, or is not the data that the job was made for.</exception>
    public IDataSource Source(DataSpec spec)
    {
        var open = Open(spec.Name, spec.Seed);
        return open.Spec.ContentHash == spec.ContentHash
            ? open.Source
            : throw new DataException(
                spec.Name,
                $"the content here has the hash {open.Spec.ContentHash}, the job was made for {spec.ContentHash}",
                "Every process of a run needs the same files in data.path.");
    }
}
