using System.Collections.Immutable;
using NMoE.Cli.Fuzzing;
using NMoE.Federation.Configuration;
using NMoE.Federation.Fuzzing;
using NMoE.Simulation.Time;

namespace NMoE.Cli.Tests.Fuzzing;

public sealed class ReplayTests
{
    /// <summary>A shell once took the brackets for a pattern, and the space for the end of a word.</summary>
    [Fact]
    public void The_command_that_replays_a_seed_can_be_pasted_into_a_shell()
    {
        var drawn = new CaseDrawing(ExperimentReader.Read("x.conf", [], _ => "seed = 1").Settings).Of(3);
        var broken = new FuzzResult(drawn, new Violation("run-ends", "it did not", VirtualTime.Zero), null, null, "", 1, VirtualTime.Zero);
        var found = new CampaignResult(1, 0, 1, TimeSpan.Zero, [(broken, broken)], ImmutableSortedDictionary<string, long>.Empty, new Coverage());
        Assert.Contains(
            "  replay: nmoe fuzz 'it'\\''s mine.conf' --set seed=2 --set 'inference.gates=[rangate, fedgate]' --seed 3",
            new FuzzReport("it's mine.conf", ["seed=2", "inference.gates=[rangate, fedgate]"]).Failures(found));
    }
}
