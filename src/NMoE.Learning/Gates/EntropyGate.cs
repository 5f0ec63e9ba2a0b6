using NMoE.Learning.Keys;

namespace NMoE.Learning.Gates;

/// <summary>The keys of <see cref="EntropyGate"/>.</summary>
public sealed record EntropyGateKeys
{
    /// <summary>Below which entropy the trained gate chooses.</summary>
    [Key("[0, 1]", """
        A sample goes where fedgate's gate sends it if the entropy of the gate's probabilities is below this, and else stays with the client's own expert. Entropies are counted
        in that of all experts that are there alike, ln m: 0 for a gate that is certain, 1 for one that knows nothing. In {range}; at 0 all samples stay.
        """)]
    public double Threshold { get; init; } = 0.5;
}

/// <summary>FedGate's gate where it is sure, and the client's own expert where it is not: an answer that the gate can only guess is worth no traffic.</summary>
public sealed class EntropyGate : IGate
{
    /// <inheritdoc/>
    public string Name => "entropy-gate";

    /// <inheritdoc/>
    public string? Source => FedGate.Stage;

    /// <inheritdoc/>
    public object Settings => new EntropyGateKeys();

    /// <inheritdoc/>
    public Choices Choose(GateInput samples)
    {
        ArgumentNullException.ThrowIfNull(samples);
        var (settings, threshold) = (samples.Settings, samples.OwnKeys<EntropyGateKeys>().Threshold);
        var (scores, own) = (samples.Scores(), settings.Client);
        for (var row = 0; row < samples.Rows; row++)
        {
            var of = scores.AsSpan(row * settings.Clients, settings.Clients);
            if (settings.MayChoose(own) && Entropy(of) >= threshold)
            {
                of[own] = MathF.BitIncrement(Highest(of));
            }
        }

        return Choices.TopK(scores, settings.Clients, settings.K);
    }

    /// <summary>-sum_i p_i ln p_i / ln m of p = softmax(s), over the m experts that may be chosen: in [0, 1]; 0 for one expert alone.</summary>
    /// <param name="scores">s, [n]; minus infinity for experts that may not be chosen.</param>
    public static double Entropy(ReadOnlySpan<float> scores)
    {
        var (highest, sum, weighed, there) = (Highest(scores), 0.0, 0.0, 0);
        foreach (var score in scores)
        {
            if (!float.IsNegativeInfinity(score))
            {
                var distance = (double)score - highest;
                var power = Math.Exp(distance);
                (sum, weighed, there) = (sum + power, weighed + (power * distance), there + 1);
            }
        }

        return there > 1 ? (Math.Log(sum) - (weighed / sum)) / Math.Log(there) : 0;
    }

    private static float Highest(ReadOnlySpan<float> scores)
    {
        var highest = float.NegativeInfinity;
        foreach (var score in scores)
        {
            highest = MathF.Max(highest, score);
        }

        return highest;
    }
}
