using System.Collections.Immutable;
using NMoE.Chance;
using NMoE.Compute.Jobs;
using NMoE.Federation.Aggregator;
using NMoE.Federation.Protocol;
using NMoE.Federation.Roles;
using NMoE.Federation.Settings;
using NMoE.Federation.Topologies;
using NMoE.Learning.Jobs;
using NMoE.Simulation.Network;

namespace NMoE.Federation.Fuzzing.Invariants;

/// <summary>
/// A round in step is of at least a quorum of updates of that round, of those that the round began with and waited for at the least; and an update weighs as its samples and its age
/// say.
/// </summary>
internal sealed class RoundsHaveAQuorum(ExtractorSection extractor, GateSection gate, Deal deal, GateRules rules, Sites sites, ImmutableArray<string> overSites, double siteQuorum) : IInvariant
{
    private const double Rounding = 1e-12;
    private readonly Aggregates _aggregates = new();
    private readonly SortedDictionary<DeviceId, (string Stage, int Round, int Pool)> _rounds = [];

    private CohortSection Cohort => extractor.Cohort;

    public string Name => "rounds-have-a-quorum";

    public string? See(Happening happening)
    {
        if (happening is not RoleDecided { After: AggregatorState { Durable: var durable } } decided)
        {
            return null;
        }

        _aggregates.Note(decided.Message);
        if (!_rounds.TryGetValue(decided.Device, out var known) || (known.Stage, known.Round) != (durable.Stage, durable.Round))
        {
            _rounds[decided.Device] = known = (durable.Stage, durable.Round, Pool(decided.Device, durable));
        }

        return decided.Effects.OfType<Roles.Compute>()
            .Where(compute => _aggregates.IsOfUpdates(compute.Job))
            .Select(compute => Quorum(decided.Device, durable, known.Pool, compute.Job) ?? Weights(durable, compute.Job))
            .FirstOrDefault(wrong => wrong is not null);
    }

    private int Pool(DeviceId server, AggregatorDurable durable)
    {
        ImmutableSortedSet<int> clients = [.. durable.Stage == Stages.Gate ? durable.Ready.Where(client => rules.Rows(deal.Rows(client)) > 0) : durable.Joined.Keys];
        return durable.Heard(IsOverSites(server, durable) ? sites.Edges.Where(edge => sites.Clients(edge.Site).Any(clients.Contains)).Select(edge => edge.Number) : clients).Count;
    }

    /// <summary>Whether the updates of a round are those of edge servers.</summary>
    private bool IsOverSites(DeviceId server, AggregatorDurable durable) => !server.IsEdge && overSites.Contains(durable.Stage);

    private string? Quorum(DeviceId server, AggregatorDurable durable, int pool, Job job)
    {
        if (job.Kind == BufferedStepParameters.Kind)
        {
            return null;
        }

        var (quorum, target) = IsOverSites(server, durable) ? (siteQuorum, pool)
            : durable.Stage == Stages.Extractor
            ? (extractor.Quorum, Math.Min(Cohort.Target(pool), Cohort.Invited(pool)))
            : (gate.Quorum, Math.Min(pool, Math.Max(1, Halves.Round(gate.Invited * (server.IsEdge ? durable.Joined.Count : deal.Learners.Length)))));
        var needed = Math.Max(1, (int)Math.Ceiling(quorum * target));
        var came = job.Inputs.Count(input => _aggregates.Update(input)?.Round == durable.Round);
        return came >= needed ? null : FormattableString.Invariant(
            $"round {durable.Round} of stage '{durable.Stage}' is made of {came} updates of it, of {needed} needed");
    }

    private string? Weights(AggregatorDurable durable, Job job)
    {
        var weights = job.Kind == AverageParameters.Kind ? LearningJob.Parameters<AverageParameters>(job).Weights
            : job.Kind == MomentumAverageParameters.Kind ? LearningJob.Parameters<MomentumAverageParameters>(job).Weights
            : job.Kind == BufferedStepParameters.Kind ? LearningJob.Parameters<BufferedStepParameters>(job).Weights
            : job.Kind == GateRowsAverageParameters.Kind ? LearningJob.Parameters<GateRowsAverageParameters>(job).Weights
            : job.Kind == DiscriminantParameters.Kind ? LearningJob.Parameters<DiscriminantParameters>(job).Weights
            : [];
        if (weights.IsEmpty)
        {
            return null;
        }

        var stage = durable.Stage;
        var updates = job.Inputs.Select(input => _aggregates.Update(input)).OfType<ReceivedUpdate>().Where(update => update.Stage == stage).ToArray();

        var samples = updates.Select(update => (double)(!update.Sites.IsEmpty ? update.Samples : stage == Stages.Gate ? rules.Rows(deal.Rows(update.Client)) : deal.Rows(update.Client))).ToArray();
        var expected = updates.Zip(samples, (update, own) => own * Cohort.Discount(durable.Round - update.Round)).ToArray();
        var (sum, total) = job.Kind == BufferedStepParameters.Kind ? (1, samples.Sum()) : (weights.Sum(), expected.Sum());
        var right = weights.Length == updates.Length && weights.Zip(expected).All(pair => Math.Abs((pair.First / sum) - (pair.Second / total)) < Rounding);
        return right ? null : FormattableString.Invariant($"round {durable.Round} of stage '{durable.Stage}' weighs its {updates.Length} updates {string.Join(", ", weights)}");
    }
}
