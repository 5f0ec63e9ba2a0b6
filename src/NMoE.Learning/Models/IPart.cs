namespace NMoE.Learning.Models;

/// <summary>
/// A part of the networked mixture of experts by one name: an extractor, an expert, a gate or a projection head. What it computes, how its parameters are called and begin, its FLOP and its
/// memory all follow from its layers. A new one is one class, and one line in <see cref="Extractors"/> or <see cref="Experts"/>.
/// </summary>
public interface IPart
{
    /// <summary>Its name in configurations.</summary>
    string Name { get; }

    /// <summary>Its layers.</summary>
    /// <param name="input">What they follow: a picture [C, H, W] for an extractor, the latent [D] for the others.</param>
    /// <param name="model">The architecture it is part of.</param>
    /// <param name="outputs">Numbers that come out: classes C, experts n or dimensions d; not read by an extractor, whose own choice is D.</param>
    /// <exception cref="ModelException">Pictures of that size do not fit.</exception>
    Layers Build(Layers input, ModelSpec model, int outputs);
}

/// <summary>An extractor F.</summary>
public interface IExtractor : IPart
{
    /// <summary>Whether it reads <see cref="ModelSpec.Width"/>.</summary>
    bool HasWidth => false;

    /// <summary>Whether it reads <see cref="ModelSpec.Norm"/>.</summary>
    bool HasNorms => false;

    /// <summary>Whether a latent is made of means of ReLUs, which heads then begin for (<see cref="Start.OnMeans"/>).</summary>
    bool GivesMeans => false;
}
