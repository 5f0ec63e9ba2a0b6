using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using Akka.Configuration;

namespace NMoE.Federation.Configuration;

/// <summary>
/// The engine that layers settings over one another: Akka's. It is given each layer in one plain spelling, with includes already in
/// place, so that neither its leniency nor its lack of includes can change what an experiment says. To change the engine, change this file.
/// </summary>
internal sealed class HoconEngine
{
    private readonly Config config;

    // Akka reads [] as no value at all.
    private readonly SortedSet<string> emptyLists;

    private HoconEngine(Config config, SortedSet<string> emptyLists) => (this.config, this.emptyLists) = (config, emptyLists);

    /// <summary>Layers of settings with known keys, each key once in a layer; an earlier layer wins over a later one.</summary>
    public static HoconEngine Layer(params ReadOnlySpan<ImmutableArray<Setting>> layers)
    {
        var config = Config.Empty;
        var decided = new SortedSet<string>(StringComparer.Ordinal);
        var emptyLists = new SortedSet<string>(StringComparer.Ordinal);
        foreach (var layer in layers)
        {
            if (Spell(layer) is { Length: > 0 } text)
                config = config.WithFallback(ConfigurationFactory.ParseString(text));
            foreach (var setting in layer)
            {
                if (decided.Add(setting.Key) && setting.Value is RawValue.Items { Texts.IsEmpty: true })
                    emptyLists.Add(setting.Key);
            }
        }

        return new HoconEngine(config, emptyLists);
    }

    /// <summary>The value that counts.</summary>
    public RawValue Value(string key)
    {
        if (emptyLists.Contains(key))
            return new RawValue.Items([]);
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
            else if (setting.Value is RawValue.Items { Texts.IsEmpty: false } items)
                text.Append(CultureInfo.InvariantCulture, $"{setting.Key} = [{string.Join(", ", items.Texts.Select(Quote))}]\n");
        }

        return text.ToString();
    }
}
