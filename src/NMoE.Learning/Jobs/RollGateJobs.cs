using System.Collections.Immutable;
using NMoE.Learning.Models;

namespace NMoE.Learning.Jobs;

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
}
