using System.Collections.Immutable;
using System.Globalization;
using System.Text.RegularExpressions;

namespace NMoE.Learning.Models;

/// <summary>Linear layers with ReLU on the pixels: <c>mlp</c> is McMahan et al.'s (2017) 2NN of 200 and 200, <c>mlp-W1-W2..</c> has given widths. D is the last.</summary>
public sealed class Mlp(params ImmutableArray<int> widths) : IExtractor
{
    private readonly ImmutableArray<int> _widths = widths.IsDefaultOrEmpty ? [200, 200] : widths;

    /// <inheritdoc/>
    public string Name => widths.IsDefaultOrEmpty ? Widths.Name : Widths.Write(widths);

    /// <summary>The one of a name with widths; null where the name is no such.</summary>
    public static Mlp? Of(string name) => Widths.Read(name) is { IsDefault: false } of ? new(of) : null;

    /// <inheritdoc/>
    public Layers Build(Layers input, ModelSpec model, int outputs) =>
        _widths.Index().Aggregate(input, (row, layer) => row.Linear(FormattableString.Invariant($"{2 * layer.Index}"), layer.Item).Relu());
}

/// <summary>An expert of linear layers with ReLU between: <c>mlp-W1-W2..</c> has hidden layers of those widths.</summary>
public sealed class MlpExpert(ImmutableArray<int> hidden) : IPart
{
    /// <inheritdoc/>
    public string Name => Widths.Write(hidden);

    /// <summary>The one of a name with widths; null where the name is no such.</summary>
    public static MlpExpert? Of(string name) => Widths.Read(name) is { IsDefault: false } of ? new(of) : null;

    /// <inheritdoc/>
    public Layers Build(Layers input, ModelSpec model, int outputs) => input.Hidden(model, hidden)
        .Linear(FormattableString.Invariant($"{2 * hidden.Length}"), outputs, Start.Silent);
}

/// <summary>The paper's expert, MLP D-512-256-128-C with ReLU.</summary>
public sealed class Mlp4 : IPart
{
    /// <summary>Its name, of which jobs say nothing.</summary>
    public const string ModelName = "mlp4";

    private static readonly MlpExpert Of = new([512, 256, 128]);

    /// <inheritdoc/>
    public string Name => ModelName;

    /// <inheritdoc/>
    public Layers Build(Layers input, ModelSpec model, int outputs) => Of.Build(input, model, outputs);
}

/// <summary>An expert of one linear layer, which begins with zeros: logistic regression on the latents.</summary>
public sealed class LinearExpert : IPart
{
    /// <inheritdoc/>
    public string Name => "linear";

    /// <inheritdoc/>
    public Layers Build(Layers input, ModelSpec model, int outputs)
    {
        ArgumentNullException.ThrowIfNull(input);
        return input.Linear("0", outputs, Start.Zero);
    }
}

/// <summary>The paper's gate: scores s = h W_G + b.</summary>
public sealed class LinearGate : IPart
{
    /// <summary>Its name, of which jobs say nothing.</summary>
    public const string ModelName = "linear";

    /// <inheritdoc/>
    public string Name => ModelName;

    /// <inheritdoc/>
    public Layers Build(Layers input, ModelSpec model, int outputs)
    {
        ArgumentNullException.ThrowIfNull(input);
        return input.Linear("", outputs, Start.Plain(input.Count));
    }
}

/// <summary>A gate of linear layers with ReLU between: <c>mlp-W1-W2..</c> has hidden layers of those widths. Its last layer begins as a linear gate does.</summary>
public sealed class MlpGate(ImmutableArray<int> hidden) : IPart
{
    /// <inheritdoc/>
    public string Name => Widths.Write(hidden);

    /// <summary>The one of a name with widths; null where the name is no such.</summary>
    public static MlpGate? Of(string name) => Widths.Read(name) is { IsDefault: false } of ? new(of) : null;

    /// <inheritdoc/>
    public Layers Build(Layers input, ModelSpec model, int outputs) => input.Hidden(model, hidden)
        .Linear(FormattableString.Invariant($"{2 * hidden.Length}"), outputs, Start.Plain(hidden[^1]));
}

/// <summary>FedSC's projection head, before the cap: Linear(D, 2D), ReLU, Linear(2D, d).</summary>
internal sealed class ProjectionHead : IPart
{
    public string Name => "mlp";

    public Layers Build(Layers input, ModelSpec model, int outputs) => input.Hidden(model, [2 * input.Count]).Linear("2", outputs, Start.Plain(2 * input.Count));
}

/// <summary>Hidden layers, and how configurations write their widths.</summary>
internal static partial class Widths
{
    public const string Name = "mlp";

    /// <summary>Linear layers with ReLU, numbered as in a sequence where each ReLU counts; the first begins as the extractor's latents want it.</summary>
    public static Layers Hidden(this Layers row, ModelSpec model, ImmutableArray<int> widths)
    {
        foreach (var (layer, width) in widths.Index())
        {
            var start = layer == 0 && Extractors.Of(model.Extractor).GivesMeans ? Start.OnMeans(row.Count) : Start.He(row.Count);
            row = row.Linear(FormattableString.Invariant($"{2 * layer}"), width, start).Relu();
        }

        return row;
    }

    public static string Write(ImmutableArray<int> widths, string name = Name) => $"{name}-{string.Join('-', widths.Select(width => width.ToString(CultureInfo.InvariantCulture)))}";

    /// <summary>The widths of a name; default where it has none, or is of another kind.</summary>
    public static ImmutableArray<int> Read(string name, string kind = Name) =>
        Pattern().Match(name) is { Success: true } match && match.Groups["kind"].Value == kind ? [.. match.Groups["width"].Captures.Select(width => int.Parse(width.Value, CultureInfo.InvariantCulture))] : default;

    [GeneratedRegex("^(?<kind>mlp|cnn)(-(?<width>[1-9][0-9]{0,3})){1,8}$", RegexOptions.ExplicitCapture)]
    private static partial Regex Pattern();
}
