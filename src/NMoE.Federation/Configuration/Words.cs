using System.Globalization;
using System.Text.RegularExpressions;
using NMoE.Simulation.Faults;
using NMoE.Simulation.Network;

namespace NMoE.Federation.Configuration;

/// <summary>A sentence of a configuration, read word by word. What is wrong ends the reading with a <see cref="FormatException"/> that says so.</summary>
internal sealed partial class Words(string sentence)
{
    // A number and its unit are two words, with a space between them or none: "1s" and "10%" are what they seem.
    private readonly string[] words = [.. sentence.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries).SelectMany(NumberAndUnit)];
    private int read;

    // As many as there can be clients: a greater number would be no edge server's.
    private const int MostSites = 4_194_303;

    /// <summary>The next word, whatever it is.</summary>
    public string Next(string what) => read < words.Length ? words[read++] : throw new FormatException($"{what} is missing at the end");

    /// <summary>The next word, which is this one.</summary>
    public void Expect(string word)
    {
        if (Next($"'{word}'") is var found && found != word)
            throw new FormatException($"'{found}' stands where '{word}' belongs");
    }

    /// <summary>Whether the next word is this one; then it is read.</summary>
    public bool Has(string word)
    {
        var has = read < words.Length && words[read] == word;
        read += has ? 1 : 0;
        return has;
    }

    /// <summary>One of some words.</summary>
    public T One<T>(string what, params ReadOnlySpan<(string Name, T Value)> choices)
    {
        var found = Next(what);
        foreach (var (name, value) in choices)
        {
            if (name == found)
                return value;
        }

        throw new FormatException($"'{found}' is no {what}");
    }

    /// <summary>A number and its unit of time.</summary>
    public TimeSpan Duration()
    {
        var text = $"{Next("a time")} {Next("the unit of a time")}";
        var reading = Measures.Duration("0 us", "10000 h").Read(new RawValue.Scalar(text));
        return reading.Problem is { } problem ? throw new FormatException(problem) : reading.Value;
    }

    /// <summary>A number in a range.</summary>
    public double Number(string what, double least, double most)
    {
        var text = Next(what);
        return double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var value) && value >= least && value <= most
            ? value
            : throw new FormatException(FormattableString.Invariant($"'{text}' is no {what} in {least}..{most}"));
    }

    /// <summary>Devices, as in <c>client-1+client-2</c>, <c>clients</c>, <c>aggregator</c> or <c>any</c>.</summary>
    public DeviceGroup Devices()
    {
        var text = Next("a device");
        if (text == "any")
            return DeviceGroup.Any;
        var found = new DeviceGroup([], Everyone.Excluded);
        foreach (var name in text.Split('+'))
        {
            found = name switch
            {
                "clients" => found with { AllClients = Everyone.Included },
                "aggregator" => found with { Numbers = found.Numbers.Add(DeviceId.Aggregator) },
                "supervisor" => found with { Numbers = found.Numbers.Add(DeviceId.Supervisor) },
                _ => found with { Numbers = found.Numbers.Add(Place(name) ?? Edge(name) ?? Client(name)) },
            };
        }

        return found;
    }

    /// <summary>Nothing may follow.</summary>
    public void End()
    {
        if (read < words.Length)
            throw new FormatException($"'{words[read]}' is one word too many");
    }

    private static string[] NumberAndUnit(string word) =>
        Joined().Match(word) is { Success: true } joined ? [joined.Groups["number"].Value, joined.Groups["unit"].Value] : [word];

    [GeneratedRegex(@"^(?<number>[+-]?[0-9.]+([eE][+-]?[0-9]+)?)(?<unit>[\p{L}%].*)$")]
    private static partial Regex Joined();

    /// <summary>A place of the aggregator other than the first, such as <c>aggregator-2</c>.</summary>
    private static DeviceId? Place(string name) =>
        name.StartsWith("aggregator-", StringComparison.Ordinal) && int.TryParse(name.AsSpan(11), NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number > 1
            ? DeviceId.AggregatorAt(number - 1)
            : null;

    /// <summary>The edge server of a site, such as <c>edge-0</c>.</summary>
    private static DeviceId? Edge(string name) =>
        name.StartsWith("edge-", StringComparison.Ordinal) && int.TryParse(name.AsSpan(5), NumberStyles.None, CultureInfo.InvariantCulture, out var site) && site <= MostSites
            ? DeviceId.Edge(site)
            : null;

    private static DeviceId Client(string name) =>
        name.StartsWith("client-", StringComparison.Ordinal) && int.TryParse(name.AsSpan(7), NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            ? new DeviceId(number)
            : throw new FormatException($"'{name}' is no device; write client-3, clients, aggregator, aggregator-2, edge-0, supervisor or any, joined by +");
}
