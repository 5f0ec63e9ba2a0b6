using System.Collections.Immutable;
using System.Text.Json.Serialization;
using NMoE.Learning.Models;

namespace NMoE.Learning.Jobs;

/// <summary>
/// R of one client, over its whole shard and two views of each picture, in evaluation mode: (1/n) sum_x M_x, M_x the mean over views of z z^T, |z|^2 at
/// most the cap. Rows that are not finite count as 0. Inputs: F, projection head, training shard. Output 0: <c>correlation</c> f32 [d, d].
/// </summary>
/// <param name="Model">The architecture.</param>
/// <param name="Dimension">d.</param>
/// <param name="Cap">mu.</param>
public sealed record CorrelationParameters(ModelSpec Model, int Dimension, double Cap) : IJobParameters
{
    /// <inheritdoc/>
    public static string Kind => "correlation";
}

/// <summary>What the noise on a released matrix follows from, beside the matrix.</summary>
public enum NoiseKey
{
    /// <summary>The job's seed, which stands in the job's record: who has the record, or the experiment's seed, can take the noise off again.</summary>
    Seed,

    /// <summary>256 bits that stand in no record; the job's seed is only their name.</summary>
    Private,
}

/// <summary>
/// What a client releases of R: R + (E + E^T)/2 with E iid N(0, sigma^2). The noise is a function of the client's secret (the job's seed, or what it names), of sigma and of R itself: the same R
/// gets the same noise, so that a job run again is no second release, and another R another, so that no difference removes it. Input: R. Output 0:
/// <c>correlation</c>.
/// </summary>
/// <param name="Sigma">Standard deviation of E's elements, above 0.</param>
public sealed record ReleaseParameters(double Sigma) : IJobParameters
{
    /// <inheritdoc/>
    public static string Kind => "release";

    /// <summary>What the client's secret is.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public NoiseKey Key { get; init; }
}

/// <summary>W_i of one client: the weighed sum of the others' released matrices, in the order given. Inputs: those. Output 0: <c>correlation</c>.</summary>
/// <param name="Weights">One weight an input, used as they are.</param>
public sealed record ExternalParameters(ImmutableArray<double> Weights) : IJobParameters
{
    /// <inheritdoc/>
    public static string Kind => "external";
}
