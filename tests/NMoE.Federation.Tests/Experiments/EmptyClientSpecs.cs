using NMoE.Compute.Execution;
using NMoE.Compute.Jobs;
using NMoE.Federation.Algorithms;
using NMoE.Federation.Experiments;
using NMoE.Federation.Protocol;
using NMoE.Federation.Tests.Devices;
using NMoE.Learning.Data;
using NMoE.Learning.Gates;
using NMoE.Learning.Jobs;
using NMoE.Learning.Partitions;
using NMoE.Learning.Registry;

namespace NMoE.Federation.Tests.Experiments;

/// <summary>Whole experiments of three clients of which client 1 has no training picture, with made-up results: it is served, and does nothing else.</summary>
public sealed class EmptyClientSpecs
{
    private const string AllGates = "inference.gates=[fedgate, rangate, localgate, rollgate, priorgate, entropy-gate]";
    private static readonly ClientFile File = ClientFile.Read("who.csv", "picture,client\n0,0\n1,0\n2,2\n3,2\n4,2\n5,2\n6,2\n7,2", 3).Counted(new GeneratedSource(1));
    private readonly List<Job> _jobs = [];

    /// <summary>What an experiment of each kind of stage says, beside all gates.</summary>
    public static TheoryData<string> Kinds { get; } =
    [
        "", "extractor.algorithm=fedavgm", "extractor.algorithm=scaffold & extractor.momentum=0", "extractor.aggregation=buffered & extractor.buffer=2", "extractor.head=personal", "model.norm=batch-local",
        "extractor.method=cyclic", "extractor.method=fedsc & fedsc.dimension=8", "extractor.method=fedsc & fedsc.dimension=8 & fedsc.privacy=noise & fedsc.sigma=0.5", "expert.start=reuse", "gate.method=discriminant", "gate.input=normalised",
        "gate.data=holdout & expert.holdout=0.5", "inference.k=2 & latent.precision=int8", "channel.model=shared & aggregator.standby=[client-1, base-station]", "experiment.retire-servers=off",
        "faults.rules=[\"drop 100 % of PublishModel to client-1\"] & supervision.patience=10 s",
        "faults.schedule=[\"at 100 ms crash client-1 for 1 s\"]", "faults.schedule=[\"at 100 ms crash aggregator for 1 s\"]", "inference.test-partitions=[same, iid]",
    ];

    [Theory]
    [MemberData(nameof(Kinds))]
    public void It_is_served_and_does_nothing_else(string kind)
    {
        var report = Run(kind.Contains("drop", StringComparison.Ordinal) ? kind.Replace("100 %", "50 %", StringComparison.Ordinal) : kind).Report;

        string[] said = [.. report.Ledger.Where(entry => entry.From == "client-1" && !entry.Stage.StartsWith("inference", StringComparison.Ordinal)).Select(entry => entry.Kind).Distinct()];
        Assert.Empty(said.Except([nameof(Rejoin), nameof(ServingBegun), nameof(CheckpointTaken)]));
        Assert.DoesNotContain(report.Ledger, entry => entry is { To: "client-1", Kind: nameof(TrainRound) or nameof(Correlate) or nameof(RouteLatents) or nameof(TrainingLatents) or nameof(TravellingModel) });
        Assert.All(Jobs<ShardParameters>().Where(shard => shard.Split == "train"), shard => Assert.NotEqual(1, shard.Client));
        Assert.All(Jobs<GateParameters>(), gate => Assert.DoesNotContain(1, gate.Experts));
        Assert.All(Jobs<RouteParameters>().Where(route => route.Gate != LocalGate.GateName), route => Assert.False(route.MayChoose(1)));

        var served = report.Passes.Where(pass => pass.Note is null).ToArray();
        Assert.Equal(6 * (kind.Contains("iid", StringComparison.Ordinal) ? 2 : 1), served.Length);
        Assert.Equal((1, "it has no training pictures, and no expert"), report.Unchoosable.Select(one => (one.Client, one.Why)).Single());
    }

    /// <summary>Two and six pictures: client 0 weighs a quarter, client 2 three, wherever models are averaged; nobody waits for a third.</summary>
    [Theory]
    [InlineData("")]
    [InlineData("extractor.algorithm=fedavgm")]
    public void Averages_are_of_those_that_have_pictures(string kind)
    {
        var report = Run("gate.participation=1 & " + kind).Report;
        var weights = Jobs<AverageParameters>().Select(job => job.Weights).Concat(Jobs<MomentumAverageParameters>().Select(job => job.Weights)).ToArray();
        Assert.NotEmpty(weights);
        Assert.All(weights, own => Assert.Equal([2.0, 6.0], own.AsEnumerable()));
        Assert.All(report.Rounds.Where(round => round.Stage == Stages.Extractor), round => Assert.Equal(2, round.Participants));
    }

    /// <summary>c is the mean over the two that train.</summary>
    [Fact]
    public void Control_variates_are_of_those_that_have_pictures()
    {
        Run("extractor.algorithm=scaffold & extractor.momentum=0");
        Assert.NotEmpty(Jobs<ScaffoldServerParameters>());
        Assert.All(Jobs<ScaffoldServerParameters>(), job => Assert.Equal(2, job.Clients));
    }

    /// <summary>F goes to all three, 600 kB each; a client that has it and asks what it missed does not get it again, unless its first question crossed it on the way.</summary>
    [Fact]
    public void The_model_of_stage_1_comes_once_however_long_the_gate_takes()
    {
        var report = Run("supervision.patience=50 ms & supervision.max-silence=1000 & gate.rounds=5").Report;
        var asked = report.Ledger.Single(entry => entry is { From: "client-1", To: "aggregator", Kind: nameof(Rejoin) }).Messages;
        Assert.True(asked > 5, $"It asked {asked} times.");
        Assert.InRange(report.Ledger.Single(entry => entry is { To: "client-1", Kind: nameof(PublishModel), Stage: Stages.Extractor }).Messages, 1, 2);
    }

    private IEnumerable<T> Jobs<T>()
        where T : IJobParameters => _jobs.Where(job => job.Kind == T.Kind).Select(LearningJob.Parameters<T>);

    private Outcome Run(string kind)
    {
        var plan = DeviceSpec.PlanOf([AllGates, .. kind.Split(" & ", StringSplitOptions.RemoveEmptyEntries)]);
        plan = Plans.Of(plan.Settings with { Data = plan.Settings.Data with { Partition = FilePartition.PartitionName, Clients = File } }, plan.Deal.Data);
        var executor = new RehearsalExecutor(LearningFunctions.All(new DataCatalog(null)), job =>
        {
            _jobs.Add(job);
            return null;
        });
        return new Experiment(plan, executor, _ => { }).Run(CancellationToken.None);
    }
}
