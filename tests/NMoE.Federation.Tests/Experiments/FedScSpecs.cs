using NMoE.Compute.Blobs;
using NMoE.Compute.Execution;
using NMoE.Compute.Jobs;
using NMoE.Federation.Experiments;
using NMoE.Federation.Protocol;
using NMoE.Federation.Records;
using NMoE.Federation.Roles;
using NMoE.Federation.Tests.Devices;
using NMoE.Learning.Data;
using NMoE.Learning.Jobs;
using NMoE.Learning.Privacy;
using NMoE.Learning.Registry;
using NMoE.Learning.SelfSupervised;

namespace NMoE.Federation.Tests.Experiments;

/// <summary>Whole experiments of three clients in which stage 1 is FedSC, with made-up results.</summary>
public sealed class FedScSpecs
{
    private readonly List<Job> _jobs = [];

    [Fact]
    public void A_round_is_two_exchanges_with_matrices_of_d_squared_numbers()
    {
        var ledger = Run("extractor.rounds=2").Ledger;
        foreach (var kind in new[] { nameof(Correlated), nameof(TrainAgainst) })
        {
            var sent = ledger.Where(entry => entry.Kind == kind).ToArray();
            Assert.Equal(2 * 3, sent.Sum(entry => entry.Messages));
            Assert.InRange(sent.Sum(entry => entry.Sent) / 6, 4 * 64 * 64, (4 * 64 * 64) + 300);
        }

        Assert.Equal(2 * 3, ledger.Where(entry => entry.Kind == nameof(Correlate)).Sum(entry => entry.Messages));
        Assert.DoesNotContain(ledger, entry => entry is { Kind: nameof(TrainRound), Stage: Stages.Extractor });
    }

    [Fact]
    public void Each_client_trains_from_the_rounds_model_against_the_others_matrices_and_not_its_own()
    {
        Run("extractor.rounds=1");
        var matrices = Jobs(CorrelationParameters.Kind);
        var sums = Jobs(ExternalParameters.Kind);
        Assert.Equal((3, 3), (matrices.Length, sums.Length));
        Assert.All(sums, job => Assert.Equal<double>([1 / 3.0, 1 / 3.0], LearningJob.Parameters<ExternalParameters>(job).Weights));
        Assert.Equal(6, sums.Select(job => job.Inputs).SelectMany(inputs => inputs).Count());
        Assert.Equal(3, sums.SelectMany(job => job.Inputs).Distinct().Count());
        Assert.All(Jobs(FedScParameters.Kind), job =>
        {
            Assert.Equal(4, job.Inputs.Length);
            Assert.Equal<BlobRef>(matrices[0].Inputs[..2], job.Inputs[..2]);
            Assert.Equal((1 / 3.0, 1.0), (LearningJob.Parameters<FedScParameters>(job).SelfWeight, LearningJob.Parameters<FedScParameters>(job).ExternalScale));
        });
    }

    /// <summary>From 1 to 0.2 over five rounds; what is left of 1, over the others' share of all data, 2/3: their sum weighs 1 - a in all.</summary>
    [Fact]
    public void The_linear_self_weight_falls_to_a_fifth_and_the_others_get_the_rest()
    {
        Run("extractor.rounds=5", "fedsc.self-weight=linear");
        var rounds = Jobs(FedScParameters.Kind).Select(LearningJob.Parameters<FedScParameters>).Chunk(3).ToArray();
        double[] own = [1, 0.8, 0.6, 0.4, 0.2], others = [0, 0.3, 0.6, 0.9, 1.2];
        Assert.Equal(5, rounds.Length);
        for (var round = 0; round < 5; round++)
        {
            Assert.All(rounds[round], job => Assert.Equal(own[round], job.SelfWeight, 1e-12));
            Assert.All(rounds[round], job => Assert.Equal(others[round], job.ExternalScale, 1e-12));
        }
    }

    [Theory]
    [InlineData("keep", 2)]
    [InlineData("drop", 1)]
    public void A_missing_clients_last_matrix_is_used_again_or_left_out(string stale, int others)
    {
        Run("extractor.rounds=2", "extractor.absent.2=[1]", $"fedsc.stale={stale}");
        Assert.All(Jobs(ExternalParameters.Kind)[3..], job => Assert.Equal(others, job.Inputs.Length));

        // Three clients with as many pictures each: the others count two thirds together, however many of them are there.
        Assert.All(Jobs(ExternalParameters.Kind), job => Assert.Equal(2 / 3.0, LearningJob.Parameters<ExternalParameters>(job).Weights.Sum(), 1e-12));
    }

    [Fact]
    public void Every_so_many_rounds_and_the_last_are_scored_by_a_linear_probe_on_the_clients_own_latents()
    {
        var report = Run("extractor.rounds=5", "evaluation.every-rounds=2");
        Assert.All(Jobs(LinearProbeParameters.Kind), probe => Assert.Equal(2 * (3 + 3), probe.Inputs.Length));
        Assert.Equal([false, true, false, true, true], report.Rounds.Where(round => round.Stage == Stages.Extractor).Select(round => round.Accuracy.HasValue));
    }

    [Fact]
    public void One_client_alone_trains_against_nothing()
    {
        Run("experiment.clients=1", "extractor.rounds=2", "inference.gates=[localgate]");
        Assert.Empty(Jobs(ExternalParameters.Kind));
        Assert.All(Jobs(FedScParameters.Kind), job => Assert.Equal(1, LearningJob.Parameters<FedScParameters>(job).SelfWeight));
    }

