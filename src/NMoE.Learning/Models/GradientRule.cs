namespace NMoE.Learning.Models;

/// <summary>What is done to a gradient before a step ("gradient normalisation" in the paper).</summary>
public enum GradientRule
{
    /// <summary>Scaled down to at most a norm.</summary>
    Clip,

    /// <summary>Scaled to exactly a norm.</summary>
    Unit,

    /// <summary>Left as it is.</summary>
    None,
}
