using System.Runtime.InteropServices;
using NMoE.Learning.Models;
using NMoE.Learning.Tensors;
using TorchSharp;
using static TorchSharp.torch;

namespace NMoE.Learning.Training;

/// <summary>
/// SGD as PyTorch defines it: g += wd w; v = m v + g; w -= lr v. Its state starts at zero. FedProx's mu adds mu (w - w_0) to the
/// loss's gradient, where w_0 is where it started.
/// </summary>
internal sealed class Sgd(FlatParameters model, double rate, double momentum, double weightDecay, double proximal) : IDisposable
{
    private readonly Tensor _velocity = zeros_like(model.Flat).DetachFromDisposeScope();
    private readonly Tensor? _start = proximal > 0 ? model.Flat.clone().DetachFromDisposeScope() : null;
    private readonly Scalar _pull = proximal;
    private readonly Scalar _push = -proximal;

    private readonly Scalar _step = -rate;
    private readonly Scalar _momentum = momentum;
    private readonly Scalar _decay = weightDecay;

    /// <summary>SCAFFOLD's c - c_i, added to each step's gradient: [P], the caller's; null for none.</summary>
    public Tensor? Correction { get; init; }

    public void ZeroGradient() => model.Gradient.zero_();

    /// <summary>FedProx's part of the gradient; nothing where mu is 0.</summary>
    public void PullBack()
    {
        if (_start is not null)
        {
            using var quiet = no_grad();
            model.Gradient.add_(model.Flat, alpha: _pull).add_(_start, alpha: _push);
        }
    }

    public void Step()
    {
        using var quiet = no_grad();
        model.Gradient.add_(model.Flat, alpha: _decay);
        if (Correction is not null)
        {
            model.Gradient.PlusInPlace(Correction);
        }

        _velocity.mul_(_momentum).PlusInPlace(model.Gradient);
        model.Flat.add_(_velocity, alpha: _step);
    }

    /// <summary>A whole step of a gradient that was made by hand: the pull back, the norm clipped, and what <see cref="Step()"/> does.</summary>
    /// <param name="gradient">[P]; spoilt.</param>
    /// <param name="clip">Its norm's bound.</param>
    public void Step(Span<float> gradient, double clip)
    {
        var weights = model.Values;
        if (_start is not null)
        {
            Lanes.Add(gradient, (float)proximal, weights);
            Lanes.Add(gradient, (float)-proximal, Values(_start));
        }

        var length = Math.Sqrt(Lanes.Dot(gradient, gradient));
        if (length > clip)
        {
            Lanes.Scale(gradient, (float)(clip / length));
        }

        if (weightDecay != 0)
        {
            Lanes.Add(gradient, (float)weightDecay, weights);
        }

        if (Correction is not null)
        {
            Lanes.Add(gradient, 1, Values(Correction));
        }

        if (momentum != 0)
        {
            var velocity = Values(_velocity);
            Lanes.Scale(velocity, (float)momentum);
            Lanes.Add(velocity, 1, gradient);
            gradient = velocity;
        }

        Lanes.Add(weights, (float)-rate, gradient);
    }

    private static Span<float> Values(Tensor tensor) => MemoryMarshal.Cast<byte, float>(tensor.bytes);

    public void Dispose()
    {
        _velocity.Dispose();
        _start?.Dispose();
        _pull.Dispose();
        _push.Dispose();
        _step.Dispose();
        _momentum.Dispose();
        _decay.Dispose();
    }
}
