using NMoE.Compute.Execution;
using NMoE.Compute.Jobs;
using NMoE.Federation.Experiments;
using NMoE.Federation.Protocol;
using NMoE.Federation.Roles;
using NMoE.Federation.Tests.Devices;
using NMoE.Learning.Cost;
using NMoE.Learning.Data;
using NMoE.Learning.Jobs;
using NMoE.Learning.Models;
using NMoE.Learning.Registry;

namespace NMoE.Federation.Tests.Experiments;

/// <summary>Whole experiments with made-up results: who sends what, and which jobs are run on which inputs.</summary>
public sealed class AlgorithmSpecs
{
    private readonly List<Job> _jobs = [];

    [Fact]
    public void A_personal_head_never_leaves_its_client_and_is_trained_on_from_round_to_round()
    {
        var plan = DeviceSpec.PlanOf("extractor.head=personal", "extractor.rounds=3");
        var outcome = Run(plan);

        var extractor = 4 * LearningCost.Parameters(plan.Model.Spec, ModelPart.Extractor, 0);
        var update = outcome.Report.Ledger.Single(entry => entry is { From: "client-1", Kind: nameof(RoundUpdate), Stage: Stages.Extractor });
        Assert.InRange(update.Sent / update.Messages, extractor, extractor + 10_000);

        var rounds = _jobs.Where(job => job.Kind == FedCeParameters.Kind).ToArray();
        Assert.Equal(9, rounds.Length);
        Assert.Single(rounds[..3].Select(job => job.Inputs[1]).Distinct());
        Assert.Equal(3, rounds[3..6].Select(job => job.Inputs[1]).Distinct().Count());
    }

    [Fact]
    public void The_servers_momentum_goes_on_from_the_round_before()
    {
        Run(DeviceSpec.PlanOf("extractor.algorithm=fedavgm", "extractor.rounds=3"));
        var steps = _jobs.Where(job => job.Kind == MomentumAverageParameters.Kind).ToArray();
        Assert.Equal(6, steps.Length);
        Assert.All(steps[..2], job => Assert.Equal(1 + 3, job.Inputs.Length));
        Assert.All(steps[2..], job => Assert.Equal(1 + 3 + 1, job.Inputs.Length));
    }

    /// <summary>Karimireddy et al.: c and c_i go on from round to round, and each update carries the change of c_i.</summary>
    [Fact]
    public void Scaffolds_control_variates_go_on_from_the_round_before()
    {
        var plan = DeviceSpec.PlanOf("extractor.algorithm=scaffold", "extractor.momentum=0", "extractor.rounds=3", "extractor.absent.2=[1]");
        var outcome = Run(plan);
        var rounds = _jobs.Where(job => job.Kind == ScaffoldParameters.Kind).ToArray();
        Assert.Equal([3, 3, 3, 5, 5, 5, 5, 5], rounds.Select(job => job.Inputs.Length));
        var server = _jobs.Where(job => job.Kind == ScaffoldServerParameters.Kind).ToArray();
        Assert.Equal([3, 3, 4], server.Select(job => job.Inputs.Length));
        Assert.All(server, job => Assert.Equal(3, LearningJob.Parameters<ScaffoldServerParameters>(job).Clients));

        var parameters = LearningCost.Parameters(plan.Model.Spec, ModelPart.Extractor, 0) + LearningCost.Parameters(plan.Model.Spec, ModelPart.Expert, 0);
        var update = outcome.Report.Ledger.Single(entry => entry is { From: "client-0", Kind: nameof(RoundUpdate), Stage: Stages.Extractor });
        Assert.InRange(update.Sent / update.Messages, 2 * 4 * parameters, (2 * 4 * parameters) + 10_000);
    }

    [Theory]
    [InlineData("fedce")]
    [InlineData("fedsc")]
    public void Local_norms_are_put_into_whatever_model_comes(string method)
    {
        var outcome = Run(DeviceSpec.PlanOf("model.norm=batch-local", "extractor.rounds=2", $"extractor.method={method}", "fedsc.dimension=8"));
        var merged = _jobs.Where(job => job.Kind == OwnNormsParameters.Kind).ToArray();

        // Three clients, each at round 2 and at the end.
        Assert.Equal(6, merged.Length);
        Assert.Equal(3, merged[3..].Select(job => job.Inputs[1]).Distinct().Count());
        Assert.Equal(3, _jobs.Where(job => job.Kind == LatentsParameters.Kind).Select(job => job.Inputs[0]).Distinct().Count());
        Assert.Contains("extractor-00002", outcome.Models.Select(model => model.Name));
        Assert.All(outcome.Report.Rounds.Where(round => round.Stage == Stages.Extractor && method == "fedce"), round => Assert.Null(round.Accuracy));
    }

