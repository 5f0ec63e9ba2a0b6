using System.Collections.Immutable;
using NMoE.Compute.Execution;
using NMoE.Compute.Jobs;
using NMoE.Federation.Algorithms;
using NMoE.Federation.Experiments;
using NMoE.Federation.Records;
using NMoE.Federation.Tests.Devices;
using NMoE.Learning.Data;
using NMoE.Learning.Jobs;
using NMoE.Learning.Partitions;
using NMoE.Learning.Registry;
using NMoE.Learning.SelfSupervised;

namespace NMoE.Federation.Tests.Experiments;

/// <summary>Whole experiments, with made-up results, of clients with different numbers of pictures: what each weighs, in numbers worked out by hand.</summary>
public sealed class UnequalClientSpecs
{
    private const string Once = "extractor.rounds=1 & gate.rounds=1 & gate.participation=1";
    private static readonly ImmutableSortedDictionary<string, double> Metrics =
        new[] { "accuracy", "accuracyHigh", "accuracyLow", "auc", "aucSkipped", "clientAccuracy", "clientAuc", "clientAucSkipped", "clientMacroF1", "macroF1" }
            .ToImmutableSortedDictionary(name => name, _ => 0.5, StringComparer.Ordinal);

    private readonly List<Job> _jobs = [];

    /// <summary>What an experiment of clients with 4, 20 and 12 pictures says, the kind of job, and what it weighs them.</summary>
    public static TheoryData<string, string, double[]> Weights { get; } = new()
    {
        { Once, AverageParameters.Kind, [4, 20, 12] },
        { Once + " & extractor.algorithm=fedprox", AverageParameters.Kind, [4, 20, 12] },
        { Once + " & extractor.algorithm=scaffold & extractor.momentum=0", AverageParameters.Kind, [4, 20, 12] },
        { Once + " & extractor.algorithm=fedavgm", MomentumAverageParameters.Kind, [4, 20, 12] },

        // n_i / sum n of 36, all of the same age.
        { Once + " & extractor.aggregation=buffered & extractor.buffer=3", BufferedStepParameters.Kind, [4 / 36.0, 20 / 36.0, 12 / 36.0] },

        // A quarter of each is held out, and the gate learns from that: 1, 5 and 3.
        { Once + " & gate.method=discriminant", DiscriminantParameters.Kind, [4, 20, 12] },
        { Once + " & gate.method=discriminant & gate.data=holdout & expert.holdout=0.25", DiscriminantParameters.Kind, [1, 5, 3] },
    };

    /// <summary>
    /// Two clients' matrices in the sum for the third, q_j of 4/36, 20/36 and 12/36: what is missing to 1 is q_i. One picture of a client moves its matrix by mu/n_i where it counts for nothing.
    /// </summary>
    [Fact]
    public void FedSC_weighs_matrices_by_pictures()
    {
        Run([4, 20, 12], Once + " & extractor.method=fedsc & fedsc.dimension=8");
        double[][] expected = [[20 / 36.0, 12 / 36.0], [4 / 36.0, 12 / 36.0], [4 / 36.0, 20 / 36.0]];
        Near(expected.SelectMany(own => own), Jobs<ExternalParameters>().SelectMany(job => job.Weights));
        Near([4 / 36.0, 20 / 36.0, 12 / 36.0], Jobs<FedScParameters>().Select(job => job.SelfWeight));
    }

    [Theory]
    [MemberData(nameof(Weights))]
    public void Each_client_weighs_as_many_as_it_has(string kind, string job, double[] expected)
    {
        Run([4, 20, 12], kind);
        var weights = _jobs.Where(one => one.Kind == job).Select(WeightsOf).Where(own => own.Length == 3).ToArray();
        Assert.NotEmpty(weights);
        Assert.All(weights, own => Near(expected, own));
    }

    /// <summary>The gate's average, told from stage 1's by what it has learned from: 1, 5 and 3 pictures held out.</summary>
    [Fact]
    public void The_gate_weighs_what_it_learned_from()
    {
        Run([4, 20, 12], Once + " & gate.data=holdout & expert.holdout=0.25");
        Assert.Contains(Jobs<AverageParameters>(), job => job.Weights.SequenceEqual([1.0, 5, 3]));
        Assert.Contains(Jobs<AverageParameters>(), job => job.Weights.SequenceEqual([4.0, 20, 12]));
    }

    /// <summary>A client of one picture holds none out: there is nothing that its gate could learn from, and nobody waits for it.</summary>
    [Fact]
    public void A_client_that_holds_nothing_out_is_not_asked_for_a_gate()
    {
        Run([1, 20, 12], Once + " & gate.data=holdout & expert.holdout=0.25");
        Assert.Contains(Jobs<AverageParameters>(), job => job.Weights.SequenceEqual([5.0, 3]));
        Assert.Equal(2, Jobs<GateParameters>().Count());
    }

    /// <summary>
    /// One release where a picture that counts for nothing moves a matrix of mu = 1 by 1/n. With sigma = 1 the scale sigma n is 1, 2 and 10, whose epsilons at delta = 1e-5 are known
    /// (Balle and Wang, 2018): 4.37717809568, 1.99309140442 and 0.340669364684, said in six digits and rounded up.
    /// </summary>
    [Fact]
    public void Clients_that_add_the_same_noise_pay_by_their_number_of_pictures()
    {
        var report = Run([1, 2, 10], Once + " & extractor.method=fedsc & fedsc.dimension=8 & fedsc.privacy=noise & fedsc.sigma=1 & fedsc.cap=1 & fedsc.delta=1e-5 & fedsc.neighbours=zero-out");
        Assert.All(Jobs<ReleaseParameters>(), release => Assert.Equal(1, release.Sigma));
        Assert.Equal([(0, 4.37718), (1, 1.9931), (2, 0.34067)], report.Privacy.Select(paid => (paid.Client, paid.Epsilon!.Value)));
    }

