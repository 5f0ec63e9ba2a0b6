using System.Collections.Immutable;
using NMoE.Compute.Execution;
using NMoE.Compute.Jobs;
using NMoE.Federation.Algorithms;
using NMoE.Federation.Experiments;
using NMoE.Federation.Protocol;
using NMoE.Federation.Roles;
using NMoE.Learning.Data;
using NMoE.Learning.Gates;
using NMoE.Learning.Jobs;
using NMoE.Learning.Registry;

namespace NMoE.Federation.Tests.Topologies;

/// <summary>Whole experiments of seven clients that know some of each other; made-up results, in which RanGate's draws stand for every gate's choices.</summary>
public sealed class NeighbourSpecs
{
    private const string Text = "experiment.clients = 7\ndata { train-per-client = 10, test-per-client = 6 }\nextractor.rounds = 1\ngate { rounds = 2, participation = 1 }\nrollgate.laps = 2";
    private const string Moving = "channel.mobility.form=to-and-fro";
    private const string Edges = "topology.edges=e.csv";
    private readonly List<Job> _jobs = [];

    /// <summary>
    /// By hand. Latents of 10 rows are 8 + 72 + 4 * 10 * 128 bytes of a file, logits 8 + 72 + 4 * 10 * 10, four rows of a gate 8 + 128 + 4 * 4 * (128 + 1); a hash and a size take 37 bytes, what stands around them 8 in a question and
    /// an answer, 13 in an invitation, 21 in an update.
    /// </summary>
    [Theory]
    [InlineData("topology.peers=random", "topology.count=3")]
    [InlineData("topology.peers=ring", "topology.count=3")]
    [InlineData("topology.peers=nearest", "topology.count=3", "channel.model=shared", Moving)]
    [InlineData("gate.sampled-peers=3", "topology.peers=all")]
    [InlineData("topology.peers=random", "topology.count=5", "gate.sampled-peers=3")]
    public void Stage_3_takes_as_many_messages_and_bytes_as_clients_have_peers(params string[] sets)
    {
        var report = Run([.. sets, "inference.gates=[fedgate]"]).Report;
        Assert.Equal((7 * 3, 7 * 3 * 5245L), Sent(report, nameof(TrainingLatents)));
        Assert.Equal((7 * 3, 7 * 3 * 525L), Sent(report, nameof(TrainingLogits)));
        Assert.Equal((2 * 7, 2 * 7 * 2250L), Sent(report, nameof(TrainRound)));
        Assert.Equal((2 * 7, 2 * 7 * 2258L), Sent(report, nameof(RoundUpdate)));
    }

    /// <summary>What a client is sent of a gate in training it sends back: the two messages differ by what stands around it, at most 20 bytes.</summary>
    [Theory]
    [InlineData("gate.model=linear")]
    [InlineData("gate.model=mlp-32")]
    [InlineData("gate.noise-form=shazeer")]
    public void What_is_sent_of_a_gate_is_what_comes_back(string gate)
    {
        var report = Run("topology.peers=random", "topology.count=3", "inference.gates=[fedgate]", gate).Report;
        Assert.InRange((Sent(report, nameof(RoundUpdate)).Item2 - Sent(report, nameof(TrainRound)).Item2) / 14.0, 0, 20);
    }

    [Theory]
    [InlineData("topology.peers=random", "topology.count=6")]
    [InlineData("topology.peers=ring", "topology.count=6")]
    [InlineData("topology.peers=nearest", "topology.count=6")]
    [InlineData("topology.peers=file", Edges)]
    [InlineData("gate.sampled-peers=6")]
    public void Who_knows_all_others_does_what_it_did_before_there_were_peers(params string[] sets)
    {
        string[] usual = ["channel.model=shared", Moving, "inference.gates=[fedgate, rangate, localgate, rollgate, priorgate]", "evaluation.references=[globalgate]"];
        var (all, now) = (Run(usual), Run([.. usual, .. sets]));
        Assert.Equal((all.TraceHash, all.ModelHash), (now.TraceHash, now.ModelHash));
        Assert.Equal(all.Report.Passes.Select(pass => (pass.Gate, pass.Accuracy, pass.LocalRatio)), now.Report.Passes.Select(pass => (pass.Gate, pass.Accuracy, pass.LocalRatio)));
        Assert.All(now.Report.Passes, pass => Assert.Null(pass.PeerRouting));
    }

