using System.Collections.Concurrent;
using System.Collections.Immutable;

namespace NMoE.Learning.Data;

/// <summary>A data set that is open, and how jobs name it.</summary>
/// <param name="Spec">The name that goes into jobs.</param>
/// <param name="Source">The pictures.</param>
public sealed record OpenData(DataSpec Spec, IDataSource Source)
{
    /// <summary>What a user should know of the data; null where there is nothing to say.</summary>
    public string? Remark { get; init; }
}

/// <summary>The data sets that there are: where a new one is registered.</summary>
public static class DataSources
{
    /// <summary>All data sets.</summary>
    public static ImmutableArray<IDataSet> All { get; } =
    [
        new GeneratedData(), new MnistData(), new FashionMnistData(), new EmnistData(), new FemnistData(), new Cifar10Data(), new Cifar100Data(), new FolderData(), new NpzData(),
    ];

    /// <summary>A data set by its name.</summary>
    /// <exception cref="DataException">There is no such data set.</exception>
    public static IDataSet Of(string name) => All.FirstOrDefault(set => set.Name == name)
        ?? throw new DataException(name, "there is no data set of this name", $"Known are: {string.Join(", ", All.Select(set => set.Name))}.");
}

/// <summary>The open data sets of one process: each is opened once, whichever thread asks first.</summary>
/// <param name="path">The folder of data on disk; null or empty for the default.</param>
public sealed class DataCatalog(string? path)
{
    private readonly ConcurrentDictionary<(string Name, ulong Seed, DataReading Reading), Lazy<OpenData>> _open = new();

    /// <summary>Opens a data set, or gives the one that is open.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="seed">The experiment's seed.</param>
    /// <param name="reading">What the configuration says of how it is read.</param>
    /// <exception cref="DataException">The data cannot be opened.</exception>
    public OpenData Open(string name, ulong seed, DataReading reading)
    {
        var set = DataSources.Of(name);
        return _open.GetOrAdd((name, set.SeedOf(seed), set.Read(reading)), key => new(() => set.Open(path, key.Seed, key.Reading))).Value;
    }

    /// <summary>The pictures that a job names.</summary>
    /// <exception cref="DataException">The data cannot be opened, or is not the data that the job was made for.</exception>
    public IDataSource Source(DataSpec spec)
    {
        var open = Open(spec.Name, spec.Seed, spec.Reading ?? DataReading.None);
        return open.Spec.ContentHash == spec.ContentHash
            ? open.Source
            : throw new DataException(
                spec.Name,
                $"the content here has the hash {open.Spec.ContentHash}, the job was made for {spec.ContentHash}",
                "Every process of a run needs the same files in data.path.");
    }
}
