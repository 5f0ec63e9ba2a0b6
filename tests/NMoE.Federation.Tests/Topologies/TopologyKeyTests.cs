using NMoE.Federation.Configuration;

namespace NMoE.Federation.Tests.Topologies;

/// <summary>What is refused of peers, and of a file of edges.</summary>
public sealed class TopologyKeyTests
{
    private const string Sited = "topology.sites = 2\n";
    private const string SiteHeader = "client,site\n";
    private const string Header = "client,peer\n";
    private const string File = "experiment.clients = 4\ntopology { peers = file, edges = e.csv }";

    [Theory]
    [InlineData(10_000, false)]
    [InlineData(10_001, true)]
    public void A_gate_that_goes_around_whole_is_refused_to_too_many(int clients, bool isRefused)
    {
        string[] sets = [$"experiment.clients={clients}", "topology.peers=random", "inference.gates=[rollgate]", "data.train-per-client=1", "data.test-per-client=1", "data.partition=iid"];
        if (!isRefused)
        {
            _ = Configuration.Experiments.Read("", sets);
            return;
        }

        Assert.EndsWith(
            "inference.gates: rollgate hands the whole gate, a row a client, from each client to the next: 10001 clients carry 100020001 rows a lap, one after the other. Leave rollgate out, or have at most 10000 clients (experiment.clients).",
            Configuration.Experiments.Refuse("", sets).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("topology.peers = random", "topology.count", "8 peers are more than the 3 others that there are. Write a whole number in 1..3, or topology.peers = all")]
    [InlineData("topology { peers = nearest, count = 2 }", "topology.peers", "nearest goes by the places where clients begin, and nothing says where that is. Write channel.mobility.form = to-and-fro, or another kind of peers")]
    [InlineData("topology { peers = ring, count = 1 }\ninference.k = 3", "inference.k", "3 experts a sample are more than the 2 that some client may ask. Write a whole number in 1..2, or give clients more peers (topology.peers)")]
    [InlineData("gate.sampled-peers = 4", "gate.sampled-peers", "4 peers are more than the 3 others that there are. Write all, or fewer")]
    [InlineData("gate { sampled-peers = 1, mode = switch, k = 3 }", "gate.k", "3 experts a sample are more than the 2 whose scores some client trains. Write a whole number up to 2, or more peers (topology.peers, gate.sampled-peers)")]
    [InlineData("topology.peers = file", "topology.edges", "no file of edges is named. Name a file whose first line is 'client,peer', with a line for each peer that a client asks, or write another topology.peers")]
    [InlineData("topology { peers = file, edges = none.csv }", "topology.edges", "there is no file 'none.csv'. Name a file whose first line is 'client,peer', with a line for each peer that a client asks, or write another topology.peers")]
    [InlineData("topology { peers = nearest, count = 2 }\nchannel { model = shared, mobility.form = to-and-fro }\ninference.gates = [rollgate]", "topology.peers", "rollgate is handed from each client to a peer, and these peers need not make one ring of all clients. Write random, ring or all, or leave rollgate out of inference.gates")]
    [InlineData("topology.sites = 5", "topology.sites", "5 sites are more than the 4 clients that there are. Write a whole number in 1..4")]
    [InlineData(Sited + "extractor.method = fedsc", "extractor.method", "fedsc exchanges matrices between all clients of a round, and an edge server knows those of its own clients alone. Write fedce, or leave topology.sites out")]
    [InlineData(Sited + "extractor.method = cyclic", "extractor.method", "cyclic hands one model from client to client, and leaves an edge server nothing to average. Write fedce, or leave topology.sites out")]
    [InlineData(Sited + "extractor { algorithm = scaffold, momentum = 0 }", "extractor.algorithm", "scaffold keeps one control variate for all clients, which an edge server's rounds do not move. Write fedavg, fedprox or fedavgm, or leave topology.sites out")]
    [InlineData(Sited + "extractor { aggregation = buffered, buffer = 2 }", "extractor.aggregation", "buffered has no rounds, of which an edge server leads some to each of the aggregator. Write synchronous, or leave topology.sites out")]
    [InlineData(Sited + "extractor.late = accept", "extractor.late", "a late update is of a model that its edge server has sent on already. Write drop, or leave topology.sites out")]
    [InlineData(Sited + "extractor.compression = int8", "extractor.compression", "an edge server averages models, and sends one on, as they are. Write none, or leave topology.sites out")]
    [InlineData(Sited + "extractor.compression-down = fp16", "extractor.compression-down", "an edge server hands models on as they are. Write none, or leave topology.sites out")]
    [InlineData(Sited + "aggregator.standby = [base-station]", "aggregator.standby", "edge servers know one place of the aggregator. Write [], or leave topology.sites out")]
    [InlineData(Sited + "topology.site-file = none.csv", "topology.site-file", "there is no file 'none.csv'. Name a file whose first line is 'client,site', with a line for each client, or leave topology.site-file out")]
    [InlineData(Sited + "faults.schedule = [\"at 1 s kill edge-2\"]", "faults.schedule", "number 1: there is no edge-2. Name edge servers in edge-0..edge-1")]
    [InlineData("faults.rules = [\"drop 10 % of any from edge-0\"]", "faults.rules", "number 1: there is no edge-0. Write how many sites there are (topology.sites)")]
    public void What_peers_and_sites_cannot_do_is_refused(string text, string key, string what)
    {
        var refused = Configuration.Experiments.Refuse($"experiment.clients = 4\n{text}");
        Assert.Equal(key, refused.Key);
        Assert.EndsWith($"{key}: {what}.", refused.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("", 1, "the header is missing. The first line must be 'client,peer'")]
    [InlineData("from,to\n0,1\n", 1, "'from,to' is not the header. The first line must be 'client,peer'")]
    [InlineData(Header + "0,1\n1,1\n", 3, "client 1 is its own peer. Leave the line out: a client asks its own expert at any rate")]
    [InlineData(Header + "0,1\n# again\n0,1\n", 4, "that client 0 asks client 1 stands here twice. Leave one of the lines out")]
    [InlineData(Header + "0,4\n", 2, "'4' is no client. Write a whole number in 0..3")]
    [InlineData(Header + "client-0,1\n", 2, "'client-0' is no client. Write a whole number in 0..3")]
    [InlineData(Header + "0,1,2\n", 2, "the row has 3 fields. A client and a peer are needed")]
    public void A_wrong_line_of_edges_is_refused_with_its_file_and_line(string text, int line, string what)
    {
        var refused = Assert.Throws<ConfigurationException>(() => Read(text));
        Assert.Equal($"e.csv:{line}: topology.edges: {what}.", refused.Message);
    }

    [Theory]
    [InlineData("", 1, "the header is missing. The first line must be 'client,site'")]
    [InlineData(SiteHeader + "0,0\n1,2\n", 3, "'2' is no site. Write a whole number in 0..1")]
    [InlineData(SiteHeader + "4,0\n", 2, "'4' is no client. Write a whole number in 0..3")]
    [InlineData(SiteHeader + "0,0\n0,1\n", 3, "client 0 stands here twice, at site 0 before. Leave one of the lines out")]
    [InlineData(SiteHeader + "0\n", 2, "the row has 1 fields. A client and its site are needed")]
    [InlineData(SiteHeader + "0,0\n1,1\n2,1", 4, "client 3 has no site. Write a line for each client")]
    [InlineData(SiteHeader + "0,1\n1,1\n2,1\n3,1", 5, "site 0 has no client. Give each site clients, or write a lower topology.sites")]
    public void A_wrong_line_of_sites_is_refused_with_its_file_and_line(string text, int line, string what)
    {
        var refused = Assert.Throws<ConfigurationException>(() => ReadSites(text));
        Assert.Equal($"s.csv:{line}: topology.site-file: {what}.", refused.Message);
    }

    [Fact]
    public void Sites_are_read_and_their_content_makes_the_hash()
    {
        var read = ReadSites(SiteHeader + "3,0\n# below\n 0 , 1\r\n1,1\n2,0\n");
        Assert.Equal<int>([1, 1, 0, 0], read.Settings.Topology.SiteOf);
        Assert.NotEqual(read.ConfigHash, ReadSites(SiteHeader + "0,0\n1,1\n2,0\n3,0\n").ConfigHash);
    }

    [Fact]
    public void Edges_are_read_in_their_direction_and_their_content_makes_the_hash()
    {
        var read = Read(Header + " 2 , 0 \r\n0,1\n\n0,3\n");
        Assert.Equal(["1 3", "", "0", ""], read.Settings.Topology.Listed.Select(peers => string.Join(' ', peers)));
        Assert.Equal(read.ConfigHash, Configuration.Experiments.ReadFiles((Configuration.Experiments.File, File), [("d/f.csv", Header + " 2 , 0 \r\n0,1\n\n0,3\n")], "topology.edges=d/f.csv").ConfigHash);
        Assert.NotEqual(read.ConfigHash, Read(Header + "0,1\n").ConfigHash);
    }

    private static EffectiveConfiguration ReadSites(string text) => Configuration.Experiments.ReadFiles(
        (Configuration.Experiments.File, "experiment.clients = 4\ntopology { sites = 2, site-file = s.csv }"), [("s.csv", text)]);

    private static EffectiveConfiguration Read(string text) => Configuration.Experiments.ReadFiles((Configuration.Experiments.File, File), [("e.csv", text)]);
}
