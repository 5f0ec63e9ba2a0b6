using System.Collections.Immutable;
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
        var file = new PairFile(Key, path, text, Header, "A client and a peer are needed");
        Contents = Contents.Add(Key, file.Content);
        return Peers(file);
    }

    private ImmutableArray<ImmutableArray<int>> Peers(PairFile file)
    {
        var peers = Enumerable.Range(0, Clients).Select(_ => new SortedSet<int>()).ToArray();
        foreach (var (line, first, second) in file.Rows())
        {
            var (client, peer) = (file.Number(first, line, "client", Clients), file.Number(second, line, "client", Clients));
            if (client == peer)
            {
                throw file.Wrong(line, FormattableString.Invariant($"client {client} is its own peer"), "Leave the line out: a client asks its own expert at any rate");
            }

            if (!peers[client].Add(peer))
            {
                throw file.Wrong(line, FormattableString.Invariant($"that client {client} asks client {peer} stands here twice"), "Leave one of the lines out");
            }
        }

        return [.. peers.Select(of => of.ToImmutableArray())];
    }
}
