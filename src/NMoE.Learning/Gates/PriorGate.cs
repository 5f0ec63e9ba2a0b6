using NMoE.Learning.Experts;
using NMoE.Learning.Jobs;
using NMoE.Learning.Tensors;

namespace NMoE.Learning.Gates;

/// <summary>
/// FedGate's gate and a prior over experts of the client's own, so that one gate serves a client's own mixture and anyone's. The prior is fitted to the rows that the client's expert held out,
/// one number an expert, and never leaves the client. How far the samples that it serves are like those is estimated from their latents, without labels, request by request
/// (<see cref="OwnPrior"/>; Saerens et al., 2002).
/// </summary>
public sealed class PriorGate : IGate
{
    /// <summary>Its name.</summary>
    public const string GateName = "priorgate";

    /// <inheritdoc/>
    public string Name => GateName;

    /// <inheritdoc/>
    public string? Source => FedGate.Stage;

    /// <inheritdoc/>
    public bool KnowsOwnRows => true;

    /// <inheritdoc/>
    public Choices Choose(GateInput samples)
    {
        ArgumentNullException.ThrowIfNull(samples);
        var (experts, scores) = (samples.Settings.Clients, samples.Scores());
        if (samples.Settings.Own is not { Experts.IsEmpty: false } own)
        {
            return Choices.TopK(scores, experts, samples.Settings.K);
        }

        var (prior, temperature) = Fit(samples, own);
        for (var slot = 0; slot < scores.Length; slot++)
        {
            scores[slot] = (float)(scores[slot] / temperature);
        }

        var shares = OwnPrior.Shares(scores, experts);
        for (var first = 0; first < samples.Rows; first += own.Request)
        {
            var end = Math.Min(first + own.Request, samples.Rows);
            var alike = OwnPrior.Alikeness(shares.AsSpan(0, end * experts), prior);
            for (var slot = first * experts; slot < end * experts; slot++)
            {
                scores[slot] += (float)Math.Log(OwnPrior.Mixed(alike, prior[slot % experts], experts));
            }
        }

        return Choices.TopK(scores, experts, samples.Settings.K);
    }

    /// <summary>From the rows that the expert held out, or from all where it held out none.</summary>
    private static (double[] Prior, double Temperature) Fit(GateInput samples, OwnRows own)
    {
        var (experts, classes) = (samples.Settings.Clients, samples.Settings.Model.Classes);
        var scores = samples.Scores(samples.Own[0]);
        var labels = TensorBlobs.Labels(samples.Own[1]);
        var held = HeldOut.Rows(own.HoldoutSeed, own.Holdout, labels.Length);
        int[] rows = held.Length > 0 ? held : [.. Enumerable.Range(0, labels.Length)];
        var chances = new double[rows.Length * experts];
        for (var i = 0; i < own.Experts.Length; i++)
        {
            var of = OwnPrior.Shares(OwnPrior.Floats(samples.Own[i + 2]), classes);
            for (var row = 0; row < rows.Length; row++)
            {
                chances[(row * experts) + own.Experts[i]] = of[(rows[row] * classes) + (int)labels[rows[row]]];
            }
        }

        return OwnPrior.Calibrate([.. rows.SelectMany(row => scores[(row * experts)..((row + 1) * experts)])], chances, experts);
    }
}
