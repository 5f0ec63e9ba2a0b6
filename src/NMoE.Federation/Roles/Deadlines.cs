using System.Collections.Immutable;
using NMoE.Federation.Settings;

namespace NMoE.Federation.Roles;

/// <summary>
/// How long servers and clients wait for each other: as the experiment states it, or three times what the step is forecast to take and a patience beside. A client that a message did not reach asks after a
/// patience (<c>supervision.patience</c>), and then the step takes its time: within the deadline neither a lost message nor a device that restarts costs anybody a round.
/// </summary>
/// <param name="Extractor">A round of stage 1, or each of FedSC's two exchanges; and joining.</param>
/// <param name="Expert">Stage 2; and the beginning of serving.</param>
/// <param name="Gate">A round of FedGate.</param>
/// <param name="Sharing">A client's wait for its peers' opinions. The aggregator waits twice as long for the clients.</param>
/// <param name="Turns">A turn of each ring, by its stage.</param>
public sealed record Deadlines(TimeSpan Extractor, TimeSpan Expert, TimeSpan Gate, TimeSpan Sharing, ImmutableSortedDictionary<string, TimeSpan> Turns)
{
    /// <summary>The aggregator's wait for the edge servers in a round of each stage that goes over sites: as many rounds of a site as belong to it may each take their deadline, and the models have their way there and back.</summary>
    public ImmutableSortedDictionary<string, TimeSpan> Sites { get; init; } = ImmutableSortedDictionary<string, TimeSpan>.Empty;

    /// <summary>A forecast step may take so many times as long: devices that are slowed down, links that others use too, rates below their mean.</summary>
    public const int Factor = 3;

    /// <summary>Nobody is waited for.</summary>
    internal static Deadlines None { get; } = new(TimeSpan.Zero, TimeSpan.Zero, TimeSpan.Zero, TimeSpan.Zero, ImmutableSortedDictionary<string, TimeSpan>.Empty);

    /// <summary>The longest deadline that can be stated.</summary>
    internal static readonly TimeSpan Longest = TimeSpan.FromHours(10_000);

    /// <summary>Those of an experiment.</summary>
    public static Deadlines Of(Plan plan)
    {
        ArgumentNullException.ThrowIfNull(plan);
        var (settings, forecast) = (plan.Settings, new Forecast(plan));
        var (round, gate) = (Of(settings, settings.Extractor.Deadline, forecast.Round), Of(settings, settings.Gate.Deadline, forecast.GateRound));
        return new(
            round, Of(settings, settings.Expert.Deadline, forecast.Expert),
            gate, Of(settings, settings.Gate.Deadline, forecast.Sharing),
            plan.Pipeline.Rings.ToImmutableSortedDictionary(ring => ring.Stage, ring => Of(settings, ring.Deadline(settings), forecast.Turn(ring)), StringComparer.Ordinal))
        {
            Sites = plan.Pipeline.OverSites.ToImmutableSortedDictionary(
                stage => stage,
                stage => TimeSpan.FromHours(Math.Min(
                    Longest.TotalHours, (plan.Pipeline.SiteRounds * (stage == Protocol.Stages.Gate ? gate : round).TotalHours) + Of(settings, null, forecast.BetweenSites(stage)).TotalHours)),
                StringComparer.Ordinal),
        };
    }

    private static TimeSpan Of(ExperimentSettings settings, TimeSpan? stated, TimeSpan forecast) => stated
        ?? TimeSpan.FromHours(Math.Min(Longest.TotalHours, (Factor * forecast.TotalHours) + settings.Supervision.Patience.TotalHours));
}
