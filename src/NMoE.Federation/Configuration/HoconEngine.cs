using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using Akka.Configuration;

namespace NMoE.Federation.Configuration;

/// <summary>
/// The engine that layers settings over one another: Akka's. It is given each layer in one plain spelling, with includes already in place, so that
/// neither its leniency nor its lack of includes can change what an experiment says. To change the engine, change this file.
/// </summary>
internal sealed class HoconEngine
{
    private readonly Config config;

    private HoconEngine(Config config) => this.config = config;

    /// <summary>Layers of settings with known keys; an earlier layer wins over a later one.</summary>
    public static HoconEngine Layer(params ReadOnlySpan<ImmutableArray<Setting>> layers)
    {
        var config = Config.Empty;
        foreach (var layer in layers)
        {
            if (Spell(layer) is { Length: > 0 } text)
                config = config.WithFallback(ConfigurationFactory.ParseString(text));
        }

        return new HoconEngine(config);
    }

    /// <summary>The value that counts.</summary>
    public RawValue Value(string key)
    {
        var value = config.GetValue(key);
        return value.IsArray() ? new RawValue.Items([.. value.GetStringList()]) : new RawValue.Scalar(value.GetString());
    }

    /// <summary>A string in quotes, with the escapes that every engine reads.</summary>
    public static string Quote(string text)
    {
        var quoted = new StringBuilder("\"");
        foreach (var sign in text)
        {
            if (sign is '"' or '\\')
                quoted.Append('\\').Append(sign);
            else if (char.IsControl(sign))
                quoted.Append(CultureInfo.InvariantCulture, $"\\u{(int)sign:x4}");
            else
                quoted.Append(sign);
        }

        return quoted.Append('"').ToString();
    }

    private static string Spell(ImmutableArray<Setting> layer)
    {
        var text = new StringBuilder();
        foreach (var setting in layer)
        {
            if (setting.Value is RawValue.Scalar scalar)
                text.Append(CultureInfo.InvariantCulture, $"{setting.Key} = {Quote(scalar.Text)}\n");
            else if (setting.Value is RawValue.Items items)
                text.Append(CultureInfo.InvariantCulture, $"{setting.Key} = [{string.Join(", ", items.Texts.Select(Quote))}]\n");
        }

        return text.ToString();
    }
}
