using NMoE.Learning.Data;
using NMoE.Learning.Keys;
using NMoE.Learning.Partitions;

namespace NMoE.Federation.Settings;

/// <summary>Pictures and how they are dealt.</summary>
[Section("data")]
public sealed record DataSection
{
    private const string Dealt = "data.partition = non-iid";
    private const string Drawn = "data.name = generated";

    [Key("""
        generated (drawn, works offline); mnist (digits), fashion-mnist (clothes), emnist (letters and digits), cifar10 (things and animals) or cifar100 (the like, in 100 classes), by `nmoe data get NAME`;
        femnist (LEAF's JSON); or your own: folder (PNG or JPEG, a subfolder a class) or npz (NumPy's arrays x and y). docs/data.md describes each.
        """)]
    public string Name { get; init; } = "generated";

    [Key("""
        Folder of a data set on disk, or the file of npz, read where there is one; "" means the user's cache. Not part of the configuration's hash: the content is what counts.
        """, Empty = "the user's cache")]
    [When("a data set that lies on disk")]
    public string Path { get; init; } = "";

    [Key("""
        Rows and columns of the pictures: auto, a side as in 28, or ROWSxCOLUMNS as in 28x20, each in 4..512. auto is 32 for generated ones; those of a folder must then all have one size.
        """, Word = "auto")]
    [When("data.name = generated or folder")]
    public PictureSize? Size { get; init; }

    [Key("Channels of the pictures: auto, grey (one) or rgb (three). auto is rgb for generated ones, and grey for a folder in which all are grey.")]
    [When("data.name = generated or folder")]
    public PictureColour Colour { get; init; } = PictureColour.Auto;

    [Key("How pictures of another size come to data.size: scale (stretched), pad (as large as fits, in the middle of black) or crop (as small as covers, its middle cut out).")]
    [When("data.name = folder", "a size in data.size")]
    public PictureFit Fit { get; init; } = PictureFit.Scale;

    [Key("2..1024", "Number of classes of generated pictures. {range}; beyond ten, figures are stacked.")]
    [When(Drawn)]
    public int Classes { get; init; } = GeneratedData.UsualClasses;

    [Key("1..10000000", "How many training pictures can be generated. {range}.")]
    [When(Drawn)]
    public int TrainPictures { get; init; } = GeneratedSource.TrainCount;

    [Key("1..10000000", "How many test pictures can be generated. {range}.")]
    [When(Drawn)]
    public int TestPictures { get; init; } = GeneratedSource.TestCount;

    [Key("[0.01, 0.9]", "Share of each class for tests, of a data set that comes without test pictures; the same pictures whatever the seed. In {range}.")]
    [When("data.name = folder, npz or femnist")]
    public double TestShare { get; init; } = 0.2;

    [Key("EMNIST's split: balanced (47 classes), byclass (62), bymerge (47), letters (26), digits (10) or mnist (10).", Choices = "balanced byclass bymerge letters digits mnist")]
    [When("data.name = emnist")]
    public EmnistSplit EmnistSplit { get; init; } = EmnistSplit.Balanced;

    [Key("CIFAR-100's labels: fine (100 classes) or coarse (20).", Name = "cifar100-labels")]
    [When("data.name = cifar100")]
    public Cifar100Labels Cifar100Labels { get; init; } = Cifar100Labels.Fine;

    [Key("""
        iid (every client sees all classes equally often), non-iid (one dominant class a client), dirichlet (class shares drawn for each client; clients take in the order
        of their numbers, and what a class no longer has comes from the others by the same shares: the run says how far that went), shards (McMahan et al., 2017: pictures
        in the order of their classes are cut into shards, and each client is dealt a few), natural (each client has the pictures of one user of femnist or npz, few or many)
        or file (a file names each picture's client).
        """)]
    public string Partition { get; init; } = "iid";

    [Key("""
        A file of whose each training picture is, with the columns picture (its number, from 0) and client (docs/data.md), named from the folder that nmoe runs in; pictures that it does not
        name are left out. The content is part of the configuration's hash, the path is not.
        """, Empty = "none")]
    [When("data.partition = file")]
    public string PartitionFile { get; init; } = "";

