using System.Collections.Immutable;
using NMoE.Compute.Blobs;

namespace NMoE.Federation.Protocol;

/// <summary>What devices say to each other over the network.</summary>
public interface IMessage
{
    /// <summary>Blobs that come with the message: the receiver may use them from then on.</summary>
    ImmutableArray<BlobRef> Blobs => [];

    /// <summary>Bytes of tensors that travel with the message.</summary>
    long PayloadBytes => Blobs.Sum(blob => blob.Bytes);

    /// <summary>Which of its kind it is: a round, a pass and a request, or a ring and a hop; zeros for a kind that has none. What befalls a message goes by that.</summary>
    (int First, int Second) Occasion => default;
}

/// <summary>A stage that trains in rounds.</summary>
public enum TrainingStage
{
    /// <summary>Stage 1: the shared feature extractor.</summary>
    Extractor,

    /// <summary>Stage 3: the shared gate.</summary>
    Gate,

    /// <summary>Stage 3 by RollGate: the laps of a gate around a ring of clients.</summary>
    Rolling,
}

/// <summary>Client to aggregator: my data is there.</summary>
/// <param name="Samples">Training samples n_i.</param>
public sealed record Join(int Samples) : IMessage;

/// <summary>To a server: I was away, or have heard nothing for long; tell me what I missed.</summary>
/// <param name="Samples">Training samples n_i of a client; 0 where they are not dealt yet, and from the aggregator.</param>
public sealed record Rejoin(int Samples) : IMessage;

/// <summary>Aggregator to client or supervisor: I am here, and you missed nothing but what comes beside this or is on its way.</summary>
public sealed record NothingNew : IMessage;

/// <summary>Supervisor to aggregator: begin.</summary>
public sealed record BeginTraining : IMessage;

/// <summary>Aggregator to supervisor: all stages are done.</summary>
public sealed record TrainingFinished : IMessage
{
    /// <summary>Clients that have experts and are there, ascending; none named means all clients.</summary>
    public ImmutableArray<int> Experts { get; init; } = [];
}

/// <summary>Supervisor to client: serve, and use, the networked experts from now on, without us.</summary>
public sealed record BeginServing : IMessage
{
    /// <summary>As in <see cref="TrainingFinished"/>: whom a gate may choose.</summary>
    public ImmutableArray<int> Experts { get; init; } = [];
}

/// <summary>Client to supervisor: I have all that serving needs, and began.</summary>
public sealed record ServingBegun : IMessage;

/// <summary>Aggregator to client: the model to start this round from.</summary>
/// <param name="Stage">Stage.</param>
/// <param name="Round">Round, from 1.</param>
/// <param name="Model">F and the predictor in stage 1, G in stage 3.</param>
/// <param name="Control">SCAFFOLD's control variate c; none before its first round has ended, and with other algorithms.</param>
public sealed record TrainRound(TrainingStage Stage, int Round, ImmutableArray<BlobRef> Model, ImmutableArray<BlobRef> Control) : IMessage
{
    /// <inheritdoc/>
    public (int First, int Second) Occasion => (Round, 0);

    /// <summary>The last round whose average holds the receiver's update, with SCAFFOLD; 0 for none, and with other algorithms.</summary>
    public int Counted { get; init; }

    /// <summary>The moments of all clients' latents together, in a round of a gate that is trained relative to them; else none.</summary>
    public ImmutableArray<BlobRef> Moments { get; init; } = [];

    /// <inheritdoc/>
    public ImmutableArray<BlobRef> Blobs => [.. Model, .. Control, .. Moments];
}

/// <summary>Client to aggregator: what my data made of the model.</summary>
/// <param name="Stage">Stage.</param>
/// <param name="Round">Round.</param>
/// <param name="Model">As in <see cref="TrainRound"/>.</param>
/// <param name="Samples">n_i, the weight in the average.</param>
/// <param name="Loss">Training loss.</param>
/// <param name="Control">SCAFFOLD's c_i' - c_i; none with other algorithms.</param>
public sealed record RoundUpdate(
    TrainingStage Stage, int Round, ImmutableArray<BlobRef> Model, int Samples, double Loss, ImmutableArray<BlobRef> Control) : IMessage
{
    /// <inheritdoc/>
    public (int First, int Second) Occasion => (Round, 0);

    /// <inheritdoc/>
    public ImmutableArray<BlobRef> Blobs => [.. Model, .. Control];
}

/// <summary>Aggregator to client, FedSC's first exchange: send the correlation matrix that your data have under this model.</summary>
/// <param name="Round">Round, from 1.</param>
/// <param name="Model">F and the projection head, from which the round will start.</param>
public sealed record Correlate(int Round, ImmutableArray<BlobRef> Model) : IMessage
{
    /// <inheritdoc/>
    public (int First, int Second) Occasion => (Round, 0);

    /// <inheritdoc/>
    public ImmutableArray<BlobRef> Blobs => Model;
}

/// <summary>Client to aggregator: my correlation matrix, noised if there is a privacy budget.</summary>
/// <param name="Round">Round.</param>
/// <param name="Correlation">R~, [d, d].</param>
public sealed record Correlated(int Round, BlobRef Correlation) : IMessage
{
    /// <inheritdoc/>
    public (int First, int Second) Occasion => (Round, 0);

