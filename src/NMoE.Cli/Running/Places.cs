using NMoE.Compute.Store;
using NMoE.Federation.Settings;
using NMoE.Learning.Data;

namespace NMoE.Cli.Running;

/// <summary>Where things are when the configuration does not say.</summary>
public static class Places
{
    /// <summary>Bytes of the newest blobs that a process keeps in memory too, a few models: what a round brings in is trained on and averaged within seconds.</summary>
    public const long RecentBytes = 256L << 20;

    /// <summary>The store in the user's cache.</summary>
    public static string DefaultStore => Path.Combine(Path.GetDirectoryName(Cifar10Folder.Default)!, "store");

    /// <summary>The store of an experiment.</summary>
    public static StoreSettings Store(ExperimentSettings settings)
    {
        ArgumentNullException.ThrowIfNull(settings);
        var store = settings.Compute.Store;
        return new(store.Path.Length > 0 ? UserPath.Expand(store.Path) : DefaultStore, store.MaxBytes) { RecentBytes = RecentBytes };
    }

    /// <summary>The data sets of an experiment.</summary>
    public static DataCatalog Catalog(ExperimentSettings settings)
    {
        ArgumentNullException.ThrowIfNull(settings);
        return new(UserPath.Expand(settings.Data.Path));
    }
}
