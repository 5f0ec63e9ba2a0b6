using System.Text.RegularExpressions;
using CsCheck;
using NMoE.Federation.Configuration;
using NMoE.Federation.Sweeps;

namespace NMoE.Federation.Tests.Configuration;

/// <summary>The reader against texts that nobody thought of.</summary>
public sealed partial class ReaderFuzzTests
{
    private const string Included = "experiments/included.conf";

    // One setting a line, so that a pattern can say what each line means.
    private const string Flat = """
        // A file of one setting a line.
        seed = 7
        experiment.name = flat_1
        experiment.clients = 5  // a comment

        data.name = cifar10
        data.path = /mnt/a//b # another
        data.partition = non-iid
        data.tau = 0.25
        data.train-per-client = 500
        extractor.rounds : 26
        extractor.learning-rate = 2e-2
        extractor.deadline = 20 min
        extractor.absent.3 = [1, 2]
        model.width = 32
        gate.rounds = 30
        inference.gates = [fedgate, rangate]
        inference.k = 2
        channel.profile = "lte"
        channel.loss = 0.01
        channel.up = 1.5 Mbit/s
        faults.schedule = ["at 100 s crash client-3 for 60 s"]
        device.energy.flop = 150 pJ
        evaluation.enabled = on
        compute.store.path = "/tmp/é \"x\" // y"
        """;

    private static readonly string[] Signs =
        ["{", "}", "[", "]", "\"", "=", ":", "+=", "${x}", ",", "\n", "\r", "#", "//", " //", "\\", ".", " ", "\t", "include \"x.conf\"", "9", "-", "\0", "é", "\ufffd", "\ufeff", "\u00a0", "\ud83d"];

    private static readonly Gen<string> Piece = Gen.OneOf(Gen.Int[0, Signs.Length - 1].Select(number => Signs[number]), Gen.String[0, 3]);

    /// <summary>Cuts, flips and insertions, lines twice, lines that change places.</summary>
    private static readonly Gen<Func<string, string>> Damage = Gen.OneOf(
        Gen.Select(Gen.Int[0, 2000], Gen.Int[0, 12], Piece, (at, length, piece) => (Func<string, string>)(text => Wound(text, at % (text.Length + 1), length, piece))),
        Gen.Select(Gen.Int[0, 2000], Gen.Char[' ', '~'], (at, sign) => (Func<string, string>)(text => Wound(text, at % (text.Length + 1), 1, sign.ToString()))),
        Gen.Select(Gen.Int[0, 2000], at => (Func<string, string>)(text => text[..(at % (text.Length + 1))])),
        Gen.Select(Gen.Int[0, 200], Gen.Int[0, 200], (from, to) => (Func<string, string>)(text => Lines(text, from, to, removed: 0))),
        Gen.Select(Gen.Int[0, 200], Gen.Int[0, 200], (from, to) => (Func<string, string>)(text => Lines(text, from, to, removed: 1))));

    [GeneratedRegex("^[ \\t]*(?<key>[a-z0-9.-]+)[ \\t]*[=:][ \\t]*(?<value>(\"([^\"\\\\]|\\\\.)*\"|(?![ \\t](#|//)).)*)([ \\t](#|//).*)?$")]
    private static partial Regex Setting { get; }

    [Fact]
    public void A_damaged_line_is_refused_with_its_place_or_reads_as_what_it_says() =>
        Damage.Array[1, 3].Sample(
            wounds =>
            {
                var text = wounds.Aggregate(Flat, (left, wound) => wound(left));
                if (Accepted(text) is { } read)
                    CheckLines(text, read);
            },
            iter: 10_000);

    [Fact]
    public void A_damaged_reference_is_refused_with_its_place_or_written_again_reads_as_the_same()
    {
        var reference = ExperimentReader.Reference;
        Damage.Array[1, 3].Sample(
            wounds =>
            {
                var text = wounds.Aggregate(reference, (left, wound) => wound(left));
                if (Accepted(text) is { } read)
                    Assert.Equal(Values(read), Values(Experiments.Read(read.Render())));
            },
            iter: 500);
    }

