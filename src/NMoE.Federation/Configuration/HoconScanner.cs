using System.Collections.Immutable;

namespace NMoE.Federation.Configuration;

/// <summary>
/// Reads a subset of HOCON, strictly and with positions, because Akka's own engine drops in silence what it cannot read. It is the one reader of files, includes,
/// profiles, axes and overrides, so that a text means the same in each. Gives the settings in the order in which they count: a later one wins.
/// </summary>
internal sealed class HoconScanner
{
    private const int DeepestNesting = 32;

    private readonly ScannerText text;
    private readonly Func<string, string?> open;
    private readonly ImmutableList<string> including;
    private readonly ImmutableArray<Setting>.Builder settings = ImmutableArray.CreateBuilder<Setting>();

    private HoconScanner(string file, string content, Func<string, string?> open, ImmutableList<string> including)
    {
        text = new ScannerText(file, content);
        this.open = open;
        this.including = including.Add(IncludePath.Normalise(file));
    }

    /// <summary>The settings of a file and of those that it includes.</summary>
    /// <exception cref="ConfigurationException">The text is outside the subset, or an included file is missing or includes itself.</exception>
    public static ImmutableArray<Setting> Scan(string file, string content, Func<string, string?> open) =>
        Scan(file, content, open, [], []);

    /// <summary>The settings of a text that sets one key or section.</summary>
    /// <exception cref="ConfigurationException">The text is outside the subset, or more stands in it.</exception>
    public static ImmutableArray<Setting> ScanOne(string file, string content)
    {
        var scanner = new HoconScanner(file, content, _ => null, []);
        var text = scanner.text;
        text.SkipBlank();
        if (text.AtEnd || text.TakeWord("include"))
            throw text.Error("this is not a key", "Write key=value");
        scanner.Member([], depth: 0);
        text.SkipBlank();
        return text.AtEnd
            ? scanner.settings.ToImmutable()
            : throw text.Error("more text follows a finished value", "Give each key an override of its own, and a value with other signs quotes");
    }

    private static ImmutableArray<Setting> Scan(
        string file, string content, Func<string, string?> open, ImmutableList<string> including, ImmutableArray<string> prefix)
    {
        var scanner = new HoconScanner(file, content, open, including);
        scanner.Members(prefix, opened: null, depth: 0);
        return scanner.settings.ToImmutable();
    }

    private void Members(ImmutableArray<string> prefix, Origin? opened, int depth)
    {
        while (true)
        {
            text.SkipBlank();
            if (text.AtEnd && opened is not null)
                throw new ConfigurationException(opened, string.Join('.', prefix), "this brace is never closed", "Add the missing '}'");
            if (text.AtEnd)
                return;
            if (text.Current == '}' && opened is null)
                throw text.Error("this '}' closes nothing", "Remove it, or open its section with '{' before it");
            if (text.Current == '}')
                return;
            Member(prefix, depth);
            EndOfMember();
        }
    }

    private void Member(ImmutableArray<string> prefix, int depth)
    {
        if (text.Current == '{')
            throw text.Error("a section has no name", "Write NAME { .. }; a file has no braces around it");
        if (text.Current == ',')
            throw text.Error("a comma stands where a key should", "Put one comma between two settings");
        if (text.IsCommentSign)
            throw text.Error("a comment follows something without a space", "Put white space before the comment");
        var origin = text.Origin;
        if (text.TakeWord("include"))
        {
            Include(prefix, origin);
            return;
        }

        var path = prefix.AddRange(text.Path());
        text.SkipSpaces();
        var key = string.Join('.', path);
        if (text.StartsWith("+="))
            throw text.Error("'+=' is not read alike by all engines", "Write the whole list with '='", key);
        if (text.AtEnd || text.Current is not ('=' or ':' or '{'))
            throw text.Error("no '=' or '{' follows this key", $"Write {key} = VALUE or {key} {{ .. }}", key);
        if (text.Current != '{')
            text.Advance();
        text.SkipSpaces();
        Value(path, key, origin, depth);
    }

    private void Value(ImmutableArray<string> path, string key, Origin origin, int depth)
    {
        if (!text.AtEnd && text.Current == '{')
            Section(path, key, origin, depth);
        else if (!text.AtEnd && text.Current == '[')
            settings.Add(new Setting(path, List(key), origin));
        else
            settings.Add(new Setting(path, new RawValue.Scalar(text.Scalar(key)), origin));
    }

    private void Section(ImmutableArray<string> path, string key, Origin origin, int depth)
    {
        if (depth == DeepestNesting)
            throw text.Error("sections are nested too deeply", $"At most {DeepestNesting} levels are read", key);
        var opened = text.Origin;
        var before = settings.Count;
        text.Advance();
        Members(path, opened, depth + 1);
        text.Advance();
        if (settings.Count == before)
            settings.Add(new Setting(path, new RawValue.EmptySection(), origin));
    }

    private RawValue.Items List(string key)
    {
        var opened = text.Origin;
        var items = ImmutableArray.CreateBuilder<string>();
        text.Advance();
        while (true)
        {
            text.SkipBlank();
            if (text.AtEnd)
                throw new ConfigurationException(opened, key, "this bracket is never closed", "Add the missing ']'");
            if (text.Current == ']')
                break;
            if (text.Current is '[' or '{')
                throw text.Error("a list holds another list or section", "List only words and numbers", key);
            items.Add(text.Scalar(key));
            text.SkipSpaces();
            if (text.AtEnd || text.Current is ']' or '\n' || text.AtComment)
                continue;
            if (text.Current != ',')
                throw text.Error("two items stand side by side", "Put a comma between two items", key);
            text.Advance();
        }

        text.Advance();
        return new RawValue.Items(items.ToImmutable());
    }

    private void EndOfMember()
    {
        text.SkipSpaces();
        if (text.AtEnd || text.Current is '\n' or '}' || text.AtComment)
            return;
        if (text.StartsWith("${"))
            throw text.Substitution(string.Empty);
        if (text.Current != ',')
            throw text.Error("more text follows a finished value", "Put a comma or a new line between two settings, and white space before a comment");
        text.Advance();
    }

    private void Include(ImmutableArray<string> prefix, Origin origin)
    {
        text.SkipSpaces();
        if (text.AtEnd || text.Current != '"')
            throw text.Error("include takes a file name in quotes", "Write include \"base.conf\"");
        var name = text.Scalar("include");
        if (name.Length == 0 || Path.IsPathRooted(name))
            throw new ConfigurationException(
                origin, string.Empty, $"'{name}' is not a relative file name", "Name the file relative to this one");
        if (HomePath.Problem(name) is { } problem)
            throw new ConfigurationException(origin, string.Empty, problem, "Name the file relative to this one");
        var file = IncludePath.Resolve(origin.File, name);
        if (including.Contains(IncludePath.Normalise(file)))
            throw new ConfigurationException(origin, string.Empty, $"'{file}' includes itself", "Remove one include of the circle");
        var content = open(file)
            ?? throw new ConfigurationException(
                origin, string.Empty, $"there is no file '{file}'", "Name an existing file relative to this one");
        settings.AddRange(Scan(file, content, open, including, prefix));
    }
}
