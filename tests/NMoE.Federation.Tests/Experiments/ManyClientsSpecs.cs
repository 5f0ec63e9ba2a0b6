using System.Collections.Immutable;
using NMoE.Compute.Execution;
using NMoE.Federation.Experiments;
using NMoE.Federation.Tests.Devices;
using NMoE.Learning.Data;
using NMoE.Learning.Registry;

namespace NMoE.Federation.Tests.Experiments;

/// <summary>Whole experiments of many clients that know three others each and of which one in a hundred takes part in a round; made-up results.</summary>
public sealed class ManyClientsSpecs
{
    private const int Peers = 3;
    private const int Rounds = 4;
    private const int GateRounds = 5;

    /// <summary>Favourites of the gate ask so many clients.</summary>
    private const int Asked = 256;

    [Theory]
    [InlineData(300)]
    [InlineData(600)]
    public void Jobs_are_in_proportion_to_the_clients_their_peers_and_who_takes_part(int clients)
    {
        var executor = new RehearsalExecutor(LearningFunctions.All(new DataCatalog(null)), _ => null);
        new Experiment(
            DeviceSpec.PlanOf(
                $"experiment.clients={clients}", "topology.peers=random", $"topology.count={Peers}", $"extractor.rounds={Rounds}", "extractor.participation=0.01", $"gate.rounds={GateRounds}",
                "gate.participation=0.01", "inference.gates=[fedgate]", "inference.test-partitions=[iid]", "evaluation.every-rounds=2", "data.allow-overlap=on"),
            executor, _ => { }).Run(CancellationToken.None);

        var cohort = clients / 100;
        var expected = new SortedDictionary<string, int>(StringComparer.Ordinal)
        {
            ["init"] = 3,
            ["shard"] = 2 * clients,
            ["labels"] = 2 * clients,
            ["fedce"] = Rounds * cohort,
            ["average"] = 2 * Rounds,
            ["model-score"] = Rounds / 2,
            ["expert"] = clients,
            ["latents"] = 2 * clients,
            // Of training latents for the gate, and of test latents for what it is compared with and in serving.
            ["expert-logits"] = 2 * clients * (Peers + 1),
            ["expert-hits"] = clients,
            ["fedgate"] = GateRounds * cohort,
            ["average-gate-rows"] = GateRounds,
            ["route"] = clients + (GateRounds * Asked),
            ["answer"] = clients,
            ["score"] = 1,
        };
        Assert.Equal(expected, executor.Counts.RunByKind.ToImmutableSortedDictionary(StringComparer.Ordinal));
    }
}
