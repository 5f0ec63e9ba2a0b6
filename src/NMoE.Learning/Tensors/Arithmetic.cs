using TorchSharp;
using static TorchSharp.torch;

namespace NMoE.Learning.Tensors;

/// <summary>
/// Arithmetic whose scalars live as long as the native code that reads them. TorchSharp's own operators make scalars on the fly (even
/// the 1 of a + b), which the garbage collector may free under a running operation: about once in a thousand training steps, garbage.
/// A test looks for calls that would.
/// </summary>
internal static class Arithmetic
{
    private static readonly Scalar One = 1;
    private static readonly Scalar MinusOne = -1;

    /// <summary>a + b.</summary>
    public static Tensor Plus(this Tensor a, Tensor b) => a.add(b, One);

    /// <summary>a - b.</summary>
    public static Tensor Minus(this Tensor a, Tensor b) => a.add(b, MinusOne);

    /// <summary>a += b.</summary>
    public static Tensor PlusInPlace(this Tensor a, Tensor b) => a.add_(b, One);

    /// <summary>a += b for every element.</summary>
    public static Tensor PlusInPlace(this Tensor a, double b)
    {
        using Scalar held = b;
        return a.add_(held, One);
    }

    /// <summary>a times a number.</summary>
    public static Tensor Times(this Tensor a, double factor)
    {
        using Scalar held = factor;
        return a.mul(held);
    }

    /// <summary>The greater of each element and a number.</summary>
    public static Tensor AtLeast(this Tensor a, double least)
    {
        using Scalar held = least;
        return a.clamp_min(held);
    }

    /// <summary>Whether each element is above a number.</summary>
    public static Tensor IsAbove(this Tensor a, double bound)
    {
        using Scalar held = bound;
        return a.gt(held);
    }

    /// <summary>a *= a number.</summary>
    public static Tensor TimesInPlace(this Tensor a, double factor)
    {
        using Scalar held = factor;
        return a.mul_(held);
    }
}
