using NMoE.Compute.Execution;
using NMoE.Federation.Experiments;
using NMoE.Federation.Records;
using NMoE.Federation.Tests.Devices;
using NMoE.Learning.Data;
using NMoE.Learning.Registry;

namespace NMoE.Federation.Tests.Experiments;

/// <summary>The local ratio of whole experiments; RanGate's choices are drawn in a rehearsal as in a run.</summary>
public sealed class RatioSpecs
{
    private const int Clients = 5;
    private const int Rows = 400;

    [Fact]
    public void RanGate_keeps_one_nth_at_home_within_four_binomial_errors()
    {
        const double home = 1.0 / Clients;
        Assert.Equal(home, Pass().LocalRatio!.Value, 4 * Math.Sqrt(home * (1 - home) / (Clients * Rows)));
    }

    /// <summary>Client 1 answers nobody: its rows are answered by the clients that asked, and stay rows that were meant for it.</summary>
    [Fact]
    public void It_counts_who_was_chosen_and_not_who_answered_in_their_place()
    {
        var (whole, degraded) = (Pass(), Pass("faults.rules=[\"drop 100 % of ExpertOutputs from client-1\"]"));
        Assert.Equal(0, whole.Degraded);
        Assert.InRange(degraded.Degraded, 0.1, 0.3);
        Assert.True(degraded.Routing[0][0] > whole.Routing[0][0] + 0.1, "Nobody took client 1's place.");
        Assert.Equal(whole.LocalRatio, degraded.LocalRatio);
    }

    private static PassRecord Pass(params string[] sets)
    {
        var executor = new RehearsalExecutor(LearningFunctions.All(new DataCatalog(null)), _ => null);
        var plan = DeviceSpec.PlanOf([$"experiment.clients={Clients}", $"data.test-per-client={Rows}", "inference.gates=[rangate]", "extractor.rounds=1", .. sets]);
        return new Experiment(plan, executor, _ => { }).Run(CancellationToken.None).Report.Passes.Single(pass => pass.Gate == "rangate");
    }
}
