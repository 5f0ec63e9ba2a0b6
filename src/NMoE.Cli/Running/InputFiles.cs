using System.Collections.Immutable;
using NMoE.Federation.Configuration;

namespace NMoE.Cli.Running;

/// <summary>
/// The files that a command reads its experiments from, each read once, whatever it is and however often it is asked for: a pipe gives its content once only, and a file may
/// change while the command runs. <c>-</c> is standard input.
/// </summary>
internal sealed class InputFiles
{
    private const string StandardInput = "-";
    private readonly SortedDictionary<string, string?> _read = new(StringComparer.Ordinal);

    /// <summary>What was read, by the name that was asked for.</summary>
    public ImmutableSortedDictionary<string, string> Contents => _read
        .Where(file => file.Value is not null).ToImmutableSortedDictionary(file => file.Key, file => file.Value!, StringComparer.Ordinal);

    /// <summary>The content of a file; null where there is none.</summary>
    /// <exception cref="ConfigurationException">There is nothing in it.</exception>
    public string? Open(string file)
    {
        if (!_read.TryGetValue(file, out var content))
        {
            var path = UserPath.Expand(file);
            content = file == StandardInput ? Console.In.ReadToEnd() : File.Exists(path) ? File.ReadAllText(path) : null;
            _read[file] = content;
        }

        return content is not null && string.IsNullOrWhiteSpace(content) ? throw ConfigurationException.OfEmpty(file) : content;
    }
}
