using System.Collections.Immutable;
using NMoE.Federation.Roles;
using NMoE.Federation.Settings;

namespace NMoE.Federation.Configuration;

/// <summary>Deadlines that cannot be met, whatever happens: all of them at once, before anything runs. What comes of it the rehearsal says.</summary>
internal static class DeadlineCheck
{
    private const double MostSeconds = 1e10;
    private const string Remedy = "Write longer ones, a faster channel or device, or a smaller model";

    /// <param name="plan">The experiment.</param>
    /// <param name="values">Where its keys were written.</param>
    /// <returns>A sentence each, with sizes, rates and times.</returns>
    /// <exception cref="ConfigurationException">Something takes longer than a run can.</exception>
    public static ImmutableArray<string> Run(Plan plan, Values values)
    {
        var (settings, least) = (plan.Settings, new LeastTimes(plan));
        ImmutableArray<Limit> limits =
        [
            new(KeyPath.Of(all => all.Extractor.Deadline), plan.Pipeline.Deadlines.Extractor, "a client's part of a round of stage 1", least.Round),
            new(KeyPath.Of(all => all.Expert.Deadline), plan.Pipeline.Deadlines.Expert, "a client's expert", least.Expert),
            .. plan.Pipeline.TrainsGate
                ?
                [
                    new Limit(KeyPath.Of(all => all.Gate.Deadline), plan.Pipeline.Deadlines.Sharing, "the sharing of latents", least.Sharing),
                    new Limit(KeyPath.Of(all => all.Gate.Deadline), plan.Pipeline.Deadlines.Gate, "a client's part of a round of stage 3", least.GateRound),
                ]
                : ImmutableArray<Limit>.Empty,
            .. plan.Pipeline.Rings.Select(ring => new Limit(ring.DeadlineKey, plan.Pipeline.Deadlines.Turns[ring.Stage], "a client's turn", least.Turn(ring))),
            .. plan.Pipeline.Places > 1 ? [new Limit(KeyPath.Of(all => all.Aggregator.CheckpointDeadline), settings.Aggregator.CheckpointDeadline, "a checkpoint", least.Checkpoint)] : ImmutableArray<Limit>.Empty,
            new(KeyPath.Of(all => all.Inference.Deadline), settings.Inference.Deadline, "a request", least.Request),
        ];
        if (limits.FirstOrDefault(limit => limit.Least.Seconds is > MostSeconds and < double.PositiveInfinity) is { } endless)
        {
            throw new ConfigurationException(
                values.Origin(endless.Key), endless.Key,
                FormattableString.Invariant($"{endless.What} takes more than {MostSeconds:0} s of virtual time: {endless.Least.Because}"), Remedy);
        }

        return [.. limits.Where(limit => limit.Least.Seconds > limit.Deadline.TotalSeconds).Select(Sentence)];
    }

    private static string Sentence(Limit limit) => FormattableString.Invariant(
        $"{limit.Key} is {LeastTimes.Words(limit.Deadline.TotalSeconds)}, and {limit.What} takes {LeastTimes.Words(limit.Least.Seconds)} at the least: {limit.Least.Because}.");

    private sealed record Limit(string Key, TimeSpan Deadline, string What, LeastTime Least);
}
