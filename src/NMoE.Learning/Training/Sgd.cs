using NMoE.Learning.Models;
using static TorchSharp.torch;

namespace NMoE.Learning.Training;

/// <summary>SGD as PyTorch defines it: g += wd w; v = m v + g; w -= lr v. Its state starts at zero.</summary>
internal sealed class Sgd(FlatParameters model, double rate, double momentum, double weightDecay) : IDisposable
{
    private readonly Tensor _velocity = zeros_like(model.Flat).DetachFromDisposeScope();

    public void ZeroGradient() => model.Gradient.zero_();

    public void Step()
    {
        using var quiet = no_grad();
        model.Gradient.add_(model.Flat, alpha: weightDecay);
        _velocity.mul_(momentum).add_(model.Gradient);
        model.Flat.add_(_velocity, alpha: -rate);
    }

    public void Dispose() => _velocity.Dispose();
}
