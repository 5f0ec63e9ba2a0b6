using System.Collections.Immutable;
using NMoE.Compute.Blobs;
using NMoE.Compute.Execution;
using NMoE.Compute.Jobs;
using NMoE.Federation.Configuration;
using NMoE.Federation.Experiments;
using NMoE.Federation.Measurement;
using NMoE.Federation.Protocol;
using NMoE.Federation.Roles;
using NMoE.Federation.Settings;
using NMoE.Federation.Tests.Devices;
using NMoE.Learning.Cost;
using NMoE.Learning.Data;
using NMoE.Learning.Jobs;
using NMoE.Learning.Models;
using NMoE.Learning.Registry;
using NMoE.Simulation.Network;
using NMoE.Simulation.Time;

namespace NMoE.Federation.Tests.Experiments;

/// <summary>Whole experiments with cyclic weight transfer and made-up results: three clients, two laps.</summary>
public sealed class CyclicSpecs
{
    private static readonly string[] Cyclic = ["extractor.method=cyclic", "extractor.rounds=2", "inference.gates=[fedgate, localgate]", "gate.rounds=1"];
    private readonly List<(Job Job, JobResult Result)> _turns = [];

    [Fact]
    public void Each_turn_begins_with_what_the_one_before_left_on_the_next_clients_pictures()
    {
        var outcome = Run();

        Assert.Equal(6, _turns.Count);
        Assert.Equal(_turns.SkipLast(1).Select(turn => turn.Result.Outputs.ToArray()), _turns.Skip(1).Select(turn => turn.Job.Inputs.Take(2).ToArray()));
        var shards = _turns.Select(turn => turn.Job.Inputs[2]).ToArray();
        Assert.Equal(3, shards.Distinct().Count());
        Assert.Equal(shards[..3], shards[3..]);
        Assert.Equal(_turns[^1].Result.Outputs[0], outcome.Models.Single(model => model.Name == "extractor").Model);
    }

    /// <summary>Six hops and the way to the aggregator carry the model; what is published to all comes after.</summary>
    [Fact]
    public void Its_bytes_are_those_of_its_hops_and_a_lap_is_a_round()
    {
        var plan = DeviceSpec.PlanOf(Cyclic);
        var report = Run().Report;
        var hops = report.Ledger.Where(entry => entry is { Stage: Stages.Extractor, Kind: "RollingGate" }).ToArray();
        Assert.Equal(7, hops.Sum(entry => entry.Messages));
        Assert.InRange(hops.Sum(entry => entry.Sent) / (7.0 * Model(plan)), 1, 1.01);
        Assert.DoesNotContain(report.Ledger, entry => entry.Kind is "TrainRound" && entry.Stage == Stages.Extractor);
        Assert.Equal([(1, 3), (2, 3)], report.Rounds.Where(round => round.Stage == Stages.Extractor).Select(round => (round.Round, round.Participants)));
    }

    [Fact]
    public void A_client_that_is_dead_is_passed_over_and_the_others_train_on()
    {
        var outcome = Run("faults.schedule=[\"at 0 s kill client-1\"]", "extractor.deadline=1 min");

        Assert.Equal(4, _turns.Count);
        Assert.Equal(2, _turns.Select(turn => turn.Job.Inputs[2]).Distinct().Count());
        Assert.Contains(outcome.Models, model => model.Name == "extractor");
    }

    /// <summary>Where an acknowledgement is late two copies go around: a lap of the one may be told, and the aggregator take the other.</summary>
    [Fact]
    public void The_final_model_is_what_the_aggregator_took()
    {
        var executor = new RehearsalExecutor(LearningFunctions.All(new DataCatalog(null)), _ => null);
        var observer = new RunObserver(
            DeviceSpec.PlanOf(Cyclic), executor, new Ledger(), ImmutableSortedDictionary<TestPartition, ImmutableArray<BlobRef>>.Empty, _ => { });
        observer.Observe(new VirtualTime(1), new RoundEnded(Stages.Extractor, 2, Parts(1), 1, 3) { Generation = 0 });
        observer.Observe(new VirtualTime(2), new RingEnded(Stages.Extractor, Parts(5)));

        Assert.Equal(Parts(5).ToArray(), observer.Model(Stages.Extractor).ToArray());
    }

    [Theory]
    [InlineData("extractor.algorithm=fedavgm", "extractor.algorithm")]
    [InlineData("extractor.head=personal", "extractor.head")]
    [InlineData("model.norm=batch-local", "model.norm")]
    [InlineData("extractor.aggregation=buffered", "extractor.aggregation")]
    [InlineData("evaluation.baselines=[fedavg-classifier]", "evaluation.baselines")]
    public void What_averages_or_keeps_parts_at_home_is_refused(string set, string key)
    {
        var refused = Assert.Throws<ConfigurationException>(() => DeviceSpec.PlanOf([.. Cyclic, set]));
        Assert.Contains(key, refused.Message, StringComparison.Ordinal);
    }

    private static ImmutableArray<BlobRef> Parts(int first) => [.. Enumerable.Range(first, 2).Select(part => new BlobRef(new BlobHash(FormattableString.Invariant($"{part:x64}")), 9))];

    private static long Model(Federation.Roles.Plan plan) =>
        4 * (LearningCost.Parameters(plan.Model.Spec, ModelPart.Extractor, 0) + LearningCost.Parameters(plan.Model.Spec, ModelPart.Expert, 0));

    private Outcome Run(params string[] sets)
    {
        _turns.Clear();
        var executor = new RehearsalExecutor(LearningFunctions.All(new DataCatalog(null)), job => job.Kind == FedCeParameters.Kind ? Turn(job) : null);
        return new Experiment(DeviceSpec.PlanOf([.. Cyclic, .. sets]), executor, _ => { }).Run(CancellationToken.None);
    }

    private JobResult Turn(Job job)
    {
        var parts = job.Inputs.Take(2).Select((part, number) => new BlobRef(new BlobHash(FormattableString.Invariant($"{(2 * _turns.Count) + number:x64}")), part.Bytes));
        _turns.Add((job, new JobResult([.. parts], ImmutableSortedDictionary<string, double>.Empty.Add("loss", 1), [])));
        return _turns[^1].Result;
    }
}
