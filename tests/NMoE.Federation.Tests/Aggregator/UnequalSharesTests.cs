using System.Collections.Immutable;
using NMoE.Compute.Blobs;
using NMoE.Compute.Jobs;
using NMoE.Federation.Aggregator;
using NMoE.Federation.Protocol;
using NMoE.Federation.Roles;
using NMoE.Federation.Tests.Devices;
using NMoE.Learning.Jobs;
using NMoE.Learning.Models;
using NMoE.Simulation.Network;

namespace NMoE.Federation.Tests.Aggregator;

/// <summary>FedSC's sums where clients have 7, 20 and 13 pictures: q = 0.175, 0.5 and 0.325.</summary>
public sealed class UnequalSharesTests
{
    private static readonly int[] Samples = [7, 20, 13];

    [Fact]
    public void Each_clients_sum_weighs_the_others_by_their_shares_of_all_data()
    {
        var weights = Weights("fedsc.external=weighted");
        Near([0.5, 0.325], weights[0]);
        Near([0.175, 0.325], weights[1]);
        Near([0.175, 0.5], weights[2]);
    }

    /// <summary>As much in all, 1 - q_i, shared out evenly: 0.825, 0.5 and 0.675 over two.</summary>
    [Fact]
    public void Unweighed_sums_share_the_same_total_out_evenly()
    {
        var weights = Weights("fedsc.external=unweighted");
        Near([0.4125, 0.4125], weights[0]);
        Near([0.25, 0.25], weights[1]);
        Near([0.3375, 0.3375], weights[2]);
    }

    [Fact]
    public void Each_client_is_told_its_own_share()
    {
        var (role, exchange) = Exchange("fedsc.external=weighted");
        var shares = exchange.Effects.OfType<Federation.Roles.Compute>().Select(job => Assert.IsType<TrainAgainst>(Assert.Single(role.Handle(
            exchange.State, new JobFinished(job.Tag, new JobResult([Matrix(9)], ImmutableSortedDictionary<string, double>.Empty, []))).Effects.OfType<Send>()).Message).Share);
        Near([0.175, 0.5, 0.325], shares);
    }

    private static double[][] Weights(string set) => [.. Exchange(set).Decision.Effects.OfType<Federation.Roles.Compute>()
        .OrderBy(job => ((ExternalTag)job.Tag).Client).Select(job => LearningJob.Parameters<ExternalParameters>(job.Job).Weights.ToArray())];

    /// <summary>The last matrix comes, and with it the second exchange.</summary>
    private static (AggregatorRole Role, Decision<AggregatorState> Decision) Exchange(string set)
    {
        var role = new AggregatorRole(DeviceSpec.PlanOf("extractor.method=fedsc", "fedsc.dimension=16", "inference.gates=[rangate]", set));
        object[] before =
        [
            Drawn(ModelPart.Extractor), Drawn(ModelPart.Projection), Drawn(ModelPart.Gate), new Delivery(DeviceId.Supervisor, new BeginTraining()),
            .. Samples.Select((samples, client) => new Delivery(DeviceId.Client(client), new Join(samples))), Correlated(0), Correlated(1),
        ];
        var state = before.Aggregate(role.Initial, (so, message) => role.Handle(so, message).State);
        return (role, role.Handle(state, Correlated(2)));
    }

    private static Delivery Correlated(int client) => new(DeviceId.Client(client), new Correlated(1, Matrix(client)));

    private static BlobRef Matrix(int digit) => new(new BlobHash(new string((char)('0' + digit), 64)), (4 * 16 * 16) + 100);

    private static JobFinished Drawn(ModelPart part) => new(
        new InitialTag(part), new JobResult([new BlobRef(new BlobHash(new string((char)('a' + part), 64)), 10)], ImmutableSortedDictionary<string, double>.Empty, []));

    private static void Near(double[] expected, IEnumerable<double> actual) =>
        Assert.All(expected.Zip(actual, (one, other) => (one, other)).Append((expected.Length, actual.Count())), pair => Assert.Equal(pair.Item1, pair.Item2, 1e-12));
}
