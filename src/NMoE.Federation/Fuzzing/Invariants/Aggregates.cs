using System.Collections.Immutable;
using NMoE.Compute.Blobs;
using NMoE.Compute.Jobs;
using NMoE.Federation.Aggregator;
using NMoE.Federation.Protocol;
using NMoE.Federation.Roles;
using NMoE.Learning.Jobs;
using NMoE.Simulation.Network;

namespace NMoE.Federation.Fuzzing.Invariants;

/// <summary>An update as it reached the aggregator.</summary>
/// <param name="Client">Number of the device that sent it.</param>
/// <param name="Stage">Its stage.</param>
/// <param name="Round">The round that it says it is of.</param>
internal sealed record ReceivedUpdate(int Client, string Stage, int Round)
{
    /// <summary>Of an edge server's, the samples that it says.</summary>
    public int Samples { get; init; }

    /// <summary>Likewise, the clients.</summary>
    public int Clients { get; init; } = 1;

    /// <summary>Likewise, the sites.</summary>
    public ImmutableArray<int> Sites { get; init; } = [];
}

/// <summary>What the aggregator could know an aggregate from: updates and matrices that reached it, and what it made itself.</summary>
internal sealed class Aggregates
{
    private readonly SortedDictionary<BlobHash, ReceivedUpdate> _updates = [];
    private readonly SortedDictionary<BlobHash, (int Client, int Round)> _matrices = [];
    private readonly SortedSet<BlobHash> _moments = [];
    private readonly SortedSet<BlobHash> _own = [];

    /// <summary>Notes what a decision of the aggregator was about.</summary>
    public void Note(object message)
    {
        switch (message)
        {
            case Delivery { Message: RoundUpdate update, From: var from }:
                foreach (var blob in update.Blobs)
                {
                    _updates[blob.Hash] = new ReceivedUpdate(from.Number, update.Stage, update.Round) { Samples = update.Samples, Clients = Math.Max(1, update.Clients), Sites = update.Sites };
                }

                break;
            case Delivery { Message: Correlated matrix, From: var from }:
                _matrices[matrix.Correlation.Hash] = (from.Number, matrix.Round);
                break;
            case Delivery { Message: ExpertReady ready }:
                _moments.UnionWith(ready.Moments.Select(moments => moments.Hash));
                break;
            case Delivery { Message: Checkpoint kept }:
                _own.UnionWith(kept.Blobs.Select(blob => blob.Hash));
                break;
            case JobFinished { Tag: RestoredTag { Client: var client, Update: var update } } restored:
                foreach (var blob in restored.Result.Outputs)
                {
                    _updates[blob.Hash] = new ReceivedUpdate(client, update.Stage, update.Round);
                }

                break;
            case JobFinished job:
                _own.UnionWith(job.Result.Outputs.Select(output => output.Hash));
                break;
        }
    }

    /// <summary>Whether a job makes a model, or a control variate, of updates. The moments of all clients' latents are an average, too, and of no update.</summary>
    public bool IsOfUpdates(Job job) => (job.Kind == AverageParameters.Kind && !job.Inputs.All(input => _moments.Contains(input.Hash)))
        || job.Kind == MomentumAverageParameters.Kind || job.Kind == BufferedStepParameters.Kind || job.Kind == ScaffoldServerParameters.Kind
        || job.Kind == DiscriminantParameters.Kind || job.Kind == GateRowsAverageParameters.Kind;

    /// <summary>The update that a blob came in, or null.</summary>
    public ReceivedUpdate? Update(BlobRef blob) => _updates.GetValueOrDefault(blob.Hash);

    /// <summary>Who sent a matrix, and of which round; null for what is none.</summary>
    public (int Client, int Round)? Matrix(BlobRef blob) => _matrices.TryGetValue(blob.Hash, out var matrix) ? matrix : null;

    /// <summary>Whether the aggregator made a blob.</summary>
    public bool IsOwn(BlobRef blob) => _own.Contains(blob.Hash);
}