    [Fact]
    public void Only_FedProx_pulls_clients_back()
    {
        Run(DeviceSpec.PlanOf("extractor.rounds=1", "extractor.proximal=0.5"));
        Run(DeviceSpec.PlanOf("extractor.rounds=1", "extractor.proximal=0.5", "extractor.algorithm=fedprox"));
        var pulls = _jobs.Where(job => job.Kind == FedCeParameters.Kind).Select(job => LearningJob.Parameters<FedCeParameters>(job).Proximal);
        Assert.Equal([0, 0, 0, 0.5, 0.5, 0.5], pulls);
    }

    /// <summary>FedProx with mu 0 asks for the very jobs of FedAvg, and so for its bits.</summary>
    [Fact]
    public void FedProx_without_a_pull_runs_the_jobs_of_FedAvg()
    {
        Run(DeviceSpec.PlanOf("extractor.rounds=2"));
        var average = Stage1();
        _jobs.Clear();
        Run(DeviceSpec.PlanOf("extractor.rounds=2", "extractor.algorithm=fedprox", "extractor.proximal=0"));
        Assert.Equal(average, Stage1());
        Assert.Equal(2 * (3 + 2), average.Length);

        (string, string, ulong, string)[] Stage1() =>
        [
            .. _jobs.Where(job => job.Kind is "fedce" or "average").Take(2 * (3 + 2))
                .Select(job => (job.Kind, job.Parameters, job.Seed, string.Join(' ', job.Inputs.Select(input => input.Hash.Hex)))),
        ];
    }

    /// <summary>0.08 (1 + cos(pi (t - 1) / 4)) / 2: the cosine of 0, 45, 90 and 135 degrees.</summary>
    [Fact]
    public void The_learning_rate_falls_along_a_cosine_over_the_rounds()
    {
        Run(DeviceSpec.PlanOf("extractor.rounds=4", "extractor.learning-rate=0.08"));
        var rates = _jobs.Where(job => job.Kind == FedCeParameters.Kind).Select(job => LearningJob.Parameters<FedCeParameters>(job).LearningRate).Chunk(3).ToArray();
        double[] expected = [0.08, 0.068284271247, 0.04, 0.011715728753];
        Assert.Equal(4, rates.Length);
        Assert.All(expected.Zip(rates), round => Assert.All(round.Second, rate => Assert.Equal(round.First, rate, 1e-11)));
    }

    /// <summary>max(1, round(0.7 n)): 7, 3.5, 2.1, 1.4 and 0.7.</summary>
    [Theory]
    [InlineData(10, 7)]
    [InlineData(5, 4)]
    [InlineData(3, 2)]
    [InlineData(2, 1)]
    [InlineData(1, 1)]
    public void Seven_tenths_of_the_clients_train_the_gate_in_each_round(int clients, int drawn)
    {
        var report = Run(DeviceSpec.PlanOf($"experiment.clients={clients}", "gate.rounds=3", "extractor.rounds=1")).Report;
        Assert.Equal([drawn, drawn, drawn], report.Rounds.Where(round => round.Stage == Stages.Gate).Select(round => round.Participants));
    }

    /// <summary>Of 40 rounds a client is in 28 in the mean, with a deviation of sqrt(40 * 0.7 * 0.3) = 2.9.</summary>
    [Fact]
    public void Who_trains_the_gate_is_drawn_anew_in_each_round()
    {
        Run(DeviceSpec.PlanOf("experiment.clients=10", "gate.rounds=40", "extractor.rounds=1"));
        var rounds = _jobs.Where(job => job.Kind == GateParameters.Kind).Select(job => job.Inputs[1].Hash.Hex).Chunk(7).ToArray();
        Assert.Equal(40, rounds.Length);
        var times = rounds.SelectMany(round => round).GroupBy(latents => latents).Select(client => client.Count()).ToArray();
        Assert.Equal(10, times.Length);
        Assert.All(times, count => Assert.InRange(count, 28 - 12, 28 + 12));
        Assert.True(rounds.Select(round => string.Join(' ', round.Order(StringComparer.Ordinal))).Distinct().Count() > 20, "The same clients are drawn again and again.");
    }

    /// <summary>What an expert would be fine-tuned from is the expert, and no job trains one.</summary>
    [Theory]
    [InlineData("shared", 1)]
    [InlineData("personal", 3)]
    public void A_predictor_that_is_reused_is_the_expert(string head, int experts)
    {
        Run(DeviceSpec.PlanOf($"extractor.head={head}", "extractor.rounds=2"));
        var predictors = _jobs.Where(job => job.Kind == ExpertParameters.Kind).Select(job => job.Inputs[0].Hash.Hex).Distinct().Order(StringComparer.Ordinal).ToArray();
        Assert.Equal(experts, predictors.Length);

        _jobs.Clear();
        Run(DeviceSpec.PlanOf($"extractor.head={head}", "extractor.rounds=2", "expert.start=reuse"));
        Assert.DoesNotContain(_jobs, job => job.Kind == ExpertParameters.Kind);
        Assert.Equal(predictors, _jobs.Where(job => job.Kind == ExpertLogitsParameters.Kind).Select(job => job.Inputs[0].Hash.Hex).Distinct().Order(StringComparer.Ordinal));
    }

