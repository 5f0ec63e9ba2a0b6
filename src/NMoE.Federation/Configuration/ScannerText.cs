using System.Collections.Immutable;
using System.Globalization;
using System.Text;

namespace NMoE.Federation.Configuration;

/// <summary>A text and a place in it: the words of the subset, each read from the current place.</summary>
internal sealed class ScannerText(string file, string content)
{
    private readonly string content = content.TrimStart('\uFEFF').Replace("\r\n", "\n", StringComparison.Ordinal).Replace('\r', '\n');
    private int at;
    private int line = 1;
    private int lineStart;

    public bool AtEnd => at >= content.Length;

    /// <summary>Whether a comment begins here: <c>//</c> or <c>#</c> after white space or at a line's start. Elsewhere both are signs like others.</summary>
    public bool AtComment => !AtEnd && IsCommentSign && (at == 0 || content[at - 1] is ' ' or '\t' or '\n');

    /// <summary>Whether the signs of a comment stand here, be it one or not.</summary>
    public bool IsCommentSign => StartsWith("#") || StartsWith("//");

    public char Current => content[at];

    public Origin Origin => new(file, line, at - lineStart + 1);

    public void Advance()
    {
        if (content[at++] == '\n')
            (line, lineStart) = (line + 1, at);
    }

    public bool StartsWith(string word) => string.CompareOrdinal(content, at, word, 0, word.Length) == 0;

    public void SkipSpaces()
    {
        while (!AtEnd && Current is ' ' or '\t')
            Advance();
    }

    /// <summary>Skips white space, new lines and comments.</summary>
    public void SkipBlank()
    {
        while (!AtEnd)
        {
            if (AtComment)
                SkipLine();
            else if (Current is ' ' or '\t' or '\n')
                Advance();
            else
                return;
        }
    }

    /// <summary>Takes a word that a space or quote follows.</summary>
    public bool TakeWord(string word)
    {
        var end = at + word.Length;
        if (!StartsWith(word) || (end < content.Length && content[end] is not (' ' or '\t' or '"' or '\n')))
            return false;
        at = end;
        return true;
    }

    /// <summary>Names joined by dots, each bare (letters, digits, '-', '_') or in quotes.</summary>
    public ImmutableArray<string> Path()
    {
        var parts = ImmutableArray.CreateBuilder<string>();
        while (true)
        {
            parts.Add(!AtEnd && Current == '"' ? Quoted(string.Join('.', parts)) : BareName());
            if (AtEnd || Current != '.')
                return parts.ToImmutable();
            Advance();
        }
    }

    /// <summary>A quoted string, or bare text up to the end of its line, a comma, a closing bracket or a comment.</summary>
    public string Scalar(string key)
    {
        if (!AtEnd && Current == '"')
            return QuotedValue(key);
        var start = at;
        while (!AtEnd && Current is not ('\n' or ',' or '}' or ']') && !AtComment)
        {
            CheckBare(key, start);
            Advance();
        }

        var value = content[start..at].Trim();
        return value.Length > 0
            ? value
            : throw Error("no value stands here", $"Write {key} = VALUE, on one line", key);
    }

    public ConfigurationException Error(string problem, string remedy, string key = "") => new(Origin, key, problem, remedy);

    public ConfigurationException Substitution(string key) =>
        Error("substitutions such as ${NAME} are not read alike by all engines", "Write the value itself, or pass it with --set", key);

    private void CheckBare(string key, int start)
    {
        if (Current == '$')
            throw Substitution(key);
        if (Current is '=' or ':' && at == start)
            throw Error($"a second '{Current}' follows the first", $"Write {key} = VALUE", key);
        if (Current is '=' or ':' or '{' or '[')
            throw Error(
                $"'{Current}' stands inside a value",
                "Two settings on one line need a comma between them; text with such signs needs quotes",
                key);
        if (Current == '"')
            throw Error("a quote opens in the middle of a value", "Put the whole value in quotes", key);
        if (!IsBare(Current))
            throw Error($"{Named(Current)} needs quotes", $"Write {key} = \"..\"", key);
    }

    private static bool IsBare(char sign) => char.IsLetterOrDigit(sign) || sign is ' ' or '\t' or '-' or '_' or '.' or '/' or '+' or '%' or '~' or '#';

    /// <summary>A sign as messages show it: those that nobody sees by their number.</summary>
    private static string Named(char sign) => char.IsLetterOrDigit(sign) || char.IsPunctuation(sign) || char.IsSymbol(sign)
        ? $"'{sign}'"
        : string.Create(CultureInfo.InvariantCulture, $"the sign U+{(int)sign:X4}");

    private string QuotedValue(string key)
    {
        var opened = Origin;
        var value = Quoted(key);
        if (!IsText(value))
        {
            throw new ConfigurationException(
                opened, key, "this text holds what is no character", "Save the file as UTF-8, or write the character by its number, as in \\u00e9");
        }

        return value.Trim() == value
            ? value
            : throw new ConfigurationException(
                opened, key, "white space at the ends of a quoted value is not read alike by all engines", "Leave it out");
    }

    private string BareName()
    {
        var start = at;
        while (!AtEnd && (char.IsAsciiLetterOrDigit(Current) || Current is '-' or '_'))
            Advance();
        if (at > start)
            return content[start..at];
        if (!AtEnd && Current == '$')
            throw Substitution(string.Empty);
        throw Error(
            AtEnd || Current == '\n' ? "a key ends too early" : $"{Named(Current)} cannot stand in a key",
            "Write names of letters, digits and '-' joined by dots, as in extractor.rounds");
    }

    private string Quoted(string key)
    {
        var opened = Origin;
        var value = new StringBuilder();
        if (StartsWith("\"\"\""))
            throw Error("triple quotes are not read alike by all engines", "Put the value in single double-quotes on one line", key);
        Advance();
        while (!AtEnd && Current is not ('"' or '\n'))
            value.Append(Current == '\\' ? Escape(key) : Take());
        if (AtEnd || Current == '\n')
            throw new ConfigurationException(opened, key, "this quote is never closed", "Add the missing '\"' on the same line");
        Advance();
        return value.ToString();
    }

    private char Take()
    {
        var taken = Current;
        Advance();
        return taken;
    }

    private char Escape(string key)
    {
        Advance();
        if (!AtEnd && Current is '"' or '\\' or '/')
            return Take();
        if (!AtEnd && Current == 'u' && at + 5 <= content.Length
            && ushort.TryParse(content.AsSpan(at + 1, 4), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var code))
        {
            at += 5;
            return (char)code;
        }

        throw Error("this escape is not known", "Write \\\\ for a backslash, \\\" for a quote, or \\uXXXX", key);
    }

    /// <summary>Whether a text has neither half a character nor the one that stands for what could not be read.</summary>
    private static bool IsText(string text) => text.EnumerateRunes().All(rune => rune != Rune.ReplacementChar);

    private void SkipLine()
    {
        while (!AtEnd && Current != '\n')
            Advance();
    }
}
