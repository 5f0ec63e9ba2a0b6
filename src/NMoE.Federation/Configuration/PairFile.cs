using System.Collections.Immutable;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace NMoE.Federation.Configuration;

/// <summary>A comma-separated file of two columns that an experiment names: the first line is the header, and empty lines and those that begin with <c>#</c> are passed over.</summary>
/// <param name="key">The key that names it.</param>
/// <param name="path">The file.</param>
/// <param name="text">What stands in it.</param>
/// <param name="header">Its header.</param>
/// <param name="needed">What a row has, in words.</param>
internal sealed class PairFile(string key, string path, string text, string header, string needed)
{
    /// <summary>SHA-256 of what stands in it, in lower-case hexadecimal digits.</summary>
    public string Content => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)));

    /// <summary>Lines of the file.</summary>
    public int Length => Lines.Length;

    private string[] Lines => text.Split('\n');

    /// <summary>Its rows, with their lines, from 1.</summary>
    /// <exception cref="ConfigurationException">The header is missing, or a row has not two fields.</exception>
    public ImmutableArray<(int Line, string First, string Second)> Rows()
    {
        var rows = ImmutableArray.CreateBuilder<(int, string, string)>();
        var isHeaderSeen = false;
        foreach (var (number, line) in Lines.Index())
        {
            var trimmed = line.Trim();
            if (trimmed.Length == 0 || trimmed.StartsWith('#'))
            {
                continue;
            }

            string[] fields = [.. trimmed.Split(',').Select(field => field.Trim())];
            if (isHeaderSeen)
            {
                rows.Add(fields.Length == 2 ? (number + 1, fields[0], fields[1]) : throw Wrong(number + 1, FormattableString.Invariant($"the row has {fields.Length} fields"), needed));
            }
            else if (string.Join(',', fields) != header)
            {
                throw Wrong(number + 1, $"'{trimmed}' is not the header", $"The first line must be '{header}'");
            }

            isHeaderSeen = true;
        }

        return isHeaderSeen ? rows.ToImmutable() : throw Wrong(Length, "the header is missing", $"The first line must be '{header}'");
    }

    /// <summary>A number of something that is numbered from 0.</summary>
    /// <param name="field">The text.</param>
    /// <param name="line">Its line.</param>
    /// <param name="what">What it is a number of.</param>
    /// <param name="count">How many there are.</param>
    /// <exception cref="ConfigurationException">It is none.</exception>
    public int Number(string field, int line, string what, int count) => int.TryParse(field, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number < count
        ? number
        : throw Wrong(line, $"'{field}' is no {what}", FormattableString.Invariant($"Write a whole number in 0..{count - 1}"));

    /// <summary>What is wrong with a line of it.</summary>
    public ConfigurationException Wrong(int line, string problem, string remedy) => new(new Origin(path, line, 0), key, problem, remedy);
}
