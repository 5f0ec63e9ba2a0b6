using System.Collections.Immutable;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using NMoE.Compute.Blobs;
using NMoE.Compute.Execution;
using NMoE.Compute.Jobs;
using NMoE.Federation.Algorithms;
using NMoE.Federation.Experiments;
using NMoE.Federation.Protocol;
using NMoE.Federation.Records;
using NMoE.Learning.Data;
using NMoE.Learning.Jobs;
using NMoE.Learning.Registry;

namespace NMoE.Federation.Tests.Topologies;

/// <summary>
/// Whole experiments of clients below edge servers. A model is a number here: client i makes x / 2 + 6 i of x in a round, the first model is 0, and averages are what they are, so that what comes of a run can be worked out by hand.
/// </summary>
public sealed class SiteSpecs
{
    private const string Text = "experiment.clients = 5\ndata { train-per-client = 10, test-per-client = 4 }\nextractor { rounds = 2, deadline = 5 min }\ninference.gates = [localgate]\nsupervision.patience = 1 min";
    private const int MostRounds = 12;
    private const string Two = "topology.sites=2";
    private const string TwoRounds = "topology.site-rounds=2";
    private readonly Dictionary<BlobHash, double> _numbers = [];

    /// <summary>
    /// By hand, of two sites: clients 0 to 2 (mean of 6 i: 6) and 3 and 4 (mean: 21), 30 and 20 samples. Two rounds a site: 0, 6, 9 and 0, 21, 31.5, together (30 * 9 + 20 * 31.5) / 50 = 18; from there 18, 15, 13.5 and
    /// 18, 30, 36, together 22.5. One round: 6 and 21, together 12, as of all clients at once (mean of 6 i: 12); then 12 and 27, together 18. Six clients without the first (mean of 6 i: 18): 0, 18, 27.
    /// </summary>
    [Theory]
    [InlineData(22.5, Two, TwoRounds)]
    [InlineData(18, Two)]
    [InlineData(18)]
    [InlineData(18, "topology.sites=5")]
    [InlineData(18, "topology.sites=1")]
    [InlineData(27, "topology.sites=1", TwoRounds, "extractor.rounds=1", "experiment.clients=6", "extractor.absent={\"1\"=[0]}")]
    public void Sites_average_their_clients_and_the_aggregator_averages_sites(double expected, params string[] sets) => Assert.Equal(expected, FinalNumber(Run(sets)), 1e-12);

    /// <summary>The same numbers with a gate in the place of a model. Where the gate is solved, or clients have some rows alone, it goes past the edge servers.</summary>
    [Theory]
    [InlineData(22.5, 2, Two, TwoRounds)]
    [InlineData(18, 2, Two)]
    [InlineData(18, 0)]
    public void FedGates_rounds_go_over_sites(double expected, int edges, params string[] sets)
    {
        var outcome = Run(["inference.gates=[fedgate]", "gate.rounds=2", "gate.participation=1", "extractor.rounds=1", .. sets]);
        Assert.Equal(expected, Number(outcome.Models.Single(model => model.Name == "gate").Model), 1e-12);
        Assert.Equal(2 * edges, outcome.Report.Ledger.Where(entry => entry is { Stage: Stages.Gate, Kind: nameof(RoundUpdate), To: "aggregator" } && IsOf(entry.From, "edge")).Sum(entry => entry.Messages));
    }

    [Theory]
    [InlineData("gate.method=discriminant")]
    [InlineData("topology.peers=ring", "topology.count=2")]
    public void A_gate_that_cannot_be_averaged_twice_goes_past_edge_servers(params string[] sets) => Assert.DoesNotContain(
        Run([Two, "inference.gates=[fedgate]", "gate.rounds=2", .. sets]).Report.Ledger, entry => entry.Stage == Stages.Gate && (IsOf(entry.From, "edge") || IsOf(entry.To, "edge")));

    /// <summary>By hand: momentum 0.5 at the aggregator alone. Round 1: v = 0 - 18, x = 18. Round 2: the average is 22.5, v = 0.5 * -18 + (18 - 22.5) = -13.5, x = 31.5.</summary>
    [Fact]
    public void Momentum_is_the_aggregators() =>
        Assert.Equal(31.5, FinalNumber(Run(Two, TwoRounds, "extractor.algorithm=fedavgm", "extractor.server-momentum=0.5", "extractor.server-learning-rate=1")), 1e-12);

