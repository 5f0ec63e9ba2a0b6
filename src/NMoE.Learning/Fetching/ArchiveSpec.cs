using NMoE.Learning.Data;

namespace NMoE.Learning.Fetching;

/// <summary>What an archive must be before anything of it is used.</summary>
/// <param name="Bytes">Its size in bytes.</param>
/// <param name="Sha256">Its SHA-256: 64 lower-case hexadecimal digits.</param>
public sealed record ArchiveSpec(long Bytes, string Sha256)
{
    /// <summary>What stands in a folder that may hold what the archive holds.</summary>
    public Func<string, Cifar10Folder> Judge { get; init; } = Cifar10Folder.Judge;

    /// <summary>CIFAR-10 in its binary layout, as published.</summary>
    public static ArchiveSpec Cifar10 { get; } = new(170_052_171, "c4a38c50a1bc5f3a1c5537f2155ab9d68f9f25eb1ed8d9ddda3db29a59bca1dd");
}

/// <summary>How far a download is.</summary>
/// <param name="Received">Bytes here, those of an earlier attempt included.</param>
/// <param name="Total">Bytes of the whole archive.</param>
public readonly record struct FetchProgress(long Received, long Total);
