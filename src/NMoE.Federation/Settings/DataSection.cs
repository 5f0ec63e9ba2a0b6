using NMoE.Learning.Data;
using NMoE.Learning.Keys;
using NMoE.Learning.Partitions;

namespace NMoE.Federation.Settings;

/// <summary>Pictures and how they are dealt.</summary>
[Section("data")]
public sealed record DataSection
{
    private const string Dealt = "data.partition = non-iid";

    [Key("generated (10 classes of drawn 32x32 pictures, works offline) or cifar10 (`nmoe data get cifar10`).")]
    public string Name { get; init; } = "generated";

    [Key("""
        Folder of a data set on disk, read where there is one; "" means the user's cache. Not part of the configuration's hash: the content is what counts.
        """, Empty = "the user's cache")]
    [When("a data set that lies on disk")]
    public string Path { get; init; } = "";

    [Key("""
        iid (every client sees all classes equally often), non-iid (one dominant class a client) or dirichlet (class shares drawn for each client; clients take in the order
        of their numbers, and what a class no longer has comes from the others by the same shares: the run says how far that went).
        """)]
    public string Partition { get; init; } = "iid";

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

    [Key("Whether a picture may be dealt to several clients when a class has too few: on or off.")]
    public bool AllowOverlap { get; init; } = false;

    [Key("1..1000000", "Training pictures of each client (of its dominant part under dominant-fixed); disjoint unless allow-overlap. {range}; 2500 in the paper.")]
    public int TrainPerClient { get; init; } = 2500;

    [Key("1..1000000", """
        Test pictures of each client, likewise. {range}; 1000 in the paper. With dirichlet the test set 'same' has each client's shares of training pictures; where the
        test split does not hold so many in those shares, all test shards are as large as it does, and the run says how large.
        """)]
    public int TestPerClient { get; init; } = 1000;

    /// <summary>How the data set is read.</summary>
    public DataReading Reading => DataSources.Of(Name).Read(DataReading.None);

    /// <summary>What its pictures are like, as far as the configuration tells.</summary>
    public PictureForm Form => DataSources.Of(Name).Form(Reading);
}
