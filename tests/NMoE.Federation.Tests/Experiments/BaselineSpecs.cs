using NMoE.Compute.Execution;
using NMoE.Compute.Jobs;
using NMoE.Federation.Experiments;
using NMoE.Federation.Tests.Devices;
using NMoE.Learning.Data;
using NMoE.Learning.Jobs;
using NMoE.Learning.Registry;

namespace NMoE.Federation.Tests.Experiments;

public sealed class BaselineSpecs
{
    private const string All = "evaluation.baselines=[centralised-moe, local-classifier, fedavg-classifier, one-shot-classifier]";
    private readonly List<Job> _jobs = [];

    [Fact]
    public void Every_baseline_has_a_record_on_every_test_set()
    {
        var outcome = Run("extractor.rounds=2", "inference.gates=[rangate]", "inference.test-partitions=[same, iid]", All);
        Assert.Equal(
            ["centralised-moe", "fedavg-classifier", "local-classifier", "one-shot-classifier"],
            outcome.Report.Passes.Where(pass => pass.Test == "iid").Select(pass => pass.Gate).Where(gate => gate != "best-expert" && gate.Contains('-', StringComparison.Ordinal)).Order(StringComparer.Ordinal));
        Assert.Equal(8, outcome.Report.Passes.Count(pass => pass.Gate.Contains('-', StringComparison.Ordinal) && pass.MacroF1 is not null));
    }

    /// <summary>Section 9: the same budget and the same data.</summary>
    [Fact]
    public void Baselines_have_stage_1s_budget_schedule_and_data()
    {
        Run("extractor.rounds=4", "extractor.epochs=2", "inference.gates=[rangate]", All);
        var federated = _jobs.Where(job => job.Kind == FedCeParameters.Kind).Take(4 * 3).ToArray();
        var local = _jobs.Where(job => job.Kind == FedCeParameters.Kind).Skip(4 * 3).ToArray();
        var centralised = _jobs.Where(job => job.Kind == CentralisedMoeParameters.Kind).ToArray();
        Assert.Equal((12, 4), (local.Length, centralised.Length));
        Assert.Equal(federated.Select(job => job.Parameters), local.Select(job => job.Parameters));
        Assert.Equal(federated.Select(job => job.Inputs[2]), local.Select(job => job.Inputs[2]));
        Assert.Equal(
            federated.Chunk(3).Select(round => LearningJob.Parameters<FedCeParameters>(round[0])),
            centralised.Select(job => LearningJob.Parameters<CentralisedMoeParameters>(job).Local));
        Assert.All(centralised, job => Assert.Equal(federated[..3].Select(one => one.Inputs[2]), job.Inputs[5..]));
    }

    [Fact]
    public void A_local_classifier_goes_on_from_its_own_model_and_meets_no_other()
    {
        Run("extractor.rounds=2", "inference.gates=[rangate]", "evaluation.baselines=[local-classifier]");
        var local = _jobs.Where(job => job.Kind == FedCeParameters.Kind).Skip(2 * 3).ToArray();
        Assert.Single(local[..3].Select(job => job.Inputs[0]).Distinct());
        Assert.Equal(3, local[3..].Select(job => job.Inputs[0]).Distinct().Count());
    }

    [Fact]
    public void Baselines_change_nothing_of_the_simulated_world()
    {
        var plain = Run("extractor.rounds=2");
        var compared = Run("extractor.rounds=2", All);
        Assert.Equal((plain.TraceHash, plain.ModelHash), (compared.TraceHash, compared.ModelHash));
        Assert.Equal(plain.Report.Ledger.AsEnumerable(), compared.Report.Ledger.AsEnumerable());
    }

    /// <summary>The centralised gate has Gaussian noise or none: half the width of jitter is no deviation.</summary>
    [Theory]
    [InlineData("gaussian", 0.3)]
    [InlineData("jitter", 0)]
    [InlineData("shazeer", 0)]
    public void The_centralised_gate_is_disturbed_where_the_noise_is_Gaussian(string form, double deviation)
    {
        Run("extractor.rounds=1", "inference.gates=[rangate]", "gate.noise=0.3", $"gate.noise-form={form}", "evaluation.baselines=[centralised-moe]");
        Assert.Equal(deviation, LearningJob.Parameters<CentralisedMoeParameters>(_jobs.Single(job => job.Kind == CentralisedMoeParameters.Kind)).Noise);
    }

    /// <summary>What is not what its name says says so itself.</summary>
    [Theory]
    [InlineData("extractor.algorithm=fedavgm", "fedavg-classifier", "averaged by fedavgm")]
    [InlineData("extractor.algorithm=fedprox", "fedavg-classifier", "averaged by fedprox")]
    [InlineData("extractor.algorithm=fedavg", "fedavg-classifier", null)]
    [InlineData("extractor.algorithm=fedavgm", "local-classifier", null)]
    [InlineData("extractor.method=fedsc", "local-classifier", "fedsc's schedule: 2 x 3 epochs, batch 5, rate 0.07")]
    [InlineData("extractor.method=fedsc", "centralised-moe", "fedsc's schedule: 2 x 3 epochs, batch 5, rate 0.07")]
    public void A_baseline_says_how_it_was_trained_where_its_name_does_not(string set, string baseline, string? note)
    {
        var outcome = Run(
            set, "extractor.rounds=2", "extractor.epochs=3", "extractor.batch=5", "extractor.learning-rate=0.07", "inference.gates=[rangate]", $"evaluation.baselines=[{baseline}]");
        Assert.Equal(note, outcome.Report.Passes.Single(pass => pass.Gate == baseline).Note);
        Assert.All(outcome.Report.Passes.Where(pass => pass.Gate != baseline), pass => Assert.Null(pass.Note));
    }

    private Outcome Run(params string[] sets)
    {
        var executor = new RehearsalExecutor(LearningFunctions.All(new DataCatalog(null)), job =>
        {
            _jobs.Add(job);
            return null;
        });
        return new Experiment(DeviceSpec.PlanOf(sets), executor, _ => { }).Run(CancellationToken.None);
    }
}
