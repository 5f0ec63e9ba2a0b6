using System.Text;

namespace NMoE.Reporting.Files;

/// <summary>Comma-separated values (RFC 4180), with a line feed after each line.</summary>
internal static class Csv
{
    /// <summary>A field as it is written: in quotes where it must be.</summary>
    public static string Quote(string field) =>
        field.AsSpan().ContainsAny(",\"\r\n") ? $"\"{field.Replace("\"", "\"\"", StringComparison.Ordinal)}\"" : field;

    /// <summary>The rows of a file, each with the line where it begins, from 1. A file that ends within quotes ends its last field there.</summary>
    public static IEnumerable<(int Line, string[] Fields)> Rows(string text)
    {
        var (fields, field, quoted, line, began) = (new List<string>(), new StringBuilder(), false, 1, 1);
        for (var i = 0; i < text.Length; i++)
        {
            var sign = text[i];
            line += sign == '\n' ? 1 : 0;
            if (quoted && sign == '"' && i + 1 < text.Length && text[i + 1] == '"')
            {
                field.Append(sign);
                i++;
            }
            else if (sign == '"')
            {
                quoted = !quoted;
            }
            else if (quoted || sign is not (',' or '\n'))
            {
                field.Append(sign);
            }
            else
            {
                fields.Add(field.ToString());
                field.Clear();
                if (sign == '\n')
                {
                    yield return (began, [.. fields]);
                    fields.Clear();
                    began = line;
                }
            }
        }

        if (fields.Count > 0 || field.Length > 0)
            yield return (began, [.. fields, field.ToString()]);
    }
}
