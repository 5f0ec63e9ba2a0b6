using NMoE.Federation.Algorithms;
using NMoE.Federation.Roles;
using NMoE.Federation.Settings;
using NMoE.Simulation.Faults;
using NMoE.Simulation.Network;

namespace NMoE.Federation.Fuzzing;

/// <summary>Draws sites in some of the cases that can have them, and in these what befalls their edge servers. It draws from a sequence of its own: other cases are what they would be without.</summary>
/// <param name="share">The share of cases that would have them; more than a third of those cannot.</param>
/// <param name="draw">Choices.</param>
internal sealed class SitesDrawing(double share, Draw draw)
{
    private const int MostRounds = 3;

    /// <summary>The case with them. What cannot go over sites, and has a simpler form, has that.</summary>
    public ExperimentSettings In(ExperimentSettings settings)
    {
        if (share == 0 || !draw.Chance(share))
        {
            return settings;
        }

        var rate = draw.Of(20e6, 100e6, 1e9);
        var cohort = settings.Extractor.Cohort with { Late = LateUpdates.Drop, Aggregation = Aggregation.Synchronous };
        var sited = settings with
        {
            Extractor = settings.Extractor with { Cohort = cohort, Compression = new() },
            Aggregator = settings.Aggregator with { Standby = [] },
            Topology = settings.Topology with
            {
                Sites = draw.Whole(1, settings.Experiment.Clients),
                SiteRounds = draw.Whole(1, MostRounds),
                SiteQuorum = draw.Of(0.3, 0.5, 1),
                SiteLoss = draw.Of(SiteLoss.Next, SiteLoss.Wait),
                SiteUp = rate,
                SiteDown = rate,
                SiteDelay = draw.Milliseconds(0, 10, 300),
            },
        };
        return SiteConflicts.Of(sited, Objectives.Of(sited.Extractor.Method), ServerOptimisers.Of(sited.Extractor.Algorithm)) is null ? sited : settings;
    }

    /// <summary>More faults, of those that edge servers meet: most often they die.</summary>
    public FaultsSection Faults(FaultsSection faults, ExperimentSettings settings, TimeSpan length)
    {
        if (settings.Topology.Sites is not { } sites || draw.Chance(0.2))
        {
            return faults;
        }

        var schedule = faults.Schedule.ToBuilder();
        var milliseconds = (int)length.TotalMilliseconds;
        for (var left = draw.Weighed((3, 1), (1, 2)); left > 0; left--)
        {
            var verb = draw.Weighed((4, DeviceVerb.Kill), (4, DeviceVerb.Crash), (1, DeviceVerb.Slow), (1, DeviceVerb.Partition), (1, DeviceVerb.Hold));
            var lasts = verb == DeviceVerb.Kill ? TimeSpan.Zero : draw.Milliseconds(1, 1_000, 8_000, 30_000);
            var fault = new ScheduledFault(
                draw.Time(0, milliseconds), verb, new DeviceGroup([DeviceId.Edge(draw.Whole(0, sites - 1))], Everyone.Excluded),
                verb is DeviceVerb.Partition or DeviceVerb.Hold ? DeviceGroup.Any : null, verb == DeviceVerb.Slow ? 100 : 1, lasts);

            // Two cuts at a time may be equal, which a configuration refuses.
            if (fault.From is null || !schedule.Any(other => other.Verb == verb))
            {
                schedule.Add(fault);
            }
        }

        return faults with { Schedule = schedule.ToImmutable() };
    }
}
