namespace NMoE.Learning.Partitions;

/// <summary>How many training pictures clients have.</summary>
public enum SizeRule
{
    /// <summary>All as many.</summary>
    Equal,

    /// <summary>Shares of the whole follow a log-normal distribution.</summary>
    LogNormal,

    /// <summary>Shares of the whole follow a symmetric Dirichlet distribution.</summary>
    Dirichlet,
}
