using NMoE.Compute.Execution;
using NMoE.Compute.Jobs;
using NMoE.Federation.Experiments;
using NMoE.Federation.Tests.Devices;
using NMoE.Learning.Data;
using NMoE.Learning.Gates;
using NMoE.Learning.Jobs;
using NMoE.Learning.Models;
using NMoE.Learning.Registry;

namespace NMoE.Federation.Tests.Experiments;

/// <summary>Stage 3's chance can be repeated alone: another <c>gate.seed</c> gives another gate, on the stages 1 and 2 that are remembered.</summary>
public sealed class GateSeedSpecs
{
    private const string Rolling = "inference.gates=[rollgate]";
    private const string Global = "evaluation.references=[globalgate]";

    /// <summary>Kinds that gates need; every other job is one of stages 1 and 2, of serving or of measurement.</summary>
    private static readonly string[] OfGates =
    [
        GateParameters.Kind, GlobalGateParameters.Kind, RollGateParameters.Kind, RouteParameters.Kind, AnswerParameters.Kind, AverageParameters.Kind, ScoreParameters.Kind,
    ];

    public static TheoryData<string[], string> Draws => new()
    {
        { [], GateParameters.Kind },
        { ["gate.noise-form=shazeer"], GateParameters.Kind },
        { ["inference.gates=[priorgate]", "gate.participation=0.4"], GateParameters.Kind },
        { [Rolling], RollGateParameters.Kind },
        { ["inference.gates=[localgate]", Global], GlobalGateParameters.Kind },
        { ["gate.method=discriminant", Global], GlobalGateParameters.Kind },
        { ["inference.gates=[rangate]"], RouteParameters.Kind },
    };

    [Theory]
    [MemberData(nameof(Draws))]
    public void Another_seed_of_the_gate_draws_anew_for_gates_and_for_nothing_else(string[] sets, string drawn)
    {
        var (before, after) = (Jobs(sets), Jobs([.. sets, "gate.seed=2"]));

        var same = before.Select(Name).ToHashSet(StringComparer.Ordinal);
        Assert.Contains(after, job => job.Kind == drawn);
        Assert.All(after.Where(job => job.Kind == drawn), job => Assert.DoesNotContain(Name(job), same));
        Assert.All(after.Where(job => !OfGates.Contains(job.Kind) && !IsInitialGate(job)), job => Assert.Contains(Name(job), same));
    }

    [Fact]
    public void Another_seed_of_the_gate_draws_other_cohorts()
    {
        string[] sets = ["gate.participation=0.4", "gate.rounds=8"];

        Assert.NotEqual(Cohorts(Jobs(sets)), Cohorts(Jobs([.. sets, "gate.seed=2"])));
        static IEnumerable<string> Cohorts(List<Job> jobs) => jobs.Where(job => job.Kind == GateParameters.Kind).Select(job => job.Inputs[1].Hash.Hex);
    }

    /// <summary>The centralised mixture costs as much as stage 1, and is remembered with it.</summary>
    [Fact]
    public void The_centralised_mixture_is_trained_with_the_experiments_seed()
    {
        const string Baseline = "evaluation.baselines=[centralised-moe]";
        var (before, after) = (Jobs([Baseline]), Jobs([Baseline, "gate.seed=2"]));

        Assert.NotEmpty(Mixtures(before));
        Assert.Equal(Mixtures(before), Mixtures(after));
        static IEnumerable<string> Mixtures(List<Job> jobs) => jobs.Where(job => job.Kind == CentralisedMoeParameters.Kind).Select(Name);
    }

    [Theory]
    [InlineData("seed=7")]
    [InlineData("seed=7", "gate.participation=0.4", "inference.gates=[fedgate, rangate, rollgate]")]
    public void The_experiments_own_seed_said_once_more_changes_no_job(params string[] sets) =>
        Assert.Equal(Jobs(sets).Select(Name), Jobs([.. sets, "gate.seed=7"]).Select(Name));

    [Fact]
    public void A_gate_that_is_solved_has_no_seed()
    {
        string[] solved = ["gate.method=discriminant"];
        var (before, after) = (Jobs(solved), Jobs([.. solved, "gate.seed=2"]));

        Assert.Equal(Sums(before), Sums(after));
        static IEnumerable<string> Sums(List<Job> jobs) =>
            jobs.Where(job => job.Kind == GateSumsParameters.Kind || job.Kind == DiscriminantParameters.Kind).Select(Name).Order(StringComparer.Ordinal);
    }

    private static bool IsInitialGate(Job job) =>
        job.Kind == NoisyGateParameters.Kind || (job.Kind == InitParameters.Kind && LearningJob.Parameters<InitParameters>(job).Part == ModelPart.Gate);

    private static string Name(Job job) => JobKey.Of("", job);

    private static List<Job> Jobs(string[] sets)
    {
        var jobs = new List<Job>();
        var executor = new RehearsalExecutor(LearningFunctions.All(new DataCatalog(null)), job =>
        {
            jobs.Add(job);
            return null;
        });
        new Experiment(DeviceSpec.PlanOf(["extractor.rounds=1", "gate.rounds=2", .. sets]), executor, _ => { }).Run(CancellationToken.None);
        return jobs;
    }
}
