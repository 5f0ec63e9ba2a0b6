using System.Collections.Immutable;
using System.Globalization;

namespace NMoE.Learning.Models;

/// <summary>What an exported file says of its model, so that a program elsewhere can build it and knows what it takes.</summary>
public static class ModelMetadata
{
    /// <summary>Names and texts: the models' names, classes, width, norm, the pictures' shape, a gate that is not linear, and how bytes become numbers, (byte / 255 - mean) / deviation channel by channel.</summary>
    public static ImmutableArray<KeyValuePair<string, string>> Of(ModelSpec model)
    {
        ArgumentNullException.ThrowIfNull(model);
        return
        [
            Pair("format", "nmoe 1"),
            Pair("extractor", model.Extractor ?? ResNet18.ModelName),
            Pair("expert", model.Expert ?? Mlp4.ModelName),
            Pair("classes", Text(model.Classes)),
            Pair("width", Text(model.Width)),
            Pair("norm", model.Norm == NormKind.Group ? "group" : "batch"),
            Pair("latent", Text(model.Latent)),
            Pair("shape", string.Join(' ', new[] { model.Shape.Channels, model.Shape.Height, model.Shape.Width }.Select(Text))),
            Pair("mean", string.Join(' ', model.Traits.Mean.Select(Text))),
            Pair("deviation", string.Join(' ', model.Traits.Deviation.Select(Text))),
            .. model.Gate is { } gate ? ImmutableArray.Create(Pair("gate", gate)) : [],
        ];
    }

    private static KeyValuePair<string, string> Pair(string name, string text) => new(name, text);

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);

    private static string Text(double number) => number.ToString("R", CultureInfo.InvariantCulture);
}
