using NMoE.Compute.Execution;
using NMoE.Compute.Jobs;
using NMoE.Federation.Experiments;
using NMoE.Federation.Measurement;
using NMoE.Federation.Roles;
using NMoE.Federation.Tests.Devices;
using NMoE.Learning.Cost;
using NMoE.Learning.Data;
using NMoE.Learning.Jobs;
using NMoE.Learning.Models;
using NMoE.Learning.Registry;

namespace NMoE.Federation.Tests.Experiments;

/// <summary>Whole experiments of three clients of which client 1 has another device, or another expert.</summary>
public sealed class DeviceMixSpecs
{
    private static readonly string[] Short = ["extractor.rounds=1", "gate.rounds=1", "inference.gates=[fedgate, rangate]", "inference.k=2", "evaluation.references=[globalgate]"];
    private readonly List<Job> _jobs = [];

    /// <summary>A round waits for all clients: one that is four times slower makes it three times its own training longer, and nobody else slower.</summary>
    [Fact]
    public void A_round_takes_as_long_as_the_slow_device()
    {
        var speed = DeviceSpec.PlanOf([.. Short]).Settings.Device.Compute;
        var (alike, mixed) = (Run(), Run("mix.slow.clients=[1]", $"mix.slow.device.compute={speed / 4} FLOP/s"));
        var plan = DeviceSpec.PlanOf([.. Short]);

        Assert.Equal(3 * new Charges(plan).Local(plan.Deal.Rows(1)) / speed, mixed.Report.Rounds[0].VirtualSeconds - alike.Report.Rounds[0].VirtualSeconds, 1e-6);
    }

    /// <summary>A device four times slower has time for one epoch of four where the others have time for all, and sends that: the round takes as long as theirs, and nobody waits.</summary>
    [Theory]
    [InlineData("fedce", "fedavg")]
    [InlineData("fedce", "fedprox")]
    [InlineData("fedsc", "fedavg")]
    public void A_slow_device_sends_the_epochs_that_it_has_time_for(string method, string algorithm)
    {
        string[] sets = ["extractor.epochs=4", $"extractor.method={method}", $"extractor.algorithm={algorithm}", "device.energy.flop=1 pJ"];
        var plan = DeviceSpec.PlanOf([.. Short, .. sets]);
        var (speed, whole) = (plan.Settings.Device.Compute, new Charges(plan).Local(plan.Deal.Rows(1)));
        string[] mix = ["mix.slow.clients=[1]", $"mix.slow.device.compute={speed / 4} FLOP/s"];
        var limit = FormattableString.Invariant($"extractor.compute-within={Math.Ceiling(1500 * whole / speed)} ms");
        var alike = Run([.. sets, limit]);
        _jobs.Clear();
        var partial = Run([.. sets, limit, .. mix]);
        var waited = Run([.. sets, .. mix]);

        Assert.Equal(alike.Report.Rounds[0].VirtualSeconds, partial.Report.Rounds[0].VirtualSeconds, method == "fedce" ? 1e-6 : waited.Report.Rounds[0].VirtualSeconds / 10);
        Assert.Equal(3 * whole / speed, waited.Report.Rounds[0].VirtualSeconds - partial.Report.Rounds[0].VirtualSeconds, method == "fedce" ? 1e-6 : 1e-3);
        Assert.Equal(3, partial.Report.Rounds[0].Participants);
        Assert.Equal(["1 of 4", "4 of 4"], partial.Report.Kinds!.Value.Select(kind => kind.Epochs).Order());
        double Flops(Outcome outcome) => outcome.Report.Energy.Single(device => device.Device == "client-1").Flops;
        Assert.Equal(0.75 * whole, Flops(waited) - Flops(partial), whole * 1e-9);
    }