    /// <inheritdoc/>
    public ImmutableArray<BlobRef> Blobs => [Correlation];
}

/// <summary>Aggregator to client, FedSC's second exchange: train from the model that you have, against this.</summary>
/// <param name="Round">Round.</param>
/// <param name="External">W, the weighed sum of the others' matrices, [d, d]; none where there are no others.</param>
/// <param name="Share">q_i, the client's share of the data, in (0, 1].</param>
public sealed record TrainAgainst(int Round, ImmutableArray<BlobRef> External, double Share) : IMessage
{
    /// <inheritdoc/>
    public (int First, int Second) Occasion => (Round, 0);

    /// <inheritdoc/>
    public ImmutableArray<BlobRef> Blobs => External;
}

/// <summary>Aggregator to client: the outcome of a stage.</summary>
/// <param name="Stage">Stage.</param>
/// <param name="Model">As in <see cref="TrainRound"/>.</param>
public sealed record PublishModel(TrainingStage Stage, ImmutableArray<BlobRef> Model) : IMessage
{
    /// <summary>The place at which the aggregator ended stage 1, from 0: of two outcomes the later place's counts.</summary>
    public int Lineage { get; init; }

    /// <summary>Of a gate, the experts that it has learned to choose, ascending; none named means all clients' experts.</summary>
    public ImmutableArray<int> Experts { get; init; } = [];

    /// <inheritdoc/>
    public ImmutableArray<BlobRef> Blobs => Model;
}

/// <summary>Client to aggregator: my expert is trained.</summary>
public sealed record ExpertReady : IMessage
{
    /// <summary>The mean of my training latents and that of their squares, [D] each, where the gate is trained on latents relative to those of all clients; else none.</summary>
    public ImmutableArray<BlobRef> Moments { get; init; } = [];

    /// <inheritdoc/>
    public ImmutableArray<BlobRef> Blobs => Moments;
}

/// <summary>Aggregator to client: these clients have experts; get their opinion of your training latents.</summary>
/// <param name="Experts">Client numbers, ascending.</param>
public sealed record ShareLatents(ImmutableArray<int> Experts) : IMessage;

/// <summary>Client to client: what does your expert say of these?</summary>
/// <param name="Latents">[rows, D].</param>
/// <param name="Rows">Rows.</param>
public sealed record TrainingLatents(BlobRef Latents, int Rows) : IMessage
{
    /// <inheritdoc/>
    public ImmutableArray<BlobRef> Blobs => [Latents];
}

/// <summary>Client to client: my expert's logits of your training latents.</summary>
/// <param name="Logits">[rows, C].</param>
/// <param name="Rows">Rows.</param>
public sealed record TrainingLogits(BlobRef Logits, int Rows) : IMessage
{
    /// <inheritdoc/>
    public ImmutableArray<BlobRef> Blobs => [Logits];
}

/// <summary>Client to aggregator: I have all that gate training needs.</summary>
public sealed record GateDataReady : IMessage
{
    /// <summary>Experts whose opinions came in time, ascending; none named means all that were asked.</summary>
    public ImmutableArray<int> Experts { get; init; } = [];
}

/// <summary>Client to client: my gate chose your expert for these samples.</summary>
/// <param name="Pass">Inference pass.</param>
/// <param name="Request">Request within the pass.</param>
/// <param name="Latents">The latents that the rows are of.</param>
/// <param name="Rows">Rows that travel.</param>
/// <param name="RowBytes">Bytes of a row.</param>
public sealed record RouteLatents(int Pass, int Request, BlobRef Latents, ImmutableArray<int> Rows, int RowBytes) : IMessage
{
    /// <summary>0 for rows that the gate chose the expert for, then how often next-best experts have stood in within this request: it tells an expert's rows apart. A retry is of the same rows.</summary>
    public int Substitution { get; init; }

    /// <inheritdoc/>
    public (int First, int Second) Occasion => (Pass, Request);

    /// <inheritdoc/>
    public ImmutableArray<BlobRef> Blobs => [Latents];

    /// <inheritdoc/>
    public long PayloadBytes => (long)Rows.Length * RowBytes;
}

/// <summary>Client to client: my expert's outputs for the rows of that request.</summary>
/// <param name="Pass">Inference pass.</param>
/// <param name="Request">Request.</param>
/// <param name="Logits">The logits that the rows are of.</param>
/// <param name="Rows">Number of rows that travel.</param>
/// <param name="RowBytes">Bytes of a row.</param>
public sealed record ExpertOutputs(int Pass, int Request, BlobRef Logits, int Rows, int RowBytes) : IMessage
{
    /// <summary>As it was asked.</summary>
    public int Substitution { get; init; }

    /// <inheritdoc/>
    public (int First, int Second) Occasion => (Pass, Request);

    /// <inheritdoc/>
    public ImmutableArray<BlobRef> Blobs => [Logits];

    /// <inheritdoc/>
    public long PayloadBytes => (long)Rows * RowBytes;
}
