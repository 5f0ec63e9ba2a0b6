using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using NMoE.Reporting.Files;
using NMoE.Reporting.Runs;

namespace NMoE.Reporting.Exports;

/// <summary>Rows of one kind, of one run or of all runs of a sweep.</summary>
/// <param name="Name">As in <c>round</c>, the kind of line in <c>metrics.jsonl</c>, or <c>ledger</c>, the file.</param>
/// <param name="Columns">In the order in which they first occur; the first, <c>run</c>, is the folder.</param>
internal sealed record ExportTable(string Name, ImmutableArray<ExportColumn> Columns)
{
    private static readonly string[] s_files = [RunFiles.Ledger, RunFiles.Timeline, RunFiles.Links, RunFiles.Clients, RunFiles.Classes];

    /// <summary>All tables of some runs: a table for each kind of line in <c>metrics.jsonl</c>, and for each file of rows.</summary>
    /// <param name="runs">Folders of finished runs.</param>
    /// <exception cref="RunUnreadableException">One is none.</exception>
    public static ImmutableArray<ExportTable> Of(IReadOnlyList<string> runs)
    {
        var rows = new List<(string Table, ImmutableArray<(string Name, JsonNode? Value)> Fields)>();
        foreach (var run in runs)
        {
            RunReader.Read(run);
            var name = ("run", (JsonNode?)JsonValue.Create(Path.GetFileName(Path.TrimEndingDirectorySeparator(run))));
            rows.AddRange(Lines(Path.Combine(run, RunFiles.Metrics)).Select(line => (line.Table, line.Fields.Insert(0, name))));
            foreach (var file in s_files.Where(file => File.Exists(Path.Combine(run, file))))
                rows.AddRange(FileRows(Path.Combine(run, file)).Select(fields => (Path.GetFileNameWithoutExtension(file), fields.Insert(0, name))));
        }

        return [.. rows.GroupBy(row => row.Table, StringComparer.Ordinal).Select(same => new ExportTable(same.Key, Columnwise([.. same.Select(row => row.Fields)])))];
    }

    /// <summary>Matrices, which have no cell, stay JSON.</summary>
    private static IEnumerable<(string Table, ImmutableArray<(string Name, JsonNode? Value)> Fields)> Lines(string path) =>
        from text in File.ReadAllLines(path)
        let line = JsonNode.Parse(text)!.AsObject()
        select (line["line"]!.GetValue<string>(), line.Where(member => member.Key != "line").Select(member => (member.Key, member.Value is JsonArray or JsonObject ? JsonValue.Create(member.Value.ToJsonString()) : member.Value)).ToImmutableArray());

    private static IEnumerable<ImmutableArray<(string Name, JsonNode? Value)>> FileRows(string path)
    {
        var rows = Csv.Rows(File.ReadAllText(path)).Select(row => row.Fields).ToArray();
        return rows.Skip(1).Select(row => rows[0].Zip(row, (name, field) => (name, Cell(field))).ToImmutableArray());
    }

    private static JsonNode? Cell(string field) => long.TryParse(field, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var whole) ? JsonValue.Create(whole)
        : double.TryParse(field, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) ? JsonValue.Create(number)
        : JsonValue.Create(field);

    private static ImmutableArray<ExportColumn> Columnwise(ImmutableArray<ImmutableArray<(string Name, JsonNode? Value)>> rows) =>
    [
        .. rows.SelectMany(row => row.Select(field => field.Name)).Distinct()
            .Select(name => ExportColumn.Of(name, [.. rows.Select(row => row.FirstOrDefault(field => field.Name == name).Value)])),
    ];
}

/// <summary>A column of one type: words, whole numbers or numbers.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Words">Its values, where they are words; default where they are not.</param>
/// <param name="Whole">Its values, where all are whole numbers; default where they are not.</param>
/// <param name="Numbers">Its values, where they are numbers; default where they are not.</param>
internal sealed record ExportColumn(string Name, ImmutableArray<string?> Words, ImmutableArray<long?> Whole, ImmutableArray<double?> Numbers)
{
    /// <summary>The number of rows.</summary>
    public int Length => Words.IsDefault ? Whole.IsDefault ? Numbers.Length : Whole.Length : Words.Length;

    /// <summary>A column of JSON values. A loss that diverged is the word NaN in JSON, and a number here.</summary>
    public static ExportColumn Of(string name, ImmutableArray<JsonNode?> values)
    {
        var numbers = values.Select(value => (Given: value is not null, Number: Number(value))).ToArray();
        if (numbers.Any(value => value is { Given: true, Number: null }))
            return new(name, [.. values.Select(value => value is JsonValue text && text.TryGetValue(out string? word) ? word : value?.ToJsonString())], default, default);
        return values.All(value => value is null || value.AsValue().TryGetValue(out long _))
            ? new(name, default, [.. values.Select(value => value?.AsValue().GetValue<long>())], default)
            : new(name, default, default, [.. numbers.Select(value => value.Number)]);
    }

    /// <summary>A value as text: empty where there is none.</summary>
    public string Text(int row) => Words.IsDefault ? Whole.IsDefault ? Numbers[row]?.ToString("R", CultureInfo.InvariantCulture) ?? "" : Whole[row]?.ToString(CultureInfo.InvariantCulture) ?? "" : Words[row] ?? "";

    private static double? Number(JsonNode? value) => value is not JsonValue known ? null
        : known.TryGetValue(out double number) ? number
        : known.GetValueKind() == JsonValueKind.Number ? known.Deserialize<double>()
        : known.TryGetValue(out string? word) && word is "NaN" or "Infinity" or "-Infinity" ? double.Parse(word!, CultureInfo.InvariantCulture) : null;
}