    /// <summary>In each of 3 rounds of the aggregator N models go to N edge servers and N come back; each edge server's R rounds have as many for each of its clients. What is beside it, the final model, goes to every client once.</summary>
    [Theory]
    [InlineData(2, 1, 10)]
    [InlineData(2, 4, 10)]
    [InlineData(5, 2, 10)]
    [InlineData(3, 2, 7)]
    public void Messages_and_bytes_between_sites_go_with_sites_and_those_inside_with_clients(int sites, int rounds, int clients)
    {
        string[] sets = [$"experiment.clients={clients}", "extractor.rounds=3"];
        var report = Run([.. sets, $"topology.sites={sites}", $"topology.site-rounds={rounds}"]).Report;
        var flat = Run(sets).Report;
        Assert.Equal(3 * sites, Messages(report, nameof(TrainRound), "aggregator", "edge"));
        Assert.Equal(3 * sites, Messages(report, nameof(RoundUpdate), "edge", "aggregator"));
        Assert.Equal(3 * rounds * clients, Messages(report, nameof(TrainRound), "edge", "client"));
        Assert.Equal(3 * rounds * clients, Messages(report, nameof(RoundUpdate), "client", "edge"));
        Assert.Equal(0, Messages(report, nameof(TrainRound), "aggregator", "client") + Messages(report, nameof(RoundUpdate), "client", "aggregator"));
        Assert.Equal(3 * clients, Messages(flat, nameof(TrainRound), "aggregator", "client"));

        // What stands around a model names sites, a byte or two for each and two around them, and the clients in two.
        var model = flat.Ledger.Where(entry => entry is { Kind: nameof(TrainRound), Stage: Stages.Extractor }).Sum(entry => entry.Sent) / (3 * clients);
        Assert.InRange(Bytes(report, "aggregator", "edge") / (3.0 * sites), model, model + 3);
        Assert.InRange(Bytes(report, "edge", "client") / (3.0 * rounds * clients), model, model + 3);
        Assert.Equal(clients, report.Ledger.Where(entry => entry is { Kind: nameof(PublishModel), Stage: Stages.Extractor }).Sum(entry => entry.Messages));
    }

    [Fact]
    public void A_round_says_how_many_clients_took_part_and_a_client_is_absent_in_a_round_of_the_aggregator()
    {
        var report = Run(Two, TwoRounds, "extractor.absent={\"2\"=[0, 3, 4]}").Report;
        Assert.Equal([5, 2], report.Rounds.Where(round => round.Stage == Stages.Extractor).Select(round => round.Participants));

        // Site 1 has nobody in round 2, and is not asked.
        Assert.Equal(1, report.Ledger.Where(entry => entry is { Kind: nameof(RoundUpdate), From: "edge-1" }).Sum(entry => entry.Messages));
    }

    /// <summary>
    /// Edge server 1 dies in the first round, of which the aggregator has 9 of site 0. From there, where the next has all clients: 9, 16.5, 20.25; where they wait, site 0 alone goes on: 9, 10.5, 11.25. One that comes back
    /// before the deadline loses nothing.
    /// </summary>
    [Theory]
    [InlineData(20.25, "topology.site-loss=next", "kill edge-1")]
    [InlineData(11.25, "topology.site-loss=wait", "kill edge-1")]
    [InlineData(22.5, "topology.site-loss=next", "crash edge-1 for 10 s")]
    [InlineData(22.5, "topology.site-loss=wait", "crash edge-1 for 10 s")]
    public void Clients_of_a_dead_edge_server_go_to_the_next_or_wait(double expected, string loss, string fault)
    {
        var calm = Run(Two, TwoRounds);
        var during = calm.Report.Rounds.First(round => round.Stage == Stages.Extractor).VirtualSeconds / 2;
        var outcome = Run(Two, TwoRounds, loss, FormattableString.Invariant($"faults.schedule=[\"at {during:F3} s {fault}\"]"));
        Assert.Equal(expected, FinalNumber(outcome), 1e-12);
        Assert.All(outcome.Report.Passes, pass => Assert.Null(pass.Note));
    }

    /// <summary>
    /// Two rounds over the wire there and back: 10 s more each way are 40 s more. An uplink of 1 Mbit/s in the place of 1 Gbit/s takes 8 B (1e-6 - 1e-9) s more for each update of B bytes, and both edge servers send at once, each on
    /// its own line. (Where links are shared it is the edge server's for its clients too.)
    /// </summary>
    [Theory]
    [InlineData("shared", "topology.site-delay=10010 ms")]
    [InlineData("fixed", "topology.site-delay=10010 ms")]
    [InlineData("fixed", "topology.site-up=1 Mbit/s")]
    public void The_wire_between_sites_has_its_own_delay_and_rate(string model, string wire)
    {
        var (usual, slower) = (Run(Two, $"channel.model={model}"), Run(Two, $"channel.model={model}", wire));
        var updates = usual.Report.Ledger.Where(entry => entry is { Kind: nameof(RoundUpdate), From: "edge-0" }).Sum(entry => entry.Sent);
        Assert.Equal(wire.Contains("delay", StringComparison.Ordinal) ? 40 : 8 * updates * (1e-6 - 1e-9), (slower.VirtualTime - usual.VirtualTime).TotalSeconds, 1e-5);
    }

    /// <summary>
    /// A client is cut off in its site's second round, for longer than the three tries of 5 minutes for which its site waits for all: the site goes on with that round, and what comes of it is what comes without (22.5, above).
    /// Clients that have trained a round would not train one before it again.
    /// </summary>
    [Fact]
    public void A_site_without_a_quorum_goes_on_with_the_round_that_had_none()
    {
        var during = Run(Two, TwoRounds).Report.Rounds.First(round => round.Stage == Stages.Extractor).VirtualSeconds * 0.6;
        var outcome = Run(Two, TwoRounds, "topology.site-quorum=1", "extractor.quorum=1", FormattableString.Invariant($"faults.schedule=[\"at {during:F3} s partition client-0 from any for 17 min\"]"));
        Assert.Equal(22.5, FinalNumber(outcome), 1e-12);
        Assert.InRange(outcome.VirtualTime.Seconds, 17 * 60, 60 * 60);
    }