    /// <summary>Which classes macro-F1 is the mean over is told to the job that scores, and changes no key where it is not.</summary>
    [Fact]
    public void Macro_f1_over_all_classes_is_asked_of_the_job_that_scores()
    {
        Run(DeviceSpec.PlanOf("extractor.rounds=1"));
        Assert.All(_jobs.Where(job => job.Kind == ScoreParameters.Kind), job => Assert.Equal("""{"Clients":3}""", job.Parameters));
        _jobs.Clear();
        Run(DeviceSpec.PlanOf("extractor.rounds=1", "evaluation.macro-f1=all"));
        Assert.Contains(_jobs, job => job.Kind == ScoreParameters.Kind);
        Assert.All(_jobs.Where(job => job.Kind == ScoreParameters.Kind), job => Assert.Equal(ClassesOfF1.All, LearningJob.Parameters<ScoreParameters>(job).F1));
    }

    [Fact]
    public void A_fixed_dominant_part_makes_shards_larger_and_every_sample_is_answered()
    {
        var plan = DeviceSpec.PlanOf("data.partition=non-iid", "data.tau=0.5", "data.count-rule=dominant-fixed", "inference.gates=[rangate]", "inference.test-partitions=[same, iid]");
        Run(plan);
        Assert.Equal((15, 6, 4), (plan.Deal.Rows(0), plan.Deal.TestRows(0, Settings.TestPartition.Same), plan.Deal.TestRows(0, Settings.TestPartition.Iid)));
        Assert.Equal([4, 6], _jobs.Where(job => job.Kind == AnswerParameters.Kind)
            .Select(job => LearningJob.Parameters<AnswerParameters>(job).Answered.Length).Distinct().Order());
    }

    [Fact]
    public void Each_gate_asks_as_many_experts_as_it_can_where_k_is_above_1()
    {
        var report = Run(DeviceSpec.PlanOf("inference.k=2", "inference.gates=[fedgate, localgate]")).Report;
        var slots = _jobs.Where(job => job.Kind == AnswerParameters.Kind).Select(job => LearningJob.Parameters<AnswerParameters>(job).Answered.Length);
        Assert.Equal([4, 4, 4, 8, 8, 8], slots.Order());
        Assert.Equal(0, report.Passes.Single(pass => pass.Gate == "localgate").BytesPerSample);
    }

    [Fact]
    public void A_gate_on_held_out_samples_is_told_which_ones_its_clients_expert_held_out_and_is_charged_for_them_alone()
    {
        var plan = DeviceSpec.PlanOf("gate.data=holdout", "expert.holdout=0.2", "gate.rounds=1", "gate.participation=1", "gate.epochs=5");
        Run(plan);
        var experts = _jobs.Where(job => job.Kind == ExpertParameters.Kind).ToDictionary(job => job.Inputs[2], job => job.Seed);
        var gates = _jobs.Where(job => job.Kind == GateParameters.Kind).ToArray();
        Assert.Equal(3, gates.Length);
        Assert.All(gates, job =>
        {
            var settings = LearningJob.Parameters<GateParameters>(job);
            Assert.Equal((0.2, experts[job.Inputs[2]]), (settings.Holdout, settings.HoldoutSeed));
        });

        // Three passes, five epochs, two of ten rows, two FLOP a weight of three experts.
        Assert.Equal(3 * 5 * 2 * 2.0 * 128 * 3, new Charges(plan).Gate(plan.Deal.Rows(0), 3));
    }

    [Fact]
    public void A_gate_that_learns_its_noise_travels_with_it_and_is_charged_for_it()
    {
        var plain = DeviceSpec.PlanOf("gate.rounds=1");
        var noisy = DeviceSpec.PlanOf("gate.rounds=1", "gate.noise-form=shazeer");
        foreach (var kind in new[] { nameof(TrainRound), nameof(RoundUpdate), nameof(PublishModel) })
        {
            long Sent(Plan plan) => Run(plan).Report.Ledger.First(entry => entry.Stage == Stages.Gate && entry.Kind == kind).Sent;
            Assert.InRange(Sent(noisy) - Sent(plain), 4 * 3 * 128, (4 * 3 * 128) + 100);
        }

        Assert.Equal(2 * new Charges(plain).Gate(5, 3), new Charges(noisy).Gate(5, 3));
        Assert.Equal(plain.Model.Initial(ModelPart.Gate, plain.Seeds).Seed, noisy.Model.Initial(ModelPart.Gate, noisy.Seeds).Seed);
        Assert.Equal(InitParameters.Kind, noisy.Model.Initial(ModelPart.Extractor, noisy.Seeds).Kind);
    }

    private Outcome Run(Plan plan)
    {
        var executor = new RehearsalExecutor(LearningFunctions.All(new DataCatalog(null)), job =>
        {
            _jobs.Add(job);
            return null;
        });
        return new Experiment(plan, executor, _ => { }).Run(CancellationToken.None);
    }
}
