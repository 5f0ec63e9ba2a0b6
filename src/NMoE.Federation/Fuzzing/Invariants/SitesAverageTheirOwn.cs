using System.Collections.Immutable;
using NMoE.Compute.Blobs;
using NMoE.Federation.Aggregator;
using NMoE.Federation.Protocol;
using NMoE.Federation.Roles;
using NMoE.Federation.Settings;
using NMoE.Simulation.Network;

namespace NMoE.Federation.Fuzzing.Invariants;

/// <summary>
/// An edge server begins with the model that the aggregator sent for the round and trains with clients of the sites that it was given alone; each of its rounds starts from what the one before ended with, and what it
/// sends on is what the last of them left, of as many samples as the clients have whose updates are in it. No site is given to two edge servers at a time, and none to another's where clients wait for theirs.
/// </summary>
internal sealed class SitesAverageTheirOwn(Plan plan) : IInvariant
{
    private readonly SortedDictionary<DeviceId, ImmutableArray<BlobRef>> _models = [];
    private readonly SortedDictionary<DeviceId, (string Stage, int Round, ImmutableSortedSet<int> Clients)> _averaged = [];

    public string Name => "sites-average-their-own";

    public string? See(Happening happening) => happening switch
    {
        RoleDecided { Device.IsEdge: true, After: AggregatorState state } decided => Led(decided, state),
        RoleDecided { Device.IsAggregator: true } decided => Given(decided),
        _ => null,
    };

    private string? Given(RoleDecided decided)
    {
        var given = decided.Effects.OfType<Send>().Where(send => send.To.IsEdge).Select(send => (send.To, Sites: (send.Message as TrainRound)?.Sites ?? [])).Where(item => !item.Sites.IsEmpty).ToArray();
        var twice = given.SelectMany(item => item.Sites).GroupBy(site => site).FirstOrDefault(same => same.Count() > 1);
        var foreign = plan.Settings.Topology.SiteLoss == SiteLoss.Wait ? given.FirstOrDefault(item => item.Sites is not [var only] || only != item.To.Site).Sites : default;
        return twice is not null ? FormattableString.Invariant($"site {twice.Key} is given to two edge servers")
            : !foreign.IsDefault ? "an edge server is given another's site, whose clients wait for theirs"
            : null;
    }

    private string? Led(RoleDecided decided, AggregatorState state)
    {
        var edge = decided.Device;
        // Asked for the same round again, it goes on with what its own rounds have come to.
        var before = (decided.Before as AggregatorState)?.Durable.Parent?.Asked;
        if (decided.Message is Delivery { Message: TrainRound, From.IsAggregator: true } && state.Durable.Parent!.Asked is { } asked && (asked.Stage, asked.Round) != (before?.Stage, before?.Round))
        {
            _models[edge] = asked.Model;
        }

        // What comes of a round's end: first the round is seen, then the next begins or the update is sent.
        foreach (var effect in decided.Effects)
        {
            var wrong = effect switch
            {
                Observe { Observation: SiteRoundEnded { Ended: var ended } } => End(edge, ended, (AggregatorState)decided.Before),
                Send { Message: TrainRound round } send => Invited(edge, send.To, round, state),
                SendAgain { What: { Message: TrainRound round } send } => Invited(edge, send.To, round, state),
                Send { Message: RoundUpdate update } => Sent(edge, update),
                _ => null,
            };
            if (wrong is not null)
            {
                return wrong;
            }
        }

        return null;
    }

    private string? End(DeviceId edge, RoundEnded ended, AggregatorState before)
    {
        _models[edge] = ended.Model;
        _averaged[edge] = (ended.Stage, ended.Round, [.. before.Round.Updates.Keys]);
        return ended.Participants == before.Round.Updates.Count ? null : FormattableString.Invariant($"{edge} says {ended.Participants} took part in round {ended.Round}, and {before.Round.Updates.Count} did");
    }

    private string? Invited(DeviceId self, DeviceId client, TrainRound round, AggregatorState state)
    {
        var edge = state.Durable.Parent!.Asked!;
        return !edge.Sites.Any(site => plan.Sites.Clients(site).Contains(client.Number)) ? $"{client} is invited by an edge server that was given another site"
            : (round.Round - 1) / plan.Pipeline.SiteRounds != edge.Round - 1 ? FormattableString.Invariant($"{client} is invited to round {round.Round}, which is none of round {edge.Round} of the aggregator")
            : _models[self].SequenceEqual(round.Model) ? null
            : FormattableString.Invariant($"{client} is asked for round {round.Round} with another model than it begins with");
    }

    private string? Sent(DeviceId edge, RoundUpdate update)
    {
        if (!_averaged.TryGetValue(edge, out var last) || last.Stage != update.Stage || last.Round != update.Round * plan.Pipeline.SiteRounds)
        {
            return FormattableString.Invariant($"{edge} sends an update of round {update.Round} before its own rounds of it are over");
        }

        var samples = last.Clients.Sum(client => update.Stage == Stages.Gate ? plan.Pipeline.Gate.Rows(plan.Deal.Rows(client)) : plan.Deal.Rows(client));
        return update.Samples != samples || update.Clients != last.Clients.Count ? FormattableString.Invariant($"{edge} says {update.Samples} samples of {update.Clients} clients, of {samples} of {last.Clients.Count}")
            : !update.Model.SequenceEqual(_models[edge]) ? $"{edge} sends another model than its last round ended with"
            : null;
    }
}