    [Fact]
    public void However_and_wherever_settings_are_spelt_they_read_as_the_same_and_so_does_what_config_writes() =>
        Gen.Select(Gen.Int[0, ReadingSamples.All.Count - 1].Select(number => ReadingSamples.All[number]).Array[1, 4], Gen.Int[0, int.MaxValue].Array[40], Gen.Bool).Sample(
            (rows, draws, read) =>
            {
                var sets = rows.Select(row => (row.Sample, Context: read ? row.Read : row.Unread)).Where(row => row.Context != "-")
                    .SelectMany(row => ReadingSamples.Sets(row.Context).Append(row.Sample)).GroupBy(set => set.Split('=')[0], StringComparer.Ordinal)
                    .Select(same => same.Last()).ToArray();
                var expected = Outcome(() => Experiments.Read("", sets));
                var spelt = Spelt(sets, draws);

                Assert.Equal(expected, Outcome(() => Experiments.Read(spelt)));
                Assert.Equal(expected, Outcome(() => Experiments.ReadFiles((Experiments.File, "include \"included.conf\""), [(Included, spelt)])));
                if (!expected.Contains('='))
                    return;
                Assert.Equal(expected, Outcome(() => Experiments.Read(Experiments.Read("", sets).Render())));

                // As a label they would have to be read.
                if (!Experiments.Read("", sets).Warnings.Any())
                {
                    Assert.Equal(expected, Outcome(() => SweepReader.Read(
                        Experiments.File, [], [], file => file == Experiments.File ? $"sweep.axes.a.x {{\n{spelt}\n}}" : null).Points[0].Configuration));
                }
            },
            iter: 500);

    /// <summary>Null for a refusal, which names a file, and a line of it unless the file is at fault as a whole.</summary>
    private static EffectiveConfiguration? Accepted(string text)
    {
        try
        {
            return Experiments.Read(text);
        }
        catch (ConfigurationException refused)
        {
            Assert.Equal(Experiments.File, refused.File);
            Assert.InRange(refused.Line, 1, text.Split('\n', '\r').Length);
            return null;
        }
    }

    private static void CheckLines(string text, EffectiveConfiguration read)
    {
        var lines = text.TrimStart('\ufeff').Replace("\r\n", "\n", StringComparison.Ordinal).Replace('\r', '\n').Split('\n');
        var last = new SortedDictionary<string, (int Line, string Value)>(StringComparer.Ordinal);
        foreach (var (index, line) in lines.Index())
        {
            if (line.AsSpan().Trim(" \t") is [] or ['#', ..] or ['/', '/', ..])
                continue;
            var match = Setting.Match(line);
            if (!match.Success || match.Groups["value"].Value.AsSpan().IndexOfAny("{},[]") >= 0)
                return;
            last[match.Groups["key"].Value] = (index + 1, match.Groups["value"].Value.Trim());
        }

        foreach (var (key, (line, value)) in last)
        {
            var effective = read.Keys.Single(one => one.Key == key);
            var quoted = value.StartsWith('"') ? value : $"\"{value}\"";
            Assert.Equal($"{Experiments.File}:{line}", effective.Origin);
            Assert.Equal(effective.Value, Experiments.Read("", $"{key}={quoted}").Keys.Single(one => one.Key == key).Value);
        }
    }

    /// <summary>Settings in sections, quotes and comments of all kinds, as numbers decide.</summary>
    private static string Spelt(string[] sets, int[] draws)
    {
        var next = 0;
        int Draw(int most) => draws[next++ % draws.Length] % most;
        string Space() => Draw(4) switch { 0 => "", 1 => " ", 2 => "\t ", _ => "  " };
        string Name(string part) => Draw(3) == 0 ? $"\"{part}\"" : part;
        string Pair(string set)
        {
            var split = set.IndexOf('=', StringComparison.Ordinal);
            var (path, value) = (set[..split].Split('.'), set[(split + 1)..]);
            var quoted = value[0] is not ('[' or '"') && Draw(3) == 0 ? $"\"{value}\"" : value;
            var end = Draw(3) switch { 0 => " // why, \"or\" } not", 1 => "\t# = [", _ => "" };
            var sections = Draw(path.Length);
            return string.Concat(path[..sections].Select(part => $"{Name(part)}{Space()}{(Draw(2) == 0 ? "= " : "")}{{\n"))
                + $"{string.Join('.', path[sections..].Select(Name))}{Space()}{(Draw(2) == 0 ? '=' : ':')}{Space()}{quoted}{end}\n"
                + string.Concat(Enumerable.Repeat("}\n", sections));
        }

        return string.Concat(sets.Select(set => Pair(set) + (Draw(4) == 0 ? "\n// a line between\n" : "")));
    }

    /// <summary>All values, or what is wrong with a key; where it stands differs.</summary>
    private static string Outcome(Func<EffectiveConfiguration> read)
    {
        try
        {
            return Values(read());
        }
        catch (ConfigurationException refused)
        {
            return refused.Key;
        }
    }

    private static string Values(EffectiveConfiguration read) =>
        string.Join('\n', read.Keys.Where(key => key.Key != "experiment.name").Select(key => $"{key.Key} = {key.Value}"));

    private static string Wound(string text, int at, int removed, string inserted) => text[..at] + inserted + text[Math.Min(text.Length, at + removed)..];

    private static string Lines(string text, int from, int to, int removed)
    {
        var lines = text.Split('\n').ToList();
        var line = lines[from % lines.Count];
        lines.RemoveRange(from % lines.Count, removed);
        lines.Insert(to % (lines.Count + 1), line);
        return string.Join('\n', lines);
    }
}