    [Theory]
    [InlineData(0.1, 1)]
    [InlineData(0.45, 1)]
    [InlineData(0.55, 2)]
    [InlineData(0.99, 3)]
    [InlineData(1.01, 4)]
    [InlineData(100, 4)]
    public void Whole_epochs_fit_into_the_time_and_one_at_least(double share, int epochs)
    {
        string[] sets = [.. Short, "extractor.epochs=4"];
        var (plan, rows) = (DeviceSpec.PlanOf(sets), DeviceSpec.PlanOf(sets).Deal.Rows(1));
        var (speed, whole) = (plan.Settings.Device.Compute, new Charges(plan).Local(rows));
        var limited = new Charges(DeviceSpec.PlanOf([.. sets, FormattableString.Invariant($"extractor.compute-within={Math.Round(1e6 * share * whole / speed)} us")]));
        Assert.Equal(epochs, limited.Epochs(rows, speed));
        Assert.Equal(whole * epochs / 4, limited.Local(rows, speed), 1e-6 * whole);
    }

    /// <summary>Every job that touches client 1's expert, whoever asks for it, has that expert's shape; no other job has.</summary>
    [Fact]
    public void An_own_expert_is_trained_asked_and_left_in_its_own_shape()
    {
        var report = Run("mix.boards.clients=[1]", "mix.boards.model.expert=mlp-32").Report;
        var plan = DeviceSpec.PlanOf([.. Short, "mix.boards.clients=[1]", "mix.boards.model.expert=mlp-32"]);
        var latent = plan.Model.Spec.Latent;
        var classes = plan.Model.Spec.Classes;

        // D-32-C with biases, by hand.
        var parameters = (32L * latent) + 32 + (32L * classes) + classes;
        Assert.Equal(parameters, LearningCost.Parameters(plan.Model.ExpertSpec(1), ModelPart.Expert, 0));
        Assert.Equal(["mlp-32", "mlp4", "mlp4"], Jobs<ExpertParameters>().Select(job => job.Model.Expert ?? Mlp4.ModelName).Order(StringComparer.Ordinal));
        Assert.All(_jobs.Where(job => job.Kind == ExpertLogitsParameters.Kind), job => Assert.Equal(Shape(job.Inputs[0].Bytes, parameters), LearningJob.Parameters<ExpertLogitsParameters>(job).Model.Expert));
        Assert.Contains(Jobs<ExpertLogitsParameters>(), job => job.Model.Expert == "mlp-32");
        Assert.All(Jobs<FedCeParameters>(), job => Assert.Null(job.Model.Expert));
        Assert.Equal(
            [("boards", "1", "mlp-32", parameters), ("own", "0 2", "mlp4", LearningCost.Parameters(plan.Model.Spec, ModelPart.Expert, 0))],
            report.Kinds!.Value.Select(kind => (kind.Kind, string.Join(' ', kind.Clients), kind.Expert, kind.Parameters)));
        Assert.Equal(["mlp4", "mlp-32", "mlp4"], Enumerable.Range(0, 3).Select(client => FinalModels.SpecOf(plan.Model, $"expert-{client:D5}").Expert ?? Mlp4.ModelName));
    }

    /// <summary>Energy, access and computing: of each kind its own.</summary>
    [Fact]
    public void Joules_are_those_of_each_kind()
    {
        var report = Run("device.energy.flop=100 pJ", "mix.boards.clients=[1]", "mix.boards.device.energy.flop=300 pJ").Report;
        Assert.Equal([1e-10, 3e-10, 1e-10], report.Energy.Where(device => device.Device.StartsWith("client", StringComparison.Ordinal)).Select(device => Math.Round(device.ComputeJoules / device.Flops, 13)));
    }

    [Fact]
    public void Where_all_are_alike_nothing_is_said_of_kinds() => Assert.Null(Run().Report.Kinds);

    private static string? Shape(long bytes, long parameters) => bytes < 8 * parameters ? "mlp-32" : null;

    private IEnumerable<T> Jobs<T>()
        where T : IJobParameters => _jobs.Where(job => job.Kind == T.Kind).Select(LearningJob.Parameters<T>);

    private Outcome Run(params string[] sets)
    {
        var executor = new RehearsalExecutor(LearningFunctions.All(new DataCatalog(null)), job =>
        {
            _jobs.Add(job);
            return null;
        });
        return new Experiment(DeviceSpec.PlanOf([.. Short, .. sets]), executor, _ => { }).Run(CancellationToken.None);
    }
}