    [Theory]
    [InlineData("rounds", "fedgate, rangate, localgate, rollgate, priorgate, entropy-gate")]
    [InlineData("discriminant", "fedgate, priorgate")]
    public void A_clients_gate_scores_its_own_expert_and_its_peers(string method, string gates)
    {
        string[] sets = ["topology.peers=random", "topology.count=3", $"gate.method={method}", $"inference.gates=[{gates}]", "inference.k=2"];
        var (plan, outcome) = (PlanOf(sets), Run(sets));
        Assert.All(outcome.Report.Ledger.Where(entry => entry.Kind is nameof(TrainingLatents) or nameof(RouteLatents)), entry => Assert.True(plan.Peers.Knows(Number(entry.From), Number(entry.To)), entry.ToString()));
        Assert.All(Jobs<RouteParameters>(), route => Assert.Equal((4, Gates.Of(route.Gate).Source is null), (route.Clients, route.Rows is null)));
        Assert.All(Jobs<GateParameters>(), gate => Assert.Equal((4, 4), (gate.Clients, gate.Rows!.Value.Length)));
        Assert.All(Jobs<GateRowsAverageParameters>(), average => Assert.Equal(Lists(plan.Deal.ClientNumbers.Select(plan.Peers.Experts)), Lists(average.Rows)));
        Assert.Equal(method == "discriminant" ? 0 : 2, Jobs<GateRowsAverageParameters>().Count());
        Assert.All(Jobs<RollGateParameters>(), turn => Assert.Equal((4, 4), (turn.Clients, turn.Experts.Length)));
        Assert.All(outcome.Report.Passes.Where(pass => pass.BytesPerSample > 0), pass =>
        {
            Assert.Empty(pass.Routing);
            Assert.Equal(Lists(plan.Deal.ClientNumbers.Select(plan.Peers.Experts)), Lists(pass.PeerRouting!.Value.Select(row => row.Select(share => share.Expert).ToImmutableArray())));
            Assert.All(pass.PeerRouting!.Value, row => Assert.Equal(1, row.Sum(share => share.Share), 1e-9));
        });
    }

    [Fact]
    public void References_know_the_experts_that_clients_may_ask_and_no_others()
    {
        Run("topology.peers=ring", "topology.count=2", "inference.gates=[localgate]", "inference.test-partitions=[iid]");
        Assert.Equal(7 * 3, _jobs.Where(job => job.Kind == ExpertLogitsParameters.Kind).Distinct().Count());
        Assert.All(_jobs.Where(job => job.Kind == ExpertHitsParameters.Kind), job => Assert.Equal(1 + 3, job.Inputs.Length));
    }

    /// <summary>Client 1 is killed before it has an expert: those who would ask it ask others, and answer all of their own.</summary>
    [Theory]
    [InlineData("topology.peers=random", "topology.count=3")]
    [InlineData("topology.peers=ring", "topology.count=1")]
    [InlineData("gate.sampled-peers=2")]
    public void A_client_without_an_expert_is_asked_by_nobody(params string[] sets)
    {
        var report = Run([.. sets, "faults.schedule=[\"at 1 ms kill client-1\"]", "inference.gates=[fedgate, rangate, rollgate]"]).Report;
        Assert.DoesNotContain(report.Ledger, entry => entry is { Kind: nameof(RouteLatents) or nameof(TrainingLatents), To: "client-1" });
        Assert.All(report.Passes.Where(pass => pass.BytesPerSample > 0), pass => Assert.Equal((0, "answered by 6 of 7 clients"), (pass.Degraded, pass.Note)));
    }

    [Theory]
    [InlineData("topology.peers=random", "topology.count=3")]
    [InlineData("gate.sampled-peers=2")]
    public void An_aggregator_that_dies_in_stage_3_is_followed_by_one_that_ends_with_the_same_gate(params string[] sets)
    {
        string[] usual = ["channel.model=shared", "aggregator.standby=[client-2]", "supervision.patience=5 s", "inference.gates=[fedgate]", .. sets];
        var whole = Run(usual);
        var dies = whole.Report.Rounds.Single(round => round is { Stage: "gate", Round: 1 }).VirtualSeconds + 0.001;
        var moved = Run([.. usual, FormattableString.Invariant($"faults.schedule=[\"at {dies:F3} s kill aggregator\"]")]);
        Assert.Single(moved.Report.Moves!.Moves);
        Assert.Equal(whole.ModelHash, moved.ModelHash);
    }

    private static (long, long) Sent(Federation.Records.RunReport report, string kind)
    {
        var entries = report.Ledger.Where(entry => entry.Stage == Stages.Gate && entry.Kind == kind).ToArray();
        return (entries.Sum(entry => entry.Messages), entries.Sum(entry => entry.Sent));
    }

    private static string Lists(IEnumerable<ImmutableArray<int>> lists) => string.Join('\n', lists.Select(list => string.Join(' ', list)));

    private static int Number(string device) => int.Parse(device.Split('-')[1], System.Globalization.CultureInfo.InvariantCulture);

    private IEnumerable<T> Jobs<T>()
        where T : IJobParameters => _jobs.Where(job => job.Kind == T.Kind).Select(LearningJob.Parameters<T>);

    private static Plan PlanOf(params string[] sets) => Plans.Of(
        Configuration.Experiments.ReadFiles((Configuration.Experiments.File, Text), [("e.csv", "client,peer\n" + string.Concat(Enumerable.Range(0, 49).Where(pair => pair / 7 != pair % 7).Select(pair => $"{pair / 7},{pair % 7}\n")))], sets).Settings,
        new DataSpec("generated", GeneratedSource.Version, 1));

    private Outcome Run(params string[] sets)
    {
        var executor = new RehearsalExecutor(LearningFunctions.All(new DataCatalog(null)), job =>
        {
            _jobs.Add(job);
            return null;
        });
        return new Experiment(PlanOf(sets), executor, _ => { }).Run(CancellationToken.None);
    }
}
