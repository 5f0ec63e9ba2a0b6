namespace NMoE.Learning.Models;

/// <summary>How a parameter begins.</summary>
public enum StartForm
{
    /// <summary>With zeros.</summary>
    Zero,

    /// <summary>With ones.</summary>
    One,

    /// <summary>Drawn evenly between minus the bound and the bound: uniform draws need no logarithm, whose bits differ between machines.</summary>
    Uniform,

    /// <summary>Likewise, then each row less its mean, times <see cref="Start.LatentGain"/>.</summary>
    Centred,
}

/// <summary>How a parameter begins.</summary>
/// <param name="Form">The form.</param>
/// <param name="Bound">The bound of draws; 0 where nothing is drawn.</param>
public readonly record struct Start(StartForm Form, double Bound = 0)
{
    /// <summary>What a centred row is multiplied by.</summary>
    public const double LatentGain = 4;

    /// <summary>Zeros.</summary>
    public static Start Zero => default;

    /// <summary>Ones.</summary>
    public static Start One => new(StartForm.One);

    /// <summary>Before a ReLU: the uniform form of He et al. (2015), bound sqrt(6 / fan).</summary>
    /// <param name="fan">Numbers that meet in one output, or that one input goes to.</param>
    public static Start He(double fan) => new(StartForm.Uniform, Math.Sqrt(6.0 / fan));

    /// <summary>Where no ReLU follows: bound 1 / sqrt(fan-in), PyTorch's.</summary>
    /// <param name="fanIn">Numbers that meet in one output.</param>
    public static Start Plain(double fanIn) => new(StartForm.Uniform, 1 / Math.Sqrt(fanIn));

    /// <summary>Draws of bound 0: the first steps have no chance prediction to unlearn.</summary>
    public static Start Silent => new(StartForm.Uniform);

    /// <summary>
    /// He's, for a layer that sees means of ReLUs: at the start those differ little from sample to sample (std 0.13) beside what all dimensions have in common (0.8). Rows of mean
    /// zero do not see the common part, and four times the bound makes up for most of the small spread; without, training stood still for hundreds of steps.
    /// </summary>
    /// <param name="fanIn">Numbers that meet in one output.</param>
    public static Start OnMeans(double fanIn) => He(fanIn) with { Form = StartForm.Centred };
}