    [Fact]
    public void A_file_says_which_client_is_at_which_site()
    {
        // By hand: sites {0, 4} and {1, 2, 3}, both of mean 12: 0, 12, 18 and then 18, 21, 22.5 wherever a client is.
        Assert.Equal(22.5, FinalNumber(Run([Two, TwoRounds, "topology.site-file=s.csv"])), 1e-12);
        Assert.Equal(2 * 2 * 3, Messages(Run(Two, TwoRounds, "topology.site-file=s.csv").Report, nameof(RoundUpdate), "client", "edge-1"));
    }

    private static long Messages(RunReport report, string kind, string from, string to) =>
        report.Ledger.Where(entry => entry.Kind == kind && entry.Stage == Stages.Extractor && IsOf(entry.From, from) && IsOf(entry.To, to)).Sum(entry => entry.Messages);

    private static long Bytes(RunReport report, string from, string to) =>
        report.Ledger.Where(entry => entry is { Kind: nameof(TrainRound), Stage: Stages.Extractor } && IsOf(entry.From, from) && IsOf(entry.To, to)).Sum(entry => entry.Sent);

    private static bool IsOf(string device, string group) => device == group || device.StartsWith(group + "-", StringComparison.Ordinal);

    private double FinalNumber(Outcome outcome) => Number(outcome.Models.Single(model => model.Name == "extractor").Model);

    private double Number(BlobRef blob) => _numbers.GetValueOrDefault(blob.Hash);

    private Outcome Run(params string[] sets)
    {
        var plan = Plans.Of(
            Configuration.Experiments.ReadFiles((Configuration.Experiments.File, Text), [("s.csv", "client,site\n0,0\n1,1\n2,1\n3,1\n4,0\n")], sets).Settings, new DataSpec("generated", GeneratedSource.Version, 1));
        var clients = plan.Deal.ClientNumbers.SelectMany(client => Enumerable.Range(1, MostRounds).SelectMany(round => new[] { (Seed: plan.Seeds.Key("fedce", client, round), Client: client), (Seed: plan.Seeds.GateKey("fedgate", client, round), Client: client) }))
            .ToDictionary(item => item.Seed, item => item.Client);
        var executor = new RehearsalExecutor(LearningFunctions.All(new DataCatalog(null)), job => Answer(job, clients));
        return new Experiment(plan, executor, _ => { }).Run(CancellationToken.None);
    }

    private JobResult? Answer(Job job, Dictionary<ulong, int> clients)
    {
        return job.Kind == FedCeParameters.Kind && clients.TryGetValue(job.Seed, out var client)
            ? Result(job, [.. job.Inputs.Take(2).Select(model => (model.Bytes, (Number(model) / 2) + (6 * client)))])
            : job.Kind == AverageParameters.Kind
                ? Result(job, [(job.Inputs[0].Bytes, Mean(LearningJob.Parameters<AverageParameters>(job).Weights, job.Inputs))])
                : job.Kind == GateParameters.Kind && clients.TryGetValue(job.Seed, out var trainer) ? Result(job, [(job.Inputs[0].Bytes, (Number(job.Inputs[0]) / 2) + (6 * trainer))])
                : job.Kind == MomentumAverageParameters.Kind ? WithMomentum(job, LearningJob.Parameters<MomentumAverageParameters>(job).Weights)
                : null;
    }

    /// <summary>v = v / 2 + (x - average), x -= v.</summary>
    private JobResult WithMomentum(Job job, ImmutableArray<double> weights)
    {
        var (before, models) = (Number(job.Inputs[0]), job.Inputs.Skip(1).Take(weights.Length).ToImmutableArray());
        var velocity = (job.Inputs.Length > weights.Length + 1 ? Number(job.Inputs[^1]) / 2 : 0) + before - Mean(weights, models);
        return Result(job, [(job.Inputs[0].Bytes, before - velocity), (job.Inputs[0].Bytes, velocity)]);
    }

    private double Mean(ImmutableArray<double> weights, ImmutableArray<BlobRef> models) => weights.Zip(models, (weight, model) => weight * Number(model)).Sum() / weights.Sum();

    private JobResult Result(Job job, ImmutableArray<(long Bytes, double Number)> outputs)
    {
        var made = outputs.Select((output, place) =>
        {
            var blob = new BlobRef(new BlobHash(Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{job.Seed} {string.Join(' ', job.Inputs)} {place}"))))), output.Bytes);
            _numbers[blob.Hash] = output.Number;
            return blob;
        }).ToImmutableArray();
        return new(made, ImmutableSortedDictionary<string, double>.Empty.Add("loss", 1), []);
    }
}