    [Key("(0, 1]", "Degree of non-IID: the smaller, the less other classes than the dominant one. In {range}; read only where partition is non-iid.")]
    [When(Dealt)]
    public double Tau { get; init; } = 0.3;

    [Key("The dominant class's share: one-over-one-plus-tau (what the paper's tables show) or one-minus-tau (what its text says).")]
    [When(Dealt, "data.count-rule = total-fixed")]
    public DominantRule DominantRule { get; init; } = DominantRule.OneOverOnePlusTau;

    [Key("""
        Which client has which dominant class: by-number (client i the class i mod 10) or drawn (a permutation that follows from the seed, repeated after 10 clients).
        """)]
    [When(Dealt)]
    public DominantOrder DominantOrder { get; init; } = DominantOrder.ByNumber;

    [Key("What the sizes below count: total-fixed (the shard) or dominant-fixed (its dominant part, to which tau times as many others come).")]
    [When(Dealt)]
    public CountRule CountRule { get; init; } = CountRule.TotalFixed;

    [Key("(0, 1000000]", "Concentration of dirichlet: at 0.1 most clients have one or two classes, at 100 nearly all alike. In {range}.")]
    [When("data.partition = dirichlet")]
    public double Alpha { get; init; } = 0.5;

    [Key("1..1000", "Shards a client, of train-per-client divided by this each: with 2, most clients have two classes. {range}.")]
    [When("data.partition = shards")]
    public int Shards { get; init; } = 2;

    [Key("Training pictures of clients: equal, or drawn so that train-per-client is the mean, log-normal or dirichlet. With natural and file the data decide, and with shards they are equal.")]
    [When("data.partition = iid, non-iid or dirichlet")]
    public SizeRule Sizes { get; init; } = SizeRule.Equal;

    [Key("[0.01, 100]", "How far drawn sizes lie apart: log-normal's sigma (more is further), or dirichlet's concentration (less is further). In {range}.")]
    [When("data.partition = iid, non-iid or dirichlet", "data.sizes = log-normal or dirichlet")]
    public double SizeSpread { get; init; } = 1;

    [Key("0..1000000", "The least that drawn sizes leave a client. {range}, at most train-per-client; at 0 there can be clients without pictures, which are served and do nothing else.")]
    [When("data.partition = iid, non-iid or dirichlet", "data.sizes = log-normal or dirichlet")]
    public int FewestPerClient { get; init; } = 1;

    [Key("Whether a picture may be dealt to several clients when a class has too few: on or off.")]
    public bool AllowOverlap { get; init; } = false;

    [Key("1..1000000", "Training pictures of each client (of its dominant part under dominant-fixed); disjoint unless allow-overlap. {range}; 2500 in the paper.")]
    public int TrainPerClient { get; init; } = 2500;

    [Key("1..1000000", """
        Test pictures of each client, likewise. {range}; 1000 in the paper. With dirichlet and shards the test set 'same' has each client's shares of training pictures; where the
        test split does not hold so many in those shares, all test shards are as large as it does, and the run says how large.
        """)]
    public int TestPerClient { get; init; } = 1000;

    /// <summary>Whose each training picture is: what stands in the file; null where none is read.</summary>
    public ClientFile? Clients { get; init; }

    /// <summary>How the data set is read.</summary>
    public DataReading Reading => DataSources.Of(Name).Read(new()
    {
        Size = Size,
        Colour = Colour,
        Fit = Fit,
        Classes = Classes,
        Train = TrainPictures,
        Test = TestPictures,
        TestShare = TestShare,
        Emnist = EmnistSplit,
        Cifar100 = Cifar100Labels,
    });

    /// <summary>The data set as jobs name it, as far as the configuration tells.</summary>
    /// <param name="contentHash">What is in it.</param>
    /// <param name="seed">The experiment's seed.</param>
    public DataSpec Told(string contentHash, ulong seed) =>
        new(Name, contentHash, DataSources.Of(Name).SeedOf(seed)) { Reading = Reading == DataReading.None ? null : Reading, Form = Form };

    /// <summary>What its pictures are like, as far as the configuration tells.</summary>
    public PictureForm Form => DataSources.Of(Name).Form(Reading);
}
