using System.Collections.Immutable;
using NMoE.Compute.Blobs;
using NMoE.Compute.Jobs;
using NMoE.Federation.Protocol;
using NMoE.Federation.Settings;

namespace NMoE.Federation.Roles;

/// <summary>
/// An exchange before the training of each round of stage 1: a matrix comes up from each client, noised where that is asked for, and a weighed sum of the others' goes down to it. The objective says what
/// the matrix is and what it weighs; that it is waited for up to a deadline, kept, asked for again and counted as a release is the same for all.
/// </summary>
public interface IExchange
{
    /// <summary>Numbers of a matrix.</summary>
    long Numbers(Plan plan);

    /// <summary>FLOP of a client's matrix, which its device is charged.</summary>
    /// <param name="plan">The experiment.</param>
    /// <param name="rows">The client's training pictures.</param>
    double Flops(Plan plan, int rows);

    /// <summary>What becomes of the last matrix of a client that sends none.</summary>
    StaleMatrices Stale(ExperimentSettings settings);

    /// <summary>How much noise a client adds to what it releases; null for none.</summary>
    /// <param name="settings">The experiment.</param>
    /// <param name="rows">The client's training pictures.</param>
    ReleaseNoise? Noise(ExperimentSettings settings, int rows);

    /// <summary>A client's matrix. Output 0: it.</summary>
    /// <param name="plan">The experiment.</param>
    /// <param name="client">The client.</param>
    /// <param name="asked">The model that it is of.</param>
    /// <param name="shard">The client's training shard.</param>
    Job Matrix(Plan plan, int client, Correlate asked, BlobRef shard);

    /// <summary>What each of the others' matrices weighs in the sum for a client.</summary>
    /// <param name="plan">The experiment.</param>
    /// <param name="known">What the aggregator keeps.</param>
    /// <param name="client">The client.</param>
    /// <param name="others">Whose matrices are there, ascending; at least one.</param>
    ImmutableArray<double> Weights(Plan plan, AggregatorMemory known, int client, ImmutableArray<int> others);
}
