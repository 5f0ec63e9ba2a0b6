using System.Collections.Concurrent;
using System.Collections.Immutable;

namespace NMoE.Learning.Models;

/// <summary>The extractors that there are: where a new one is registered.</summary>
public static class Extractors
{
    /// <summary>All extractors; beside them <see cref="Mlp"/> and <see cref="SizedCnn"/> of any widths.</summary>
    public static ImmutableArray<IExtractor> All { get; } =
        [new ResNet18(), new ResNet18ImageNet(), new ResNet8(), new Cnn(), new LeNet5(), new LeNet5Relu(), new Mlp(), new Pixels(), new VitTiny()];

    /// <summary>An extractor by its name.</summary>
    /// <exception cref="ModelException">There is none of that name.</exception>
    public static IExtractor Of(string? name) => Parts.Find(All, name ?? ResNet18.ModelName) ?? Sized(name!) ?? throw Parts.Unknown("extractor", name!, All, ", or cnn with channels and widths, as cnn-16-32-500");

    /// <summary>An extractor whose name tells its widths; null where the name is no such.</summary>
    public static IExtractor? Sized(string name) => (IExtractor?)Mlp.Of(name) ?? SizedCnn.Of(name);
}

/// <summary>The experts that there are, which are stage 1's predictors too: where a new one is registered.</summary>
public static class Experts
{
    /// <summary>All experts; beside them <see cref="MlpExpert"/> of any widths.</summary>
    public static ImmutableArray<IPart> All { get; } = [new Mlp4(), new LinearExpert()];

    /// <summary>An expert by its name.</summary>
    /// <exception cref="ModelException">There is none of that name.</exception>
    public static IPart Of(string? name) => Parts.Find(All, name ?? Mlp4.ModelName) ?? MlpExpert.Of(name!) ?? throw Parts.Unknown("expert", name!, All);
}

/// <summary>The gates that are trained: where a new one is registered.</summary>
public static class GateModels
{
    /// <summary>All gates; beside them <see cref="MlpGate"/> of any widths.</summary>
    public static ImmutableArray<IPart> All { get; } = [new LinearGate()];

    /// <summary>A gate by its name.</summary>
    /// <exception cref="ModelException">There is none of that name.</exception>
    public static IPart Of(string? name) => Parts.Find(All, name ?? LinearGate.ModelName) ?? MlpGate.Of(name!) ?? (IPart?)SignalGate.Of(name!) ?? throw Parts.Unknown("gate", name!, All);
}

/// <summary>The parts of an architecture.</summary>
public static class Parts
{
    private static readonly ConcurrentDictionary<(ModelSpec Model, ModelPart Part, int Outputs), Layers> Built = new();
    private static readonly ProjectionHead Projection = new();

    /// <summary>A part's layers.</summary>
    /// <param name="model">Architecture.</param>
    /// <param name="part">Part.</param>
    /// <param name="outputs">Number of experts n for the gate, of dimensions d for the projection head; else unread.</param>
    /// <exception cref="ModelException">There is no such model, or its pictures do not fit.</exception>
    public static Layers Of(ModelSpec model, ModelPart part, int outputs)
    {
        ArgumentNullException.ThrowIfNull(model);
        var counted = part switch { ModelPart.Extractor => 0, ModelPart.Expert => model.Classes, _ => outputs };
        return Built.GetOrAdd((model, part, counted), static key => Build(key.Model, key.Part, key.Outputs));
    }

    internal static T? Find<T>(ImmutableArray<T> all, string name)
        where T : class, IPart => all.FirstOrDefault(part => part.Name == name);

    internal static ModelException Unknown(string role, string name, IEnumerable<IPart> all, string also = "") => new(
        $"There is no {role} '{name}'. Known are: {string.Join(", ", all.Select(part => part.Name))}, and mlp with widths, as mlp-200-100{also}.");

    private static Layers Build(ModelSpec model, ModelPart part, int outputs) => part switch
    {
        ModelPart.Extractor => Extractors.Of(model.Extractor) is var of ? of.Build(Layers.From(of.Name, [model.Shape.Channels, model.Shape.Height, model.Shape.Width], model.Precision), model, outputs) : null!,
        ModelPart.Expert => Experts.Of(model.Expert).Build(Latent(model), model, outputs),
        ModelPart.Projection => Projection.Build(Latent(model), model, outputs),
        _ => GateModels.Of(model.Gate).Build(Latent(model), model, outputs),
    };

    private static Layers Latent(ModelSpec model) => Layers.From("a head", [model.Latent], Precision.Float32);
}
