using System.Collections.Immutable;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using NMoE.Federation.Settings;

namespace NMoE.Federation.Configuration;

/// <summary>A key, the value that counts, and where it was written.</summary>
/// <param name="Key">With dots, as in <c>extractor.rounds</c>.</param>
/// <param name="Value">In the one spelling that all spellings of the value share.</param>
/// <param name="Origin">As in <c>experiments/quickstart.conf:12</c>, <c>reference.conf:40</c> or <c>--set</c>.</param>
public sealed record EffectiveKey(string Key, string Value, string Origin);

/// <summary>An experiment as it will run.</summary>
/// <param name="Settings">All settings, checked.</param>
/// <param name="Keys">All keys, in ordinal order.</param>
public sealed record EffectiveConfiguration(ExperimentSettings Settings, ImmutableArray<EffectiveKey> Keys)
{
    private static readonly string s_name = KeyPath.Of(settings => settings.Experiment.Name);

    /// <summary>SHA-256 of the files that were read for a key, in lower-case hexadecimal digits, by the key: traces, and whose pictures are whose.</summary>
    public ImmutableSortedDictionary<string, string> Contents { get; init; } = ImmutableSortedDictionary<string, string>.Empty;

    /// <summary>
    /// SHA-256, in lower-case hexadecimal digits, over the lines <c>key=value</c> of every key that can change what the experiment
    /// computes: all but <c>compute.*</c>, <c>data.path</c> and <c>experiment.name</c>. A trace, and a file of clients, counts by its content, as <c>key sha256=value</c> below those lines. Where a
    /// value was written, and how it was spelt, does not count.
    /// </summary>
    public string ConfigHash
    {
        get
        {
            var lines = Keys.Where(key => Counts(key.Key)).Select(key => $"{key.Key}={key.Value}\n");
            var contents = Contents.Select(content => $"{content.Key} sha256={content.Value}\n");
            return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(string.Concat(lines.Concat(contents)))));
        }
    }

    /// <summary>Keys that nothing reads, whoever wrote them.</summary>
    public ImmutableSortedDictionary<string, UnreadKey> Unread { get; init; } = ImmutableSortedDictionary<string, UnreadKey>.Empty;

    /// <summary>What no key shows alone and is no mistake, a sentence each: rows of traces that are passed over, deadlines that cannot be met, noise that protects little.</summary>
    internal ImmutableArray<string> Consequences { get; init; } = [];

    /// <summary>
    /// What is worth knowing before a run, a sentence each: what the keys come to together, then the keys that a file or an override states and nothing reads, in ordinal order.
    /// </summary>
    public IEnumerable<string> Warnings => Consequences.Concat(Unread.Values.Where(unread => unread.IsStated).Select(unread => unread.Sentence));

    /// <summary>Keys that a file or an override states.</summary>
    internal ImmutableSortedSet<string> Stated { get; init; } = [];

    /// <summary>A sentence for each stated key that an experiment reads and a command does not.</summary>
    /// <param name="command">The command, as in <c>nmoe live</c>.</param>
    /// <param name="keys">Keys that it does not read, and what it does instead, to follow a colon.</param>
    public IEnumerable<string> NotReadBy(string command, ImmutableSortedDictionary<string, string> keys) =>
        from key in Keys
        where Stated.Contains(key.Key) && !Unread.ContainsKey(key.Key) && keys.ContainsKey(key.Key)
        select $"{key.Origin}: {key.Key}: {command} does not read this key: {keys[key.Key]}. It is read with nmoe run.";

    /// <summary>What makes this another experiment than others: all keys that are read, but for its name; of traces what stands in them.</summary>
    internal string Identity => string.Concat(
        Keys.Where(key => !Unread.ContainsKey(key.Key) && key.Key != s_name && !Contents.ContainsKey(key.Key)).Select(key => $"{key.Key}={key.Value}\n")
            .Concat(Contents.Select(content => $"{content.Key} sha256={content.Value}\n")));

    /// <summary>
    /// The text of <c>effective.conf</c>, which the reader reads back to the same settings. A key that nothing reads, and nobody stated, is a comment: stated, it
    /// would be a mistake.
    /// </summary>
    public string Render()
    {
        var text = new StringBuilder("// Every key of the experiment as it ran, and where its value came from.\n");
        foreach (var (line, remark) in Lines("//"))
            text.Append(CultureInfo.InvariantCulture, $"{line}  // {remark}\n");
        return text.ToString();
    }

    /// <summary>Every key with its value, and where that came from.</summary>
    /// <param name="comment">What begins a comment.</param>
    public IEnumerable<(string Line, string Remark)> Lines(string comment) => Keys.Select(key => Unread.GetValueOrDefault(key.Key) is { } unread
        ? ($"{(unread.IsStated ? "" : comment + " ")}{key.Key} = {key.Value}", $"{OneLine(key.Origin)}, not read: that takes {unread.ReadWith}")
        : ($"{key.Key} = {key.Value}", OneLine(key.Origin)));

    /// <summary>A file's name may hold what would end a comment.</summary>
    private static string OneLine(string origin) => string.Concat(origin.Select(sign => char.IsControl(sign) ? '?' : sign));

    private static bool Counts(string key) =>
        key is not ("data.path" or "data.partition-file" or "experiment.name" or "channel.trace" or "channel.intervals" or "topology.edges" or "topology.site-file") && !key.StartsWith("compute.", StringComparison.Ordinal);
}
