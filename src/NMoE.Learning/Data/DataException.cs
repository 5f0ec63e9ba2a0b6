namespace NMoE.Learning.Data;

/// <summary>A data set cannot be read: which file, what is wrong with it, and what would be right.</summary>
public sealed class DataException(string path, string wrong, string right, Exception? inner = null)
    : LearningException($"{path}: {wrong}. {right.TrimEnd('.')}.", inner)
{
    /// <summary>The command that puts a complete copy of CIFAR-10 in place.</summary>
    public const string Hint = "`nmoe data get cifar10` downloads a good copy.";

    /// <summary>The file or folder, or the name of the data set.</summary>
    public string Path { get; } = path;

    /// <summary>What is wrong.</summary>
    public string Wrong { get; } = wrong;

    /// <summary>What would be right.</summary>
    public string Right { get; } = right;
}
