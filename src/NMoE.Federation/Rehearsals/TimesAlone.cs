using NMoE.Compute.Execution;
using NMoE.Compute.Jobs;
using NMoE.Federation.Algorithms;
using NMoE.Federation.Devices;
using NMoE.Federation.Roles;
using NMoE.Simulation.Time;

namespace NMoE.Federation.Rehearsals;

/// <summary>
/// An experiment gone through for its times alone: messages, links, energy and failures are real, and of what is learned there are the sizes and how long it takes. Nothing is computed, looked up or
/// remembered. A loss that never moves would end a ring at once: it goes all laps, and an expert all epochs. Who is asked in serving is drawn (<see cref="DrawnRoutes"/>).
/// </summary>
public static class TimesAlone
{
    /// <summary>The experiment without what could be scored, and with rings that go all laps.</summary>
    public static Plan Of(Plan plan)
    {
        ArgumentNullException.ThrowIfNull(plan);
        var settings = plan.Pipeline.Rings.Aggregate(plan.Settings, (longest, ring) => ring.Longest(longest));
        var unscored = settings with { Evaluation = settings.Evaluation with { Enabled = false, Baselines = [], References = [], Targets = [] } };
        return Plans.Of(unscored, plan.Deal.Data) with { Seeds = plan.Seeds };
    }

    /// <summary>What answers its jobs.</summary>
    /// <param name="plan">The experiment.</param>
    /// <param name="functions">The kinds of jobs.</param>
    public static IExecutor Executor(Plan plan, IEnumerable<IJobFunction> functions)
    {
        ArgumentNullException.ThrowIfNull(plan);
        return new TimeAloneExecutor(functions.Select(function => function.Kind switch
        {
            DealtSizes.ShardKind => new DealtSizes(plan.Deal),
            DrawnRoutes.RouteKind => new DrawnRoutes(function, plan.Settings.Inference.RandomShares),
            _ => function,
        }));
    }

    /// <summary>Who measures sees no loss: there is none.</summary>
    internal sealed class WithoutLosses(IObserver inner) : IObserver
    {
        public void Observe(VirtualTime at, Observation observation) =>
            inner.Observe(at, observation is RoundEnded round ? round with { Loss = double.NaN } : observation);
    }
}
