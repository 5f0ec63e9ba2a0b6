using System.Runtime.InteropServices;
using NMoE.Learning.Devices;
using NMoE.Learning.Models;
using NMoE.Learning.Tensors;
using TorchSharp;
using static TorchSharp.torch;

namespace NMoE.Learning.Training;

/// <summary>
/// SGD as PyTorch defines it: g += wd w; v = m v + g; w -= lr v. Its state starts at zero. FedProx's mu adds mu (w - w_0) to the
/// loss's gradient, where w_0 is where it started. What a coefficient of zero would add is left out.
/// </summary>
internal sealed class Sgd(FlatParameters model, double rate, double momentum, double weightDecay, double proximal) : IDisposable
{
    // What a step reads and writes of so many parameters stays in the second cache: a step of many operations goes through memory once. A GPU has its step at once.
    private const int CacheBlock = 1 << 15;

    private readonly int _block = Backend.IsHost ? CacheBlock : int.MaxValue;

    private readonly Tensor? _velocity = momentum != 0 ? zeros_like(model.Flat).DetachFromDisposeScope() : null;
    private readonly Tensor? _start = proximal > 0 ? model.Flat.clone().DetachFromDisposeScope() : null;
    private readonly Scalar _pull = proximal;
    private readonly Scalar _push = -proximal;

    private readonly Scalar _step = -rate;
    private readonly Scalar _momentum = momentum;
    private readonly Scalar _decay = weightDecay;
    private (Tensor Weights, Tensor Gradient, Tensor? Velocity, Tensor? Correction)[]? _blocks;

    /// <summary>SCAFFOLD's c - c_i, added to each step's gradient: [P], the caller's; null for none.</summary>
    public Tensor? Correction { get; init; }

    /// <summary>A whole step of the model's gradient: the pull back, the norm clipped, and SGD's step. The gradient is spoilt.</summary>
    /// <param name="clip">The gradient's norm is scaled down to at most this.</param>
    public void Step(double clip)
    {
        using var quiet = no_grad();
        PullBack();
        using var scale = Shrinking(model.Gradient, clip);
        foreach (var (weights, gradient, velocity, correction) in _blocks ??= Blocks())
        {
            Step(weights, gradient, velocity, correction, scale);
        }
    }

    private void Step(Tensor weights, Tensor gradient, Tensor? velocity, Tensor? correction, Scalar? scale)
    {
        if (scale is not null)
        {
            gradient.mul_(scale);
        }

        if (weightDecay != 0)
        {
            gradient.add_(weights, alpha: _decay);
        }

        if (correction is not null)
        {
            gradient.PlusInPlace(correction);
        }

        weights.add_(velocity?.mul_(_momentum).PlusInPlace(gradient) ?? gradient, alpha: _step);
    }

    /// <summary>FedProx's part of the gradient; nothing where mu is 0.</summary>
    private void PullBack()
    {
        if (_start is not null)
        {
            model.Gradient.add_(model.Flat, alpha: _pull).add_(_start, alpha: _push);
        }
    }

    /// <summary>What a gradient is multiplied by to have at most a norm; null for nothing.</summary>
    private static Scalar? Shrinking(Tensor gradient, double clip)
    {
        using var norm = gradient.norm();
        var length = norm.item<float>();
        return length > clip ? clip / length : null;
    }

    private (Tensor Weights, Tensor Gradient, Tensor? Velocity, Tensor? Correction)[] Blocks() =>
    [
        .. Enumerable.Range(0, (int)((model.Flat.NumberOfElements + _block - 1) / _block))
            .Select(block => (Cut(model.Flat, block), Cut(model.Gradient, block), _velocity is null ? null : Cut(_velocity, block), Correction is null ? null : Cut(Correction, block))),
    ];

    private Tensor Cut(Tensor whole, int block) =>
        whole.narrow(0, (long)block * _block, Math.Min(_block, whole.NumberOfElements - ((long)block * _block))).DetachFromDisposeScope();

    /// <summary>A whole step of a gradient that was made by hand: the pull back, the norm clipped, and what <see cref="Step(double)"/> does.</summary>
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
            var velocity = Values(_velocity!);
            Lanes.Scale(velocity, (float)momentum);
            Lanes.Add(velocity, 1, gradient);
            gradient = velocity;
        }

        Lanes.Add(weights, (float)-rate, gradient);
    }

    private static Span<float> Values(Tensor tensor) => MemoryMarshal.Cast<byte, float>(tensor.bytes);

    public void Dispose()
    {
        foreach (var (weights, gradient, velocity, correction) in _blocks ?? [])
        {
            weights.Dispose();
            gradient.Dispose();
            velocity?.Dispose();
            correction?.Dispose();
        }

        _velocity?.Dispose();
        _start?.Dispose();
        _pull.Dispose();
        _push.Dispose();
        _step.Dispose();
        _momentum.Dispose();
        _decay.Dispose();
    }
}
