using NMoE.Compute.Store;
using NMoE.Federation.Settings;
using NMoE.Learning.Data;

namespace NMoE.Cli.Running;

/// <summary>Where things are when the configuration does not say.</summary>
public static class Places
{
    /// <summary>The store in the user's cache.</summary>
    public static string DefaultStore => Path.Combine(Path.GetDirectoryName(Cifar10Folder.Default)!, "store");

    /// <summary>The store of an experiment.</summary>
    public static StoreSettings Store(ExperimentSettings settings)
    {
        ArgumentNullException.ThrowIfNull(settings);
        var store = settings.Compute.Store;
        return new(store.Path.Length > 0 ? UserPath.Expand(store.Path) : DefaultStore, store.MaxBytes);
    }

    /// <summary>The data sets of an experiment.</summary>
    public static DataCatalog Catalog(ExperimentSettings settings)
    {
        ArgumentNullException.ThrowIfNull(settings);
        return new(UserPath.Expand(settings.Data.Path));
    }
}
