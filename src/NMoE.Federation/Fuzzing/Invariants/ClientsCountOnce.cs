using NMoE.Compute.Blobs;
using NMoE.Compute.Jobs;
using NMoE.Federation.Aggregator;
using NMoE.Federation.Protocol;
using NMoE.Federation.Roles;
using NMoE.Simulation.Network;

namespace NMoE.Federation.Fuzzing.Invariants;

/// <summary>
/// A client counts at most once in an aggregate, an update at most once ever, and a round ends with exactly the clients whose updates it aggregated. What was
/// aggregated before the aggregator crashed, and came to no end, does not count; neither does what an edge server aggregated in a round that it begins anew, or an earlier place of the aggregator after the checkpoint that a later one goes on from.
/// </summary>
internal sealed class ClientsCountOnce(Pipeline pipeline) : IInvariant
{
    private readonly Aggregates _aggregates = new();

    // The round in whose aggregate each update counted, by server.
    private readonly SortedDictionary<(DeviceId Server, int Client, string Stage, int Round), int> _counted = [];

    // By server and part of the model, of the round under way.
    private readonly SortedDictionary<DeviceId, SortedDictionary<int, SortedDictionary<int, ReceivedUpdate>>> _pending = [];

    public string Name => "clients-count-once";

    public string? See(Happening happening)
    {
        if (happening is not RoleDecided { After: AggregatorState } decided)
        {
            return null;
        }

        _aggregates.Note(decided.Message);
        TakeOver(decided);
        BeginAnew(decided);
        var server = decided.Device;
        string? wrong = null;
        foreach (var effect in decided.Effects)
        {
            wrong ??= effect switch
            {
                Roles.Compute { Tag: AverageTag tag, Job: var job } when _aggregates.IsOfUpdates(job) => Begin(server, tag, job),
                Observe { Observation: RoundEnded { Generation: null } ended } => End(server, ended),
                Observe { Observation: SiteRoundEnded { Ended: var ended } } => End(server, ended),
                _ => null,
            };
        }

        return wrong;
    }

    private void TakeOver(RoleDecided decided)
    {
        if (Takeovers.Of(decided) is { } begun)
        {
            var from = DeviceId.AggregatorAt(((AggregatorState)decided.Before).Durable.HeldFrom);
            foreach (var (update, round) in _counted.Where(item => item.Key.Server == from && item.Value <= Takeovers.Ended(pipeline, begun, item.Key.Stage)).ToArray())
            {
                _counted[update with { Server = decided.Device }] = round;
            }
        }
    }

    private void BeginAnew(RoleDecided decided)
    {
        if (decided is { Device: { IsEdge: true } edge, Message: Delivery { Message: TrainRound }, After: AggregatorState { Durable: var durable } })
        {
            foreach (var again in _counted.Where(item => item.Key.Server == edge && item.Key.Stage == durable.Stage && item.Value >= durable.Round).ToArray())
            {
                _counted.Remove(again.Key);
            }
        }
    }

    private string? Begin(DeviceId server, AverageTag tag, Job job)
    {
        var clients = new SortedDictionary<int, ReceivedUpdate>();
        foreach (var update in job.Inputs.Select((BlobRef input) => _aggregates.Update(input)).OfType<ReceivedUpdate>())
        {
            if (!clients.TryAdd(update.Client, update))
            {
                return FormattableString.Invariant($"{new DeviceId(update.Client)} counts twice in the aggregate of round {tag.Round}");
            }

            if (_counted.ContainsKey((server, update.Client, update.Stage, update.Round)))
            {
                return FormattableString.Invariant(
                    $"{new DeviceId(update.Client)}'s update of round {update.Round} of stage '{update.Stage}' counts again in round {tag.Round}");
            }
        }

        if (clients.Values.SelectMany(update => update.Sites).GroupBy(site => site).FirstOrDefault(same => same.Count() > 1) is { } twice)
        {
            return FormattableString.Invariant($"site {twice.Key} counts twice in the aggregate of round {tag.Round}");
        }

        if (!_pending.TryGetValue(server, out var parts))
        {
            _pending[server] = parts = [];
        }

        parts[tag.Part] = clients;
        return null;
    }

    private string? End(DeviceId server, RoundEnded ended)
    {
        if (!_pending.Remove(server, out var parts))
        {
            return FormattableString.Invariant($"round {ended.Round} of stage '{ended.Stage}' ended without an aggregate");
        }

        var clients = parts.First().Value;
        var same = parts.Values.All(part => part.SequenceEqual(clients));
        foreach (var update in clients.Values)
        {
            _counted[(server, update.Client, update.Stage, update.Round)] = ended.Round;
        }

        return !same ? FormattableString.Invariant($"the parts of the model of round {ended.Round} are aggregates of different updates")
            : ended.Participants != clients.Values.Sum(update => update.Clients) ? FormattableString.Invariant(
                $"round {ended.Round} of stage '{ended.Stage}' says {ended.Participants} took part, and {clients.Count} did")
            : null;
    }
}
