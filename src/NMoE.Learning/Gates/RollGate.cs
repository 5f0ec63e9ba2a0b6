using System.Collections.Immutable;
using System.Text.Json.Serialization;
using NMoE.Chance;
using NMoE.Compute.Jobs;
using NMoE.Learning.Cost;
using NMoE.Learning.Devices;
using NMoE.Learning.Jobs;
using NMoE.Learning.Models;
using NMoE.Learning.Tensors;
using NMoE.Learning.Training;
using static TorchSharp.torch;

namespace NMoE.Learning.Gates;

/// <summary>The gate that was trained around a ring of clients on pseudo-labels (Sec. III-C.2).</summary>
public sealed class RollGate : IGate
{
    /// <inheritdoc/>
    public string Name => "rollgate";

    /// <inheritdoc/>
    public string? Source => "rollgate";

    /// <inheritdoc/>
    public Choices Choose(GateInput samples)
    {
        ArgumentNullException.ThrowIfNull(samples);
        return Choices.TopK(samples.Scores(), samples.Settings.Clients, samples.Settings.K);
    }
}

/// <summary>
/// RollGate (Sec. III-C.2), one client's turn: its latents get pseudo-labels, and the gate learns to tell them by cross-entropy. What the clients before it
/// taught fades: nothing in the loss holds on to it. Inputs: G, latents. Output 0: G. Metric: <c>loss</c>, the mean over the last epoch.
/// </summary>
/// <param name="Model">The architecture.</param>
/// <param name="Clients">Number of experts n of the gate.</param>
/// <param name="Experts">Numbers of the experts that are there, ascending, the client's own among them: labels are drawn from these.</param>
/// <param name="Client">The client whose latents these are.</param>
/// <param name="Share">Share p of the rows that are labelled with the client's own number, in (0, 1].</param>
/// <param name="LabelKey">Key of the labels: the same in each of the client's turns, while the job's seed orders the mini-batches of one.</param>
/// <param name="LearningRate">Adam's learning rate.</param>
/// <param name="Batch">Mini-batch size.</param>
/// <param name="Epochs">Epochs of the turn.</param>
public sealed record RollGateParameters(
    ModelSpec Model, int Clients, ImmutableArray<int> Experts, int Client, double Share, ulong LabelKey,
    double LearningRate, int Batch, int Epochs) : IJobParameters
{
    /// <inheritdoc/>
    public static string Kind => "rollgate";

    /// <summary>
    /// The rows of G that are trained, ascending, where a client may ask some experts alone: <see cref="Clients"/> counts these, and the other numbers are places among them. All other rows stay as
    /// they are. Null for all.
    /// </summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public ImmutableArray<int>? Rows { get; init; }
}

/// <summary>
/// A client's turn of RollGate (Sec. III-C.2): n-way cross-entropy against pseudo-labels, on its own latents alone. The gate forgets what it learned
/// from the clients before, the more the more epochs a turn has; that is how the paper has it, and nothing here mends it.
/// </summary>
internal sealed class RollGateFunction : IJobFunction
{
    public string Kind => RollGateParameters.Kind;

    public JobOutput Run(JobContext context)
    {
        var settings = LearningJob.Parameters<RollGateParameters>(context.Job);
        using var scope = NewDisposeScope();
        using var model = new FlatParameters(
            (Network.G, ParameterLayout.Of(settings.Model, ModelPart.Gate, settings.Clients), GateRows.Take(context.Inputs[0], settings.Rows)));
        using var optimiser = new Adam(model, settings.LearningRate);
        var latents = TensorBlobs.Floats(context.Inputs[1], "latents");
        var labels = Backend.Longs(PseudoLabels.Draw((int)latents.shape[0], settings.Client, settings.Experts, settings.Share, settings.LabelKey));
        var loss = 0.0;
        for (var epoch = 0; epoch < settings.Epochs; epoch++)
        {
            loss = Epoch(context, settings, model, optimiser, latents, labels, (uint)epoch);
        }

        return Output.Of(GateRows.Put(context.Inputs[0], settings.Rows, model.File(Network.G))).With("loss", loss);
    }

    public JobForecast Forecast(Job job)
    {
        var settings = LearningJob.Parameters<RollGateParameters>(job);
        var rows = BlobSizes.TableRows(job.Inputs[1], "latents", settings.Model.Latent);
        return new(LearningCost.Gate(settings.Model, settings.Clients, rows, settings.Epochs), [job.Inputs[0].Bytes], [], ["loss"]);
    }

    private static double Epoch(
        JobContext context, RollGateParameters settings, FlatParameters model, Adam optimiser, Tensor latents, Tensor labels, uint epoch)
    {
        var order = new Draws(context.Job.Seed, (uint)DrawPurpose.Shuffle, epoch).Permutation((int)latents.shape[0]);
        var loss = 0.0;
        for (var first = 0; first < order.Length; first += settings.Batch)
        {
            context.Cancellation.ThrowIfCancellationRequested();
            using var step = NewDisposeScope();
            var rows = Backend.Longs(order.Skip(first).Take(settings.Batch).Select(row => (long)row).ToArray());
            var entropy = nn.functional.cross_entropy(Network.Score(model, settings.Model, settings.Clients, latents[rows]), labels[rows]);
            model.Backward(entropy);
            optimiser.Step();
            loss += entropy.item<float>() * rows.shape[0] / order.Length;
        }

        return loss;
    }
}
