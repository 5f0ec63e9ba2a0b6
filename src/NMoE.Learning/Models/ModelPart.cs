namespace NMoE.Learning.Models;

/// <summary>A part of the networked mixture of experts.</summary>
public enum ModelPart
{
    /// <summary>The shared feature extractor F: ResNet-18 for 32x32 pictures with group norm.</summary>
    Extractor,

    /// <summary>An expert H_i, and stage 1's predictor: MLP D-512-256-128-C with ReLU.</summary>
    Expert,

    /// <summary>The shared gate G: Linear(D, n), or a perceptron.</summary>
    Gate,

    /// <summary>FedSC's projection head: Linear(D, 2D), ReLU, Linear(2D, d).</summary>
    Projection,
}
