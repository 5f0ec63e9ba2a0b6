using NMoE.Compute.Execution;
using NMoE.Compute.Jobs;
using NMoE.Federation.Experiments;
using NMoE.Federation.Protocol;
using NMoE.Federation.Tests.Devices;
using NMoE.Learning.Cost;
using NMoE.Learning.Data;
using NMoE.Learning.Gates;
using NMoE.Learning.Jobs;
using NMoE.Learning.Models;
using NMoE.Learning.Registry;

namespace NMoE.Federation.Tests.Experiments;

/// <summary>Whole experiments with RollGate and made-up results: losses never move, so that the second lap is the last.</summary>
public sealed class RollGateSpecs
{
    private readonly List<Job> _jobs = [];

    [Fact]
    public void The_gate_rolls_from_client_to_client_and_everyone_serves_with_the_last()
    {
        var outcome = Run("inference.gates=[fedgate, rangate, localgate, rollgate]", "gate.rounds=2");
        var turns = Jobs(RollGateParameters.Kind);
        Assert.Equal([0, 1, 2, 0, 1, 2], turns.Select(job => LearningJob.Parameters<RollGateParameters>(job).Client));
        Assert.Equal(6, turns.Select(job => job.Inputs[0]).Distinct().Count());
        Assert.Equal(6, turns.Select(job => job.Seed).Distinct().Count());
        Assert.Equal(3, turns.Select(job => LearningJob.Parameters<RollGateParameters>(job).LabelKey).Distinct().Count());

        // It begins where FedGate began, and not where that ended.
        Assert.Equal(Jobs(GateParameters.Kind)[0].Inputs[0], turns[0].Inputs[0]);

        var final = outcome.Models.Single(model => model.Name == "rollgate").Model;
        Assert.Equal(["extractor", "gate", "rollgate", "expert-00000", "expert-00001", "expert-00002"], outcome.Models.Select(model => model.Name));
        var routes = Jobs(RouteParameters.Kind).Where(job => LearningJob.Parameters<RouteParameters>(job).Gate == "rollgate").ToArray();
        Assert.Equal(3, routes.Length);
        Assert.All(routes, job => Assert.Equal(final, job.Inputs[1]));
        Assert.Equal(["rangate", "localgate", "rollgate", "best-expert", "specialist"], outcome.Report.Comparisons.Select(comparison => comparison.Second));
        Assert.Equal(3, outcome.Report.Passes.Single(pass => pass.Gate == "rollgate").Routing.Length);
    }

    [Fact]
    public void Its_bytes_are_those_of_two_laps_and_a_third_to_adopt_and_its_laps_are_reported()
    {
        var plan = DeviceSpec.PlanOf("inference.gates=[rollgate]");
        var report = Run("inference.gates=[rollgate]").Report;
        var sent = report.Ledger.Where(entry => entry.Stage == Stages.Rolling).ToArray();
        Assert.Equal(10, sent.Where(entry => entry.Kind == "RollingGate").Sum(entry => entry.Messages));
        Assert.Equal(10, sent.Where(entry => entry.Kind == "RollingGateTaken").Sum(entry => entry.Messages));
        Assert.Equal(20, sent.Sum(entry => entry.Messages));
        var bytes = sent.Where(entry => entry.Kind == "RollingGate").Sum(entry => entry.Sent);
        Assert.InRange(bytes, 10 * 4 * LearningCost.Parameters(plan.Model.Spec, ModelPart.Gate, 3), 10 * ((4 * LearningCost.Parameters(plan.Model.Spec, ModelPart.Gate, 3)) + 500));
        Assert.Equal([(1, 1.0, 3), (2, 1.0, 3)], report.Rounds.Where(round => round.Stage == "rollgate").Select(round => (round.Round, round.TrainLoss, round.Participants)));
        Assert.DoesNotContain(report.Ledger, entry => entry.Stage == Stages.Gate);
    }

    [Fact]
    public void A_tolerance_of_nothing_goes_all_laps()
    {
        Run("inference.gates=[rollgate]", "rollgate.laps=5", "rollgate.tolerance=0");
        Assert.Equal(15, Jobs(RollGateParameters.Kind).Length);
    }

    [Fact]
    public void One_client_alone_rolls_without_a_network()
    {
        var report = Run("experiment.clients=1", "inference.gates=[rollgate]").Report;
        Assert.Equal(2, Jobs(RollGateParameters.Kind).Length);
        Assert.Equal(2, report.Ledger.Where(entry => entry.Kind == "RollingGate").Sum(entry => entry.Messages));
        Assert.Equal(1, report.Passes.Single(pass => pass.Gate == "rollgate").LocalRatio);
    }

    [Fact]
    public void Without_it_there_is_no_such_model() => Assert.DoesNotContain(Run("gate.rounds=1").Models, model => model.Name == "rollgate");

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
