using NMoE.Learning.Fetching;

namespace NMoE.Cli.Running;

/// <summary>Where things are when the configuration does not say.</summary>
public static class Places
{
    /// <summary>The store in the user's cache.</summary>
    public static string DefaultStore => Path.Combine(Path.GetDirectoryName(Cifar10Archive.DefaultDestination)!, "store");

    /// <summary>The folder of CIFAR-10.</summary>
    public static string Data(string configured) => configured.Length > 0 ? configured : Cifar10Archive.DefaultDestination;

    /// <summary>The folder of the store.</summary>
    public static string Store(string configured) => configured.Length > 0 ? configured : DefaultStore;
}
