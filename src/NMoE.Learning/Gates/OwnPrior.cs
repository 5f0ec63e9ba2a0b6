using System.Runtime.InteropServices;
using NMoE.Compute.Blobs;
using NMoE.Learning.Tensors;

namespace NMoE.Learning.Gates;

/// <summary>A client's prior over experts, and how far what it serves is like what it was fitted to; all in double precision and by row, so that no machine rounds it otherwise.</summary>
internal static class OwnPrior
{
    private const int Steps = 100;
    private static readonly double[] Temperatures = [1, 1.5, 2, 3];

    /// <summary>
    /// The prior, and the temperature that a gate's scores are divided by before it (Guo et al., 2017): of 1, 1.5, 2 and 3 the lowest whose mean log-likelihood of the true classes is within a standard error of the
    /// best, because a gate that is too sure of itself leaves a prior no say, and one that is too unsure no one else.
    /// </summary>
    /// <param name="scores">The gate's scores of a client's rows, [rows * n].</param>
    /// <param name="chances">p_j(y|h), [rows * n]; 0 for experts that are not there.</param>
    /// <param name="experts">n.</param>
    public static (double[] Prior, double Temperature) Calibrate(ReadOnlySpan<float> scores, ReadOnlySpan<double> chances, int experts)
    {
        var fits = new List<(double[] Prior, double Temperature, double[] Logs)>();
        foreach (var temperature in Temperatures)
        {
            var cooled = new float[scores.Length];
            for (var slot = 0; slot < cooled.Length; slot++)
            {
                cooled[slot] = (float)(scores[slot] / temperature);
            }

            var shares = Shares(cooled, experts);
            var weighed = new double[shares.Length];
            for (var slot = 0; slot < weighed.Length; slot++)
            {
                weighed[slot] = shares[slot] * chances[slot];
            }

            var prior = Fit(weighed, experts);
            fits.Add((prior, temperature, Logs(weighed, shares, prior)));
        }

        var best = fits.MaxBy(fit => fit.Logs.Average());
        var mean = best.Logs.Average();
        var error = Math.Sqrt(best.Logs.Sum(log => (log - mean) * (log - mean))) / best.Logs.Length;
        var (chosen, at, _) = fits.First(fit => fit.Logs.Average() >= mean - error);
        return (chosen, at);
    }

    /// <summary>log of the mixture's probability of the true class, row by row; that of a row that no expert explains is bounded.</summary>
    private static double[] Logs(double[] weighed, double[] shares, double[] prior)
    {
        var logs = new double[weighed.Length / prior.Length];
        for (var row = 0; row < logs.Length; row++)
        {
            var (explained, all) = (0.0, 0.0);
            for (var expert = 0; expert < prior.Length; expert++)
            {
                explained += prior[expert] * weighed[(row * prior.Length) + expert];
                all += prior[expert] * shares[(row * prior.Length) + expert];
            }

            logs[row] = Math.Log(Math.Max(explained / all, 1e-12));
        }

        return logs;
    }

    /// <summary>
    /// The prior that makes a client's rows likeliest under the mixture sum_j n pi_j g_j(h) p_j(y|h), with one row's worth of an even prior beside them: EM, whose step is the mean of the
    /// experts' responsibilities.
    /// </summary>
    /// <param name="weighed">g_j(h) p_j(y|h), row by row, [rows * n]; 0 for experts that are not there.</param>
    /// <param name="experts">n.</param>
    /// <returns>pi, [n]; its sum is 1.</returns>
    public static double[] Fit(ReadOnlySpan<double> weighed, int experts)
    {
        var rows = weighed.Length / experts;
        var prior = Enumerable.Repeat(1.0 / experts, experts).ToArray();
        var next = new double[experts];
        for (var step = 0; step < Steps; step++)
        {
            Array.Fill(next, 1.0 / experts);
            for (var row = 0; row < rows; row++)
            {
                var of = weighed.Slice(row * experts, experts);
                var total = 0.0;
                for (var expert = 0; expert < experts; expert++)
                {
                    total += prior[expert] * of[expert];
                }

                for (var expert = 0; expert < experts; expert++)
                {
                    // A row that no expert explains speaks for none.
                    next[expert] += total > 0 ? prior[expert] * of[expert] / total : 1.0 / experts;
                }
            }

            for (var expert = 0; expert < experts; expert++)
            {
                prior[expert] = next[expert] / (rows + 1);
            }
        }

        return prior;
    }

    /// <summary>
    /// The likeliest share a of samples that are like the client's own, the rest being like all clients' together: maximises sum log(1 - a + a sum_j n pi_j g_j(h)), by EM from one half.
    /// </summary>
    /// <param name="shares">The gate's softmax g, row by row, [rows * n].</param>
    /// <param name="prior">pi, [n].</param>
    /// <returns>a, 0..1.</returns>
    public static double Alikeness(ReadOnlySpan<double> shares, ReadOnlySpan<double> prior)
    {
        var experts = prior.Length;
        var ratios = new double[shares.Length / experts];
        for (var slot = 0; slot < shares.Length; slot++)
        {
            ratios[slot / experts] += experts * prior[slot % experts] * shares[slot];
        }

        var alike = 0.5;
        for (var step = 0; step < Steps; step++)
        {
            var sum = 0.0;
            foreach (var ratio in ratios)
            {
                sum += alike * ratio / (1 - alike + (alike * ratio));
            }

            alike = sum / ratios.Length;
        }

        return alike;
    }

    /// <summary>What a gate's share is multiplied with: 1 where nothing is like the client's own.</summary>
    public static double Mixed(double alike, double prior, int experts) => 1 - alike + (alike * experts * prior);

    /// <summary>The softmax of each row, [rows * columns].</summary>
    public static double[] Shares(ReadOnlySpan<float> scores, int columns)
    {
        var shares = new double[scores.Length];
        for (var first = 0; first < scores.Length; first += columns)
        {
            var (highest, total) = (double.NegativeInfinity, 0.0);
            for (var slot = first; slot < first + columns; slot++)
            {
                highest = Math.Max(highest, scores[slot]);
            }

            for (var slot = first; slot < first + columns; slot++)
            {
                total += shares[slot] = Math.Exp(scores[slot] - highest);
            }

            for (var slot = first; slot < first + columns; slot++)
            {
                shares[slot] /= total;
            }
        }

        return shares;
    }

    /// <summary>The numbers of a file of logits.</summary>
    internal static float[] Floats(ReadOnlyMemory<byte> logits) =>
        MemoryMarshal.Cast<byte, float>(TensorBlobs.Find(logits, "logits", TensorType.F32).Data.Span).ToArray();
}