    [Fact]
    public void A_budget_for_the_whole_run_is_spent_by_its_last_round_and_not_exceeded()
    {
        var report = Run("extractor.rounds=5", "fedsc.privacy=budget", "fedsc.epsilon=8");
        Assert.Equal([0, 1, 2], report.Privacy.Select(record => record.Client));
        Assert.All(report.Privacy, record =>
        {
            Assert.Equal(5, record.Releases);
            Assert.InRange(record.Epsilon!.Value, 7.999, 8);
        });
        Assert.Equal(15, Jobs(ReleaseParameters.Kind).Length);
    }

    [Fact]
    public void A_client_pays_only_for_the_rounds_in_which_it_released()
    {
        var report = Run("extractor.rounds=4", "extractor.absent.2=[1]", "extractor.absent.3=[1]", "fedsc.privacy=noise", "fedsc.sigma=1", "fedsc.cap=1");
        Assert.Equal([4, 2, 4], report.Privacy.Select(record => record.Releases));

        // n = 10: sensitivity sqrt(2)/10.
        var scale = 1 / (Math.Sqrt(2) / 10);
        Assert.Equal(GaussianMechanism.Epsilon(1e-5, scale / Math.Sqrt(2)), report.Privacy[1].Epsilon!.Value, 1e-5);
        Assert.Equal(GaussianMechanism.Epsilon(1e-5, scale / 2), report.Privacy[0].Epsilon!.Value, 1e-5);
    }

    /// <summary>n = 10, cap 1: the scale of one release is sigma 10 / sqrt(2). Of six digits to the nearest about half would lie below what was paid.</summary>
    [Theory]
    [InlineData("0.3")]
    [InlineData("0.4")]
    [InlineData("0.5")]
    [InlineData("0.6")]
    [InlineData("0.7")]
    [InlineData("0.8")]
    public void A_reported_epsilon_is_rounded_up_because_it_is_a_bound(string sigma)
    {
        var report = Run("extractor.rounds=1", "fedsc.privacy=noise", $"fedsc.sigma={sigma}", "fedsc.cap=1");
        var paid = GaussianMechanism.Epsilon(1e-5, double.Parse(sigma, System.Globalization.CultureInfo.InvariantCulture) * 10 / Math.Sqrt(2));
        Assert.All(report.Privacy, record => Assert.InRange(record.Epsilon!.Value, paid, paid * (1 + 1e-5)));
    }

    [Fact]
    public void Without_noise_the_report_says_that_there_is_no_privacy() =>
        Assert.All(Run("extractor.rounds=2").Privacy, record => Assert.Equal(new PrivacyRecord(record.Client, 2, null, null, null), record));

    [Fact]
    public void A_private_release_names_its_clients_secret_and_can_be_rehearsed_without_one()
    {
        string[] sets = ["extractor.rounds=2", "fedsc.privacy=noise", "fedsc.secret=private"];
        Run(sets);
        var rehearsed = Jobs(ReleaseParameters.Kind);
        Assert.All(rehearsed, job => Assert.Equal(NoiseKey.Private, LearningJob.Parameters<ReleaseParameters>(job).Key));

        _jobs.Clear();
        var master = new NoiseSecret([.. Enumerable.Range(0, NoiseSecret.Size).Select(i => (byte)i)]);
        Run(plan => plan with { Seeds = plan.Seeds with { Secret = master } }, sets);
        var named = Jobs(ReleaseParameters.Kind);
        Assert.Equal(6, named.Length);
        Assert.Equal(Enumerable.Range(0, 3).Select(client => master.Of(client).KeyId).Order(), named.Select(job => job.Seed).Distinct().Order());
        Assert.Empty(named.Select(job => job.Seed).Intersect(rehearsed.Select(job => job.Seed)));
    }

    [Fact]
    public void A_release_from_the_seed_is_the_job_that_it_was()
    {
        Run("extractor.rounds=1", "fedsc.privacy=noise");
        Assert.All(Jobs(ReleaseParameters.Kind), job => Assert.Equal("""{"Sigma":0.00104}""", job.Parameters));
        Assert.Equal(
            Enumerable.Range(0, 3).Select(client => DeviceSpec.PlanOf().Seeds.Key("release-secret", client)).Order(), Jobs(ReleaseParameters.Kind).Select(job => job.Seed).Order());
    }

    [Fact]
    public void Sharing_pictures_and_noise_are_refused_together() => Assert.Contains(
        "pay for the releases of all of them",
        Configuration.Experiments.Refuse("data.allow-overlap = on\nextractor.method = fedsc\nfedsc.privacy = budget").Message, StringComparison.Ordinal);

    private Job[] Jobs(string kind) => [.. _jobs.Where(job => job.Kind == kind)];

    private RunReport Run(params string[] sets) => Run(plan => plan, sets);

    private RunReport Run(Func<Plan, Plan> with, string[] sets)
    {
        var plan = with(DeviceSpec.PlanOf(["extractor.method=fedsc", "fedsc.dimension=64", .. sets]));
        var executor = new RehearsalExecutor(LearningFunctions.All(new DataCatalog(null)), job =>
        {
            _jobs.Add(job);
            return null;
        });
        return new Experiment(plan, executor, _ => { }).Run(CancellationToken.None).Report;
    }
}
