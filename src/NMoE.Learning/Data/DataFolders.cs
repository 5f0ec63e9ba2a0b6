namespace NMoE.Learning.Data;

/// <summary>Where data sets lie when the configuration does not say.</summary>
public static class DataFolders
{
    /// <summary>The folder of a data set in the user's cache.</summary>
    /// <param name="name">The data set's name, and the folder's.</param>
    public static string Default(string name) => Path.Combine(Path.GetDirectoryName(Cifar10Folder.Default)!, name);
}
