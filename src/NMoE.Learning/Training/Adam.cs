using NMoE.Learning.Models;
using static TorchSharp.torch;

namespace NMoE.Learning.Training;

/// <summary>Adam (Kingma and Ba, 2015) with the usual constants 0.9, 0.999 and 1e-8. Its state starts at zero.</summary>
internal sealed class Adam(FlatParameters model, double rate) : IDisposable
{
    private const double Beta1 = 0.9;
    private const double Beta2 = 0.999;
    private const double Epsilon = 1e-8;
    private readonly Tensor _mean = zeros_like(model.Flat).DetachFromDisposeScope();
    private readonly Tensor _square = zeros_like(model.Flat).DetachFromDisposeScope();
    private double _power1 = 1;
    private double _power2 = 1;

    public void ZeroGradient() => model.Gradient.zero_();

    /// <summary>Scales the gradient down to this norm, if it is longer.</summary>
    public void Clip(double norm)
    {
        using var scope = NewDisposeScope();
        using var quiet = no_grad();
        var length = model.Gradient.norm().item<float>();
        if (length > norm)
        {
            model.Gradient.mul_(norm / length);
        }
    }

    public void Step()
    {
        using var scope = NewDisposeScope();
        using var quiet = no_grad();
        _power1 *= Beta1;
        _power2 *= Beta2;
        _mean.mul_(Beta1).add_(model.Gradient, alpha: 1 - Beta1);
        _square.mul_(Beta2).addcmul_(model.Gradient, model.Gradient, value: 1 - Beta2);
        var root = (_square / (1 - _power2)).sqrt().add_(Epsilon);
        model.Flat.addcdiv_(_mean, root, value: -rate / (1 - _power1));
    }

    public void Dispose()
    {
        _mean.Dispose();
        _square.Dispose();
    }
}
