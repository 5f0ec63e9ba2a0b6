using NMoE.Compute.Blobs;
using NMoE.Compute.Execution;
using NMoE.Compute.Jobs;
using NMoE.Federation.Algorithms;
using NMoE.Federation.Experiments;
using NMoE.Federation.Protocol;
using NMoE.Federation.Records;
using NMoE.Federation.Tests.Devices;
using NMoE.Learning.Cost;
using NMoE.Learning.Data;
using NMoE.Learning.Jobs;
using NMoE.Learning.Models;
using NMoE.Learning.Partitions;
using NMoE.Learning.Registry;

namespace NMoE.Federation.Tests.Experiments;

/// <summary>Whole experiments of three clients with pFedMoE, with made-up results: what travels, and that what does not is trained on from round to round.</summary>
public sealed class PFedMoeSpecs
{
    internal const string Kind =
        "extractor.method=pfedmoe & extractor.head=personal & expert.start=reuse & inference.gates=[pfedmoe] & model.extractor=mlp-50-40 & pfedmoe.extractor=mlp-100-40 & model.expert=linear & extractor.rounds=4";

    private readonly List<(Job Job, JobResult Result)> _jobs = [];

    /// <summary>2 K |G| a round, whatever the clients' own extractors are; serving sends nothing.</summary>
    [Theory]
    [InlineData("mlp-100-40")]
    [InlineData("mlp-900-40")]
    [InlineData("cnn-4-4-40")]
    public void The_shared_extractor_alone_travels(string own)
    {
        var (plan, report) = Run($"{Kind} & pfedmoe.extractor={own}");
        var shared = 4 * LearningCost.Parameters(plan.Model.Spec, ModelPart.Extractor, 0);
        var rounds = report.Ledger.Where(entry => entry is { Stage: Stages.Extractor, Kind: nameof(TrainRound) or nameof(RoundUpdate) }).ToArray();
        Assert.Equal(2 * 3 * 4, rounds.Sum(entry => entry.Messages));
        Assert.All(rounds, entry => Assert.InRange(entry.Sent / entry.Messages, shared, shared + 1_000));
        Assert.DoesNotContain(report.Ledger, entry => entry.Stage.StartsWith("inference", StringComparison.Ordinal) || entry.Stage == Stages.Gate);
        var pass = Assert.Single(report.Passes);
        Assert.Equal(("pfedmoe", 1.0, 0.0), (pass.Gate, pass.LocalRatio!.Value, pass.BytesPerSample));
    }

    /// <summary>In a round all begin with the same G, and each with what it made of its predictor, extractor and gate in the last round that it trained, though it crash or miss rounds between; serving reads the last.</summary>
    [Theory]
    [InlineData("", 12)]
    [InlineData("extractor.absent.2=[1] & extractor.absent.3=[1]", 10)]
    [InlineData("faults.schedule=[\"at 100 ms crash client-1 for 1 ms\"] & supervision.backoff=1 ms", 12)]
    [InlineData("extractor.participation=0.5 & extractor.over-commit=1 & extractor.late=accept", null)]
    [InlineData("extractor.aggregation=buffered & extractor.buffer=2", null)]
    [InlineData("extractor.compression=top-k & extractor.compression-down=int8", 12)]
    public void What_is_a_clients_own_is_trained_on_from_round_to_round(string kind, int? count)
    {
        Run($"{Kind} & {kind}");
        var rounds = Of(PFedMoeParameters.Kind);
        Assert.Equal(count ?? rounds.Length, rounds.Length);
        var served = Of(PFedMoeLatentsParameters.Kind);
        foreach (var client in rounds.GroupBy(item => item.Job.Inputs[4]))
        {
            var own = client.ToArray();
            Assert.All(own.Skip(1).Zip(own), pair => Assert.Equal(pair.Second.Result.Outputs[1..].AsEnumerable(), pair.First.Job.Inputs[1..4].AsEnumerable()));
            Assert.Equal(2, served.Count(item => item.Job.Inputs[1..3].SequenceEqual(own[^1].Result.Outputs[2..])));
        }

        var first = rounds.GroupBy(item => item.Job.Inputs[4]).Select(client => client.First().Job).ToArray();
        Assert.Equal((3, 1, 3, 3), (first.Length, first.Select(job => job.Inputs[1]).Distinct().Count(), first.Select(job => job.Inputs[2]).Distinct().Count(), first.Select(job => job.Inputs[3]).Distinct().Count()));
    }

    /// <summary>Kinds of devices have extractors of their own, and are charged for them.</summary>
    [Fact]
    public void Clients_of_another_kind_have_another_extractor()
    {
        var (plan, _) = Run($"{Kind} & mix.small.clients=[1] & mix.small.pfedmoe.extractor=mlp-10-40");
        Assert.Equal(
            ["mlp-10-40", "mlp-100-40"],
            Of(PFedMoeParameters.Kind).Select(item => LearningJob.Parameters<PFedMoeParameters>(item.Job).Form.Own.Extractor!).Distinct().Order(StringComparer.Ordinal));
        var (own, other) = (plan.Pipeline.Objective.Private!.Flops(plan, plan.Settings.KindOf(0), 10), plan.Pipeline.Objective.Private!.Flops(plan, plan.Settings.KindOf(1), 10));
        Assert.Equal(3 * 2 * 10 * 2.0 * 90 * (3072 + 40), own - other);
        Assert.Equal(own, plan.Pipeline.Objective.Flops(plan, 10));
    }

    /// <summary>Who has no picture trains nothing, and has nothing of its own.</summary>
    [Fact]
    public void A_client_without_pictures_is_served_and_does_nothing_else()
    {
        var plan = DeviceSpec.PlanOf(Kind.Split(" & "));
        var file = ClientFile.Read("who.csv", "picture,client\n0,0\n1,0\n2,2\n3,2", 3).Counted(new GeneratedSource(1));
        var report = Run(Plans.Of(plan.Settings with { Data = plan.Settings.Data with { Partition = FilePartition.PartitionName, Clients = file } }, plan.Deal.Data));
        Assert.Equal(2, Of(PFedMoeInitParameters.Kind).Length);
        Assert.Equal(8, Of(PFedMoeParameters.Kind).Length);
        Assert.Null(report.Passes.Single().Note);
    }

    private (Job Job, JobResult Result)[] Of(string kind) => [.. _jobs.Where(item => item.Job.Kind == kind)];

    private (Federation.Roles.Plan Plan, RunReport Report) Run(string kind)
    {
        var plan = DeviceSpec.PlanOf(kind.Split(" & ", StringSplitOptions.RemoveEmptyEntries));
        return (plan, Run(plan));
    }

    private RunReport Run(Federation.Roles.Plan plan)
    {
        var executor = new RehearsalExecutor(LearningFunctions.All(new DataCatalog(null)), _ => null);
        return new Experiment(plan, new Recording(executor, _jobs), _ => { }).Run(CancellationToken.None).Report;
    }

    /// <summary>Keeps each job that was asked for, once, with its result.</summary>
    private sealed class Recording(RehearsalExecutor inner, List<(Job Job, JobResult Result)> jobs) : IExecutor
    {
        private readonly HashSet<string> _keys = [];

        public ExecutorCounts Counts => inner.Counts;

        public IJobHandle Submit(Job job)
        {
            var handle = inner.Submit(job);
            if (_keys.Add(handle.Key))
            {
                jobs.Add((job, handle.Wait(CancellationToken.None)));
            }

            return handle;
        }

        public void Keep(IEnumerable<BlobRef> blobs) => inner.Keep(blobs);
    }
}
