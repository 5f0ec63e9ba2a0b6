using System.Text.Json.Serialization;

namespace NMoE.Learning.Partitions;

/// <summary>The dominant class's share in Non-IID(tau).</summary>
public enum DominantRule
{
    /// <summary>1/(1+tau), as the paper's tables show.</summary>
    OneOverOnePlusTau,

    /// <summary>1-tau, as its text says.</summary>
    OneMinusTau,
}

/// <summary>Which client of a Non-IID(tau) partition has which dominant class.</summary>
public enum DominantOrder
{
    /// <summary>Client i the class i mod C.</summary>
    ByNumber,

    /// <summary>Client i the class at place i mod C of a permutation that the seed draws.</summary>
    Drawn,
}

/// <summary>What of a Non-IID(tau) shard has the given size.</summary>
public enum CountRule
{
    /// <summary>The whole shard.</summary>
    TotalFixed,

    /// <summary>The dominant part; the rest comes on top, tau times as much (reproduces 66.66, 76.92 and 83.33 % to the digit).</summary>
    DominantFixed,
}

/// <summary>Whether a picture may be dealt to several clients.</summary>
public enum Overlap
{
    /// <summary>To one at most.</summary>
    Refused,

    /// <summary>To several, when a class has too few; never twice to one.</summary>
    Allowed,
}

/// <summary>A partition of one split over all clients.</summary>
/// <param name="Kind">The name of a partition in <see cref="Partitions"/>.</param>
/// <param name="Tau">In (0, 1]; read by <see cref="NonIidPartition"/> only, else 1.</param>
/// <param name="Clients">Number of clients n.</param>
/// <param name="PerClient">Pictures of each client, or of its dominant part.</param>
public sealed record PartitionSpec(string Kind, double Tau, int Clients, int PerClient)
{
    /// <summary>Concentration of <see cref="DirichletPartition"/>, above 0: small for one class a client, large for all alike; else 1.</summary>
    public double Alpha { get; init; } = 1;

    /// <summary>Share of the dominant class.</summary>
    public DominantRule Dominant { get; init; }

    /// <summary>Whose class is dominant where.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public DominantOrder Order { get; init; }

    /// <summary>Shards a client of <see cref="ShardsPartition"/>; else 0.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public int Shards { get; init; }

    /// <summary>Whether all clients have <see cref="PerClient"/> pictures, or that is the mean.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public SizeRule Sizes { get; init; }

    /// <summary>Sigma of log-normal sizes, or the concentration of Dirichlet's; else 0.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public double Spread { get; init; }

    /// <summary>The least that a client is drawn where sizes are; null for 1.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public int? Fewest { get; init; }

    /// <summary>What <see cref="PerClient"/> counts.</summary>
    public CountRule Count { get; init; }

    /// <summary>Whether clients may share pictures.</summary>
    public Overlap Overlap { get; init; }

    /// <summary>The partition of the training split whose class shares each client's shard has; null for shares of its own.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public PartitionSpec? Like { get; init; }

    /// <summary>Whose each training picture is, of <see cref="FilePartition"/>; what of it a job needs stands in the job.</summary>
    [JsonIgnore]
    public ClientFile? File { get; init; }

    /// <summary>Pictures of a whole shard, where all clients have as many.</summary>
    /// <exception cref="PartitionException">There is no partition of this kind.</exception>
    [JsonIgnore]
    public int Rows => Partitions.Of(Kind).Rows(this);

    /// <summary>The same without what only some partitions read.</summary>
    public PartitionSpec Bare() => new(Kind, 1, Clients, PerClient) { Overlap = Overlap, Sizes = Sizes, Spread = Sizes == SizeRule.Equal ? 0 : Spread, Fewest = Sizes == SizeRule.Equal ? null : Fewest };
}
