namespace NMoE.Learning.Jobs;

/// <summary>
/// Compares answers with labels. Inputs: for each client in order, probabilities then test shard. Metrics: <c>accuracy</c>, <c>macroF1</c>, <c>auc</c>
/// (pooled), <c>aucSkipped</c>, and <c>clientAccuracy</c>, <c>clientMacroF1</c>, <c>clientAuc</c> (means over clients). Integers: 1 where a pooled row is right, else 0.
/// </summary>
/// <param name="Clients">Number of clients.</param>
public sealed record ScoreParameters(int Clients) : IJobParameters
{
    /// <inheritdoc/>
    public static string Kind => "score";
}

/// <summary>
/// OracleGate: a row is right when any expert is. Inputs: for each client in order, the test shard, then the logits of all n experts on it.
/// Metrics and integers as <see cref="ScoreParameters"/> gives for accuracy: <c>accuracy</c>, <c>clientAccuracy</c>.
/// </summary>
/// <param name="Clients">Number of clients n, also of experts.</param>
public sealed record OracleParameters(int Clients) : IJobParameters
{
    /// <inheritdoc/>
    public static string Kind => "oracle";
}

/// <summary>Accuracy of the global stage-1 model. Inputs: F, H, then test shards. Metrics: <c>accuracy</c>, <c>loss</c> (pooled).</summary>
/// <param name="Model">The architecture.</param>
public sealed record ModelScoreParameters(ModelSpec Model) : IJobParameters
{
    /// <inheritdoc/>
    public static string Kind => "model-score";
}
