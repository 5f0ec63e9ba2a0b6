using System.Collections.Immutable;
using System.Text.Json.Serialization;

namespace NMoE.Learning.Jobs;

/// <summary>
/// GlobalGate, the paper's upper bound of FedGate: some epochs on the data of all clients together. Inputs: G, then for each client in order its latents, its
/// training shard (its labels) and the logits of each expert. Output 0: G. Metrics: <c>loss</c>, <c>balance</c>.
/// </summary>
/// <param name="Gate">How the gate is trained, as in FedGate.</param>
/// <param name="Holders">Number of clients whose data are given.</param>
public sealed record GlobalGateParameters(GateParameters Gate, int Holders) : IJobParameters
{
    /// <inheritdoc/>
    public static string Kind => "globalgate";

    /// <summary>The seed of each client's expert, where only what the experts held out is learned from.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public ImmutableArray<ulong>? HoldoutSeeds { get; init; }

    /// <summary>The experts that each client may ask, ascending, where that is not all: its inputs have their logits alone, and the scores of others are masked for its samples. Null where each has those of <see cref="GateParameters.Experts"/>.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public ImmutableArray<ImmutableArray<int>>? Known { get; init; }
}
