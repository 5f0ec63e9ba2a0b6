using NMoE.Learning.Models;
using NMoE.Learning.Tensors;
using TorchSharp;
using static TorchSharp.torch;

namespace NMoE.Learning.Training;

/// <summary>Adam (Kingma and Ba, 2015) with the usual constants 0.9, 0.999 and 1e-8. Its state starts at zero. Weight decay is L2, as PyTorch's Adam has it: g += wd w.</summary>
internal sealed class Adam(FlatParameters model, double rate, double weightDecay = 0) : IDisposable
{
    private const double Beta1 = 0.9;
    private const double Beta2 = 0.999;
    private const double Epsilon = 1e-8;
    private readonly Tensor _mean = zeros_like(model.Flat).DetachFromDisposeScope();
    private readonly Tensor _square = zeros_like(model.Flat).DetachFromDisposeScope();

    private readonly Scalar _decay = weightDecay;
    private readonly Scalar _beta1 = Beta1;
    private readonly Scalar _beta2 = Beta2;
    private readonly Scalar _rest1 = 1 - Beta1;
    private readonly Scalar _rest2 = 1 - Beta2;
    private double _power1 = 1;
    private double _power2 = 1;

    public void Step()
    {
        using var scope = NewDisposeScope();
        using var quiet = no_grad();
        if (weightDecay != 0)
        {
            model.Gradient.add_(model.Flat, alpha: _decay);
        }

        _power1 *= Beta1;
        _power2 *= Beta2;

        // w -= lr m' / (sqrt(v') + eps) with m' = m / (1 - b1^t), v' = v / (1 - b2^t), both divisors moved out of the tensors.
        using Scalar step = -rate * Math.Sqrt(1 - _power2) / (1 - _power1);
        _mean.mul_(_beta1).add_(model.Gradient, alpha: _rest1);
        _square.mul_(_beta2).addcmul_(model.Gradient, model.Gradient, value: _rest2);
        model.Flat.addcdiv_(_mean, _square.sqrt().PlusInPlace(Epsilon * Math.Sqrt(1 - _power2)), value: step);
    }

    public void Dispose()
    {
        _mean.Dispose();
        _square.Dispose();
        _decay.Dispose();
        _beta1.Dispose();
        _beta2.Dispose();
        _rest1.Dispose();
        _rest2.Dispose();
    }
}
