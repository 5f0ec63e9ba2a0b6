using NMoE.Compute.Execution;
using NMoE.Compute.Jobs;
using NMoE.Federation.Experiments;
using NMoE.Federation.Tests.Devices;
using NMoE.Learning.Data;
using NMoE.Learning.Jobs;
using NMoE.Learning.Registry;

namespace NMoE.Federation.Tests.Experiments;

/// <summary>Whole experiments of three clients with the reference that saw everyone's data; made-up results.</summary>
public sealed class GlobalGateSpecs
{
    private const string On = "evaluation.references=[globalgate]";
    private readonly List<Job> _jobs = [];

    [Fact]
    public void It_trains_for_all_of_FedGates_epochs_on_all_clients_data_in_jobs_that_follow_each_other()
    {
        Run("gate.rounds=3", "gate.epochs=2", "gate.mode=switch", On);
        var training = Jobs(GlobalGateParameters.Kind);
        Assert.Equal(3, training.Length);
        Assert.Equal(3, training.Select(job => job.Seed).Distinct().Count());

        // The same settings and the same initial gate as FedGate's; then each job's gate is the next one's.
        var federated = Jobs(GateParameters.Kind)[0];
        Assert.Equal(federated.Inputs[0], training[0].Inputs[0]);
        Assert.Equal(3, training.Select(job => job.Inputs[0]).Distinct().Count());
        Assert.All(training, job =>
        {
            var parameters = LearningJob.Parameters<GlobalGateParameters>(job);
            Assert.Equal(LearningJob.Create(LearningJob.Parameters<GateParameters>(federated), 0).Parameters, LearningJob.Create(parameters.Gate, 0).Parameters);
            Assert.Equal((2, 3), (parameters.Gate.Epochs, parameters.Holders));
        });

        // Latents, shard and three experts' logits of each client, in the order in which FedGate has them of its own.
        Assert.Equal(1 + (3 * 5), training[0].Inputs.Length);
        var own = Jobs(GateParameters.Kind).Select(job => string.Join(' ', job.Inputs[1..])).Distinct().ToArray();
        Assert.All(own, inputs => Assert.Contains(inputs, string.Join(' ', training[0].Inputs), StringComparison.Ordinal));
    }

    [Fact]
    public void Its_passes_stand_before_the_oracles_with_everything_but_bytes()
    {
        var report = Run("gate.rounds=2", "inference.gates=[fedgate, rangate]", "inference.test-partitions=[same, iid]", "inference.k=2", On).Report;
        Assert.Equal(
            [
                "fedgate same", "rangate same", "globalgate same", "best-expert same", "specialist same", "oraclegate same",
                "fedgate iid", "rangate iid", "globalgate iid", "best-expert iid", "specialist iid", "oraclegate iid",
            ],
            report.Passes.Select(pass => $"{pass.Gate} {pass.Test}"));
        Assert.All(report.Passes.Where(pass => pass.Gate == "globalgate"), pass =>
        {
            Assert.Equal((0.0, 0.0, 0.0), (pass.BytesPerSample, pass.Degraded, pass.MeanLatencySeconds));
            Assert.True(pass is { MacroF1: not null, Auc: not null, ClientMacroF1: not null, ClientAuc: not null });
            Assert.Equal([3, 3, 3], pass.Routing.Select(row => row.Length));
            Assert.All(pass.Routing, row => Assert.Equal(1, row.Sum(), 1e-12));
            Assert.Equal(pass.Routing.Select((row, client) => row[client]).Sum() / 3, pass.LocalRatio!.Value, 1e-12);
        });
        Assert.Equal(
            ["same specialist", "same rangate", "same globalgate", "same best-expert", "iid specialist", "iid rangate", "iid globalgate", "iid best-expert"],
            report.Comparisons.Select(pair => $"{pair.Test} {pair.Second}").OrderDescending(StringComparer.Ordinal));
        Assert.DoesNotContain(report.Ledger, entry => entry.Stage.Contains("global", StringComparison.Ordinal));
    }

    [Fact]
    public void The_world_does_not_see_it()
    {
        var without = Run("gate.rounds=2");
        var asked = Jobs(ExpertLogitsParameters.Kind).Length;
        _jobs.Clear();
        var with = Run("gate.rounds=2", On);
        Assert.Equal((without.TraceHash, without.ModelHash, without.VirtualTime, without.Events), (with.TraceHash, with.ModelHash, with.VirtualTime, with.Events));
        Assert.Equal(without.Report.Ledger.AsEnumerable(), with.Report.Ledger);
        Assert.Equal(without.Report.Rounds.AsEnumerable(), with.Report.Rounds);
        Assert.Equal(without.Models.AsEnumerable(), with.Models);

        // What FedGate and the oracle asked of the experts is not asked again.
        Assert.Equal(asked, Jobs(ExpertLogitsParameters.Kind).Length);
    }

    [Fact]
    public void It_needs_no_FedGate() =>
        Assert.Contains(Run("inference.gates=[rangate]", On).Report.Passes, pass => pass.Gate == "globalgate");

    /// <summary>Each client's moments once, averaged in client order by its samples; every gate job, FedGate's and GlobalGate's, ends with what that gives.</summary>
    [Theory]
    [InlineData("inference.gates=[fedgate]")]
    [InlineData("inference.gates=[priorgate, rangate]")]
    [InlineData("inference.gates=[rangate]")]
    public void Gates_that_are_trained_relative_to_all_latents_have_the_same_moments(string gates)
    {
        Run("gate.rounds=2", "gate.input=normalised", gates, On);
        var each = Jobs(LatentMomentsParameters.Kind);
        Assert.Equal(3, each.Select(job => job.Inputs[0]).Distinct().Count());
        var average = Jobs(AverageParameters.Kind).Where(job => job.Inputs[0].Bytes < 2000).ToArray();
        Assert.Single(average.Distinct(), job => LearningJob.Parameters<AverageParameters>(job).Weights.Distinct().Count() == 1 && job.Inputs.Length == 3);
        var used = Jobs(GateParameters.Kind).Concat(Jobs(GlobalGateParameters.Kind)).Select(job => job.Inputs[^1]).Distinct();
        Assert.True(Assert.Single(used).Bytes < 2000, "The last input is no file of moments.");
        Assert.Equal(1 + (3 * 5) + 1, Jobs(GlobalGateParameters.Kind)[0].Inputs.Length);
    }

    [Fact]
    public void It_is_not_there_unless_it_is_asked_for()
    {
        Run("gate.rounds=1");
        Run("gate.rounds=1", "evaluation.enabled=off");
        Assert.Empty(Jobs(GlobalGateParameters.Kind));
    }

    private Job[] Jobs(string kind) => [.. _jobs.Where(job => job.Kind == kind)];

    private Outcome Run(params string[] sets)
    {
        var executor = new RehearsalExecutor(LearningFunctions.All(new DataCatalog(null)), job =>
        {
            _jobs.Add(job);
            return null;
        });
        return new Experiment(DeviceSpec.PlanOf(["extractor.rounds=1", .. sets]), executor, _ => { }).Run(CancellationToken.None);
    }
}
