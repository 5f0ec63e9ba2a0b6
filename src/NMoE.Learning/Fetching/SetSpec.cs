using System.Collections.Immutable;
using NMoE.Learning.Data;

namespace NMoE.Learning.Fetching;

/// <summary>How a published file is packed.</summary>
public enum Packing
{
    /// <summary>It is the file itself.</summary>
    None,

    /// <summary>A gzipped tar that holds the files.</summary>
    TarGz,

    /// <summary>A zip that holds the files.</summary>
    Zip,
}

/// <summary>One of the files that a data set is published in.</summary>
/// <param name="Address">Where it is published.</param>
/// <param name="Bytes">Its size.</param>
/// <param name="Sha256">Its SHA-256: 64 lower-case hexadecimal digits.</param>
public sealed record SetPart(Uri Address, long Bytes, string Sha256)
{
    /// <summary>How it is packed.</summary>
    public Packing Packing { get; init; }

    /// <summary>SHA-256 of what a file that is gzipped holds, which says that a copy packed elsewhere is right; null where it is not known.</summary>
    public string? Unpacked { get; init; }

    /// <summary>Its name.</summary>
    public string Name => Path.GetFileName(Address.AbsolutePath);
}

/// <summary>A data set that is published.</summary>
/// <param name="Name">Its name in configurations.</param>
/// <param name="Folder">The name of the folder that it is put in.</param>
/// <param name="Parts">The files that it is published in.</param>
/// <param name="Files">The files that the folder holds then.</param>
public sealed record SetSpec(string Name, string Folder, ImmutableArray<SetPart> Parts, ImmutableArray<string> Files)
{
    /// <summary>What is wrong with one of the files of a folder that holds them all; null where nothing is, or where they are not looked into.</summary>
    public Func<string, string?> Problem { get; init; } = _ => null;

    private static readonly ImmutableArray<string> s_idx =
        ["train-images-idx3-ubyte.gz", "train-labels-idx1-ubyte.gz", "t10k-images-idx3-ubyte.gz", "t10k-labels-idx1-ubyte.gz"];

    private static readonly ImmutableArray<string> s_emnistSplits = ["balanced", "byclass", "bymerge", "letters", "digits", "mnist"];
    private static readonly ImmutableArray<string> s_emnistContents = ["train-images-idx3", "train-labels-idx1", "test-images-idx3", "test-labels-idx1"];

    /// <summary>All that are fetched. Sizes and hashes are those that other libraries check too.</summary>
    public static ImmutableArray<SetSpec> All { get; } = [Cifar10(), Mnist(), FashionMnist(), Emnist(), Cifar100()];

    private static SetSpec Mnist()
    {
        const string place = "https://storage.googleapis.com/cvdf-datasets/mnist/";
        return new(
            "mnist", "mnist",
            [
                new(new(place + s_idx[0]), 9_912_422, "440fcabf73cc546fa21475e81ea370265605f56be210a4024d2ca8f203523609") { Unpacked = "ba891046e6505d7aadcbbe25680a0738ad16aec93bde7f9b65e87a2fc25776db" },
                new(new(place + s_idx[1]), 28_881, "3552534a0a558bbed6aed32b30c495cca23d567ec52cac8be1a0730e8010255c") { Unpacked = "65a50cbbf4e906d70832878ad85ccda5333a97f0f4c3dd2ef09a8a9eef7101c5" },
                new(new(place + s_idx[2]), 1_648_877, "8d422c7b0a1c1c79245a5bcf07fe86e33eeafee792b84584aec276f5a2dbc4e6") { Unpacked = "0fa7898d509279e482958e8ce81c8e77db3f2f8254e26661ceb7762c4d494ce7" },
                new(new(place + s_idx[3]), 4_542, "f7ae60f92e00ec6debd23a6088c31dbd2371eca3ffa0defaefb259924204aec6") { Unpacked = "ff7bcfd416de33731a308c3f266cc351222c34898ecbeaf847f06e48f7ec33f2" },
            ],
            s_idx);
    }

    private static SetSpec FashionMnist()
    {
        const string place = "http://fashion-mnist.s3-website.eu-central-1.amazonaws.com/";
        return new(
            "fashion-mnist", "fashion-mnist",
            [
                new(new(place + s_idx[0]), 26_421_880, "3aede38d61863908ad78613f6a32ed271626dd12800ba2636569512369268a84"),
                new(new(place + s_idx[1]), 29_515, "a04f17134ac03560a47e3764e11b92fc97de4d1bfaf8ba1a3aa29af54cc90845"),
                new(new(place + s_idx[2]), 4_422_102, "346e55b948d973a97e58d2351dde16a484bd415d4595297633bb08f03db6a073"),
                new(new(place + s_idx[3]), 5_148, "67da17c76eaffca5446c3361aaab5c3cd6d1c2608764d35dfb1850b086bf8dd5"),
            ],
            s_idx);
    }

    private static SetSpec Emnist() => new(
        "emnist", "emnist",
        [new(new("https://biometrics.nist.gov/cs_links/EMNIST/gzip.zip"), 561_753_746, "fb9bb67e33772a9cc0b895e4ecf36d2cf35be8b709693c3564cea2a019fcda8e") { Packing = Packing.Zip }],
        [.. from split in s_emnistSplits from content in s_emnistContents select $"emnist-{split}-{content}-ubyte.gz"]);

    private static SetSpec Cifar10() => new(
        Cifar10Data.DataName, Cifar10Folder.Name,
        [new(new("https://www.cs.toronto.edu/~kriz/cifar-10-binary.tar.gz"), 170_052_171, "c4a38c50a1bc5f3a1c5537f2155ab9d68f9f25eb1ed8d9ddda3db29a59bca1dd") { Packing = Packing.TarGz }],
        [.. Cifar10Folder.TrainFiles, Cifar10Folder.TestFile])
    {
        Problem = folder => Cifar10Folder.Judge(folder).Problems.FirstOrDefault(),
    };

    private static SetSpec Cifar100() => new(
        "cifar100", Cifar100Data.FolderName,
        [new(new("https://www.cs.toronto.edu/~kriz/cifar-100-binary.tar.gz"), 168_513_733, "58a81ae192c23a4be8b1804d68e518ed807d710a4eb253b1f2a199162a40d8ec") { Packing = Packing.TarGz }],
        [.. Cifar100Data.Files]);
}