    /// <summary>A budget of epsilon 8 takes a scale of 0.600229072199, so that sigma is that over n: a tenth where there are ten times as many pictures. All pay the same.</summary>
    [Fact]
    public void A_budget_makes_more_noise_where_there_are_fewer_pictures()
    {
        var report = Run([1, 2, 10], Once + " & extractor.method=fedsc & fedsc.dimension=8 & fedsc.privacy=budget & fedsc.epsilon=8 & fedsc.cap=1 & fedsc.delta=1e-5 & fedsc.neighbours=zero-out");
        Assert.Equal([0.600229, 0.300115, 0.0600229], Jobs<ReleaseParameters>().Select(release => Math.Round(release.Sigma, release.Sigma < 0.1 ? 7 : 6)).OrderDescending());
        Assert.All(report.Privacy, paid => Assert.InRange(paid.Epsilon!.Value, 7.9999, 8));
    }

    /// <summary>Replacing a picture moves a matrix by sqrt(2) mu/n: sigma sqrt(2) as large. Four rounds take twice as much.</summary>
    [Fact]
    public void A_budget_of_more_rounds_makes_more_noise()
    {
        Run([1, 2, 10], Once.Replace("rounds=1", "rounds=4", StringComparison.Ordinal) + " & extractor.method=fedsc & fedsc.dimension=8 & fedsc.privacy=budget & fedsc.epsilon=8 & fedsc.cap=1 & fedsc.delta=1e-5");

        // 0.600229072199 x sqrt(2) x sqrt(4) / n
        Near([1.697704, 0.848852, 0.169770], Jobs<ReleaseParameters>().Select(release => Math.Round(release.Sigma, 6)).Distinct().OrderDescending());
    }

    /// <summary>
    /// Users of one and of three test pictures. FedGate is right on 1 | 0 1 1 of them and LocalGate on 0 | 1 1 0: the clients differ by 1 of 1 and by 0 of 3, r = 1/4. The residuals are 3/4 and -3/4,
    /// and with t(1) = 12.7062047 half the interval's width is 12.7062047 sqrt(2 (9/16 + 9/16)) / 4 = 4.7648268.
    /// </summary>
    [Fact]
    public void Gates_are_compared_by_each_clients_own_pictures()
    {
        var settings = DeviceSpec.PlanOf("experiment.clients=2", "inference.gates=[fedgate, localgate]", "evaluation.references=[]").Settings;
        var plan = Plans.Of(
            settings with { Data = settings.Data with { Partition = NaturalPartition.PartitionName } },
            new DataSpec("generated", GeneratedSource.Version, 1) { Users = new([5, 5], [1, 3]) });
        var scores = new Queue<ImmutableArray<int>>([[1, 0, 1, 1], [0, 1, 1, 0]]);
        var executor = new RehearsalExecutor(
            LearningFunctions.All(new DataCatalog(null)),
            job => job.Kind == ScoreParameters.Kind && scores.TryDequeue(out var right)
                ? new JobResult([], Metrics, right)
                : null);

        var compared = new Experiment(plan, executor, _ => { }).Run(CancellationToken.None).Report.Comparisons.Single(one => one.Second == "localgate");
        Assert.Equal(0.25, compared.Difference, 1e-12);
        Assert.Equal(4.7648268, compared.ClientsHalfWidth!.Value, 1e-7);
    }

    private static ImmutableArray<double> WeightsOf(Job job) =>
        job.Kind == MomentumAverageParameters.Kind ? LearningJob.Parameters<MomentumAverageParameters>(job).Weights
        : job.Kind == BufferedStepParameters.Kind ? LearningJob.Parameters<BufferedStepParameters>(job).Weights
        : job.Kind == DiscriminantParameters.Kind ? LearningJob.Parameters<DiscriminantParameters>(job).Weights
        : LearningJob.Parameters<AverageParameters>(job).Weights;

    private static void Near(IEnumerable<double> expected, IEnumerable<double> actual)
    {
        Assert.Equal(expected.Count(), actual.Count());
        Assert.All(expected.Zip(actual), pair => Assert.Equal(pair.First, pair.Second, 1e-9));
    }

    private IEnumerable<T> Jobs<T>()
        where T : IJobParameters => _jobs.Where(job => job.Kind == T.Kind).Select(LearningJob.Parameters<T>);

    private RunReport Run(int[] sizes, string kind)
    {
        var plan = DeviceSpec.PlanOf(["inference.gates=[fedgate]", .. kind.Split(" & ", StringSplitOptions.RemoveEmptyEntries)]);
        var rows = sizes.SelectMany((size, client) => Enumerable.Repeat(client, size)).Select((client, picture) => FormattableString.Invariant($"{picture},{client}"));
        var file = ClientFile.Read("who.csv", "picture,client\n" + string.Join('\n', rows), 3).Counted(new GeneratedSource(1));
        plan = Plans.Of(plan.Settings with { Data = plan.Settings.Data with { Partition = FilePartition.PartitionName, Clients = file } }, plan.Deal.Data);
        var executor = new RehearsalExecutor(LearningFunctions.All(new DataCatalog(null)), job =>
        {
            _jobs.Add(job);
            return null;
        });
        return new Experiment(plan, executor, _ => { }).Run(CancellationToken.None).Report;
    }
}
