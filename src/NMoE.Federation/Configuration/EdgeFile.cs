using System.Collections.Immutable;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using NMoE.Federation.Settings;

namespace NMoE.Federation.Configuration;

/// <summary>Reads the edges that an experiment names.</summary>
/// <param name="settings">What else the experiment says.</param>
/// <param name="values">The experiment's values.</param>
/// <param name="open">The content of a file by its name, null where there is none.</param>
internal sealed class EdgeFile(ExperimentSettings settings, Values values, Func<string, string?> open)
{
    private const string Header = "client,peer";
    private static readonly string Key = KeyPath.Of(all => all.Topology.Edges);

    /// <summary>SHA-256 of what was read, by the key that names it.</summary>
    public ImmutableSortedDictionary<string, string> Contents { get; private set; } = ImmutableSortedDictionary<string, string>.Empty;

    private int Clients => settings.Experiment.Clients;

    /// <summary>Each client's peers, ascending; none where no file is read.</summary>
    /// <exception cref="ConfigurationException">The file is missing, or a line of it is wrong.</exception>
    public ImmutableArray<ImmutableArray<int>> Read()
    {
        var path = settings.Topology.Edges;
        if (settings.Topology.Peers != PeerRule.File)
        {
            return [];
        }

        var text = (path.Length == 0 ? null : open(path)) ?? throw new ConfigurationException(
            values.Origin(Key), Key, path.Length == 0 ? "no file of edges is named" : $"there is no file '{path}'",
            $"Name a file whose first line is '{Header}', with a line for each peer that a client asks, or write another {KeyPath.Of(all => all.Topology.Peers)}");
        Contents = Contents.Add(Key, Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text))));
        return Peers(path, text.Split('\n'));
    }

    private ImmutableArray<ImmutableArray<int>> Peers(string path, string[] lines)
    {
        var (peers, isHeaderSeen) = (Enumerable.Range(0, Clients).Select(_ => new SortedSet<int>()).ToArray(), false);
        for (var line = 1; line <= lines.Length; line++)
        {
            var text = lines[line - 1].Trim();
            if (text.Length == 0 || text.StartsWith('#'))
            {
                continue;
            }

            string[] fields = [.. text.Split(',').Select(field => field.Trim())];
            if (!isHeaderSeen && string.Join(',', fields) != Header)
            {
                throw Wrong(path, line, $"'{text}' is not the header", $"The first line must be '{Header}'");
            }

            if (isHeaderSeen)
            {
                Add(peers, fields, path, line);
            }

            isHeaderSeen = true;
        }

        return isHeaderSeen ? [.. peers.Select(of => of.ToImmutableArray())] : throw Wrong(path, lines.Length, "the header is missing", $"The first line must be '{Header}'");
    }

    private void Add(SortedSet<int>[] peers, string[] fields, string path, int line)
    {
        if (fields.Length != 2)
        {
            throw Wrong(path, line, FormattableString.Invariant($"the row has {fields.Length} fields"), "A client and a peer are needed");
        }

        var (client, peer) = (Client(fields[0], path, line), Client(fields[1], path, line));
        if (client == peer)
        {
            throw Wrong(path, line, FormattableString.Invariant($"client {client} is its own peer"), "Leave the line out: a client asks its own expert at any rate");
        }

        if (!peers[client].Add(peer))
        {
            throw Wrong(path, line, FormattableString.Invariant($"that client {client} asks client {peer} stands here twice"), "Leave one of the lines out");
        }
    }

    private int Client(string field, string path, int line) => int.TryParse(field, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number < Clients
        ? number
        : throw Wrong(path, line, $"'{field}' is no client", FormattableString.Invariant($"Write a whole number in 0..{Clients - 1}"));

    private static ConfigurationException Wrong(string path, int line, string problem, string remedy) => new(new Origin(path, line, 0), Key, problem, remedy);
}
