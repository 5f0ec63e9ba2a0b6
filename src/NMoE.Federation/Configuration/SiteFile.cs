using System.Collections.Immutable;
using NMoE.Federation.Settings;

namespace NMoE.Federation.Configuration;

/// <summary>Reads which client is at which site, where an experiment names a file of that.</summary>
/// <param name="settings">What else the experiment says.</param>
/// <param name="values">The experiment's values.</param>
/// <param name="open">The content of a file by its name, null where there is none.</param>
internal sealed class SiteFile(ExperimentSettings settings, Values values, Func<string, string?> open)
{
    private const string Header = "client,site";
    private static readonly string Key = KeyPath.Of(all => all.Topology.SiteFile);

    /// <summary>SHA-256 of what was read, by the key that names it.</summary>
    public ImmutableSortedDictionary<string, string> Contents { get; private set; } = ImmutableSortedDictionary<string, string>.Empty;

    /// <summary>Each client's site; none where no file is read.</summary>
    /// <exception cref="ConfigurationException">The file is missing, a line of it is wrong, a client has no site, or a site no client.</exception>
    public ImmutableArray<int> Read()
    {
        var (topology, clients) = (settings.Topology, settings.Experiment.Clients);
        if (topology.SiteFile.Length == 0 || topology.Sites is not { } sites)
        {
            return [];
        }

        var text = open(topology.SiteFile) ?? throw new ConfigurationException(
            values.Origin(Key), Key, $"there is no file '{topology.SiteFile}'", $"Name a file whose first line is '{Header}', with a line for each client, or leave {Key} out");
        var file = new PairFile(Key, topology.SiteFile, text, Header, "A client and its site are needed");
        Contents = Contents.Add(Key, file.Content);
        var siteOf = new int?[clients];
        foreach (var (line, first, second) in file.Rows())
        {
            var (client, site) = (file.Number(first, line, "client", clients), file.Number(second, line, "site", sites));
            siteOf[client] = siteOf[client] is { } known ? throw file.Wrong(line, FormattableString.Invariant($"client {client} stands here twice, at site {known} before"), "Leave one of the lines out") : site;
        }

        return Complete(file, siteOf, sites);
    }

    private static ImmutableArray<int> Complete(PairFile file, int?[] siteOf, int sites)
    {
        var (homeless, empty) = (Array.FindIndex(siteOf, site => site is null), Enumerable.Range(0, sites).Except(siteOf.OfType<int>()).Cast<int?>().FirstOrDefault());
        return homeless >= 0 ? throw file.Wrong(file.Length, FormattableString.Invariant($"client {homeless} has no site"), "Write a line for each client")
            : empty is { } site ? throw file.Wrong(file.Length, FormattableString.Invariant($"site {site} has no client"), $"Give each site clients, or write a lower {KeyPath.Of(all => all.Topology.Sites)}")
            : [.. siteOf.OfType<int>()];
    }
}
