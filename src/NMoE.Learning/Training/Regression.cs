using NMoE.Chance;
using NMoE.Learning.Devices;
using NMoE.Learning.Jobs;
using NMoE.Learning.Models;

namespace NMoE.Learning.Training;

/// <summary>
/// Epochs of FedCE for logistic regression on pixels, in one loop over the weights' own memory: with a small batch the calls of a general library would take several times as long as the
/// arithmetic. All of it is rounded alike on every machine.
/// </summary>
/// <param name="settings">How the client trains.</param>
/// <param name="model">An expert of one linear layer.</param>
/// <param name="optimiser">Its optimiser.</param>
internal sealed class Regression(FedCeParameters settings, FlatParameters model, Sgd optimiser)
{
    private readonly int _inputs = settings.Model.Latent;
    private readonly int _classes = settings.Model.Classes;
    private readonly float[] _pixels = new float[settings.Batch * settings.Model.Latent];
    private readonly float[] _errors = new float[settings.Batch * settings.Model.Classes];
    private readonly float[] _gradient = new float[(settings.Model.Latent + 1) * settings.Model.Classes];
    private readonly double[] _logits = new double[settings.Model.Classes];

    /// <summary>Whether a model is trained this way, and no other: where its weights lie in this process's memory.</summary>
    public static bool Fits(ModelSpec model) =>
        Backend.IsHost && model.Precision == Precision.Float32 && Extractors.Of(model.Extractor) is Pixels && Models.Experts.Of(model.Expert) is LinearExpert;

    /// <summary>One epoch; gives mean loss and accuracy over its batches.</summary>
    public (double Loss, double Accuracy) Epoch(Pictures pictures, long[] labels, ulong seed, uint epoch, CancellationToken cancellation)
    {
        var order = new Draws(seed, (uint)DrawPurpose.Shuffle, epoch).Permutation(pictures.Count);
        var augment = new Draws(seed, (uint)DrawPurpose.Augment, epoch);
        double loss = 0, right = 0;
        for (var first = 0; first < order.Length; first += settings.Batch)
        {
            cancellation.ThrowIfCancellationRequested();
            var rows = order.AsSpan(first, Math.Min(settings.Batch, order.Length - first));
            pictures.Augment(rows, settings.Augmentation, augment, _pixels);
            var weights = model.Values;
            for (var row = 0; row < rows.Length; row++)
            {
                var (entropy, isRight) = Judge(weights, row, (int)labels[rows[row]], rows.Length);
                loss += entropy;
                right += isRight ? 1 : 0;
            }

            Differentiate(rows.Length);
            optimiser.Step(_gradient, settings.Clip);
        }

        return (loss / order.Length, right / order.Length);
    }

    /// <summary>The cross-entropy of a picture; leaves the derivative of the mean loss by its logits.</summary>
    private (double Entropy, bool IsRight) Judge(ReadOnlySpan<float> weights, int row, int label, int count)
    {
        var pixels = _pixels.AsSpan(row * _inputs, _inputs);
        Decide(weights, pixels);
        var best = 0;
        for (var of = 1; of < _classes; of++)
        {
            best = _logits[of] > _logits[best] ? of : best;
        }

        var (highest, own, sum) = (_logits[best], _logits[label], 0.0);
        foreach (ref var logit in _logits.AsSpan())
        {
            logit = Exponential.Exp(logit - highest);
            sum += logit;
        }

        for (var of = 0; of < _classes; of++)
        {
            _errors[(of * settings.Batch) + row] = (float)(((_logits[of] / sum) - (of == label ? 1 : 0)) / count);
        }

        return (double.IsFinite(sum) ? Normal.Log(sum) - (own - highest) : double.NaN, best == label);
    }

    /// <summary>Logits of a picture, two at a time.</summary>
    private void Decide(ReadOnlySpan<float> weights, ReadOnlySpan<float> pixels)
    {
        var biases = weights[(_classes * _inputs)..];
        for (var of = 0; of < _classes; of += 2)
        {
            var next = Math.Min(of + 1, _classes - 1);
            var (first, second) = Lanes.Dots(weights.Slice(of * _inputs, _inputs), weights.Slice(next * _inputs, _inputs), pixels);
            _logits[of] = first + biases[of];
            _logits[next] = next == of ? _logits[of] : second + biases[next];
        }
    }

    /// <summary>The gradient of the mean loss by weights and biases.</summary>
    private void Differentiate(int count)
    {
        for (var of = 0; of < _classes; of++)
        {
            var errors = _errors.AsSpan(of * settings.Batch, count);
            var bias = 0f;
            Lanes.Mix(_gradient.AsSpan(of * _inputs, _inputs), errors, _pixels);
            foreach (var error in errors)
            {
                bias += error;
            }

            _gradient[(_classes * _inputs) + of] = bias;
        }
    }
}
