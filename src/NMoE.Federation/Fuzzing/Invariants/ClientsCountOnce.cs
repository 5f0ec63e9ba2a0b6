using NMoE.Compute.Blobs;
using NMoE.Compute.Jobs;
using NMoE.Federation.Aggregator;
using NMoE.Federation.Roles;

namespace NMoE.Federation.Fuzzing.Invariants;

/// <summary>
/// A client counts at most once in an aggregate, an update at most once ever, and a round ends with exactly the clients whose updates it aggregated. What was
/// aggregated before the aggregator crashed, and came to no end, does not count; neither does what an earlier place of it aggregated after the checkpoint that a later one goes on from.
/// </summary>
internal sealed class ClientsCountOnce(Pipeline pipeline) : IInvariant
{
    private readonly Aggregates _aggregates = new();

    // The round in whose aggregate each update counted, by place.
    private readonly SortedDictionary<(int Place, int Client, string Stage, int Round), int> _counted = [];

    // By place and part of the model, of the round under way.
    private readonly SortedDictionary<int, SortedDictionary<int, SortedDictionary<int, ReceivedUpdate>>> _pending = [];

    public string Name => "clients-count-once";

    public string? See(Happening happening)
    {
        if (happening is not RoleDecided { After: AggregatorState } decided)
        {
            return null;
        }

        _aggregates.Note(decided.Message);
        TakeOver(decided);
        var place = decided.Device.Place;
        string? wrong = null;
        foreach (var effect in decided.Effects)
        {
            wrong ??= effect switch
            {
                Roles.Compute { Tag: AverageTag tag, Job: var job } when _aggregates.IsOfUpdates(job) => Begin(place, tag, job),
                Observe { Observation: RoundEnded { Generation: null } ended } => End(place, ended),
                _ => null,
            };
        }

        return wrong;
    }

    private void TakeOver(RoleDecided decided)
    {
        if (Takeovers.Of(decided) is { } begun)
        {
            var from = ((AggregatorState)decided.Before).Durable.HeldFrom;
            foreach (var (update, round) in _counted.Where(item => item.Key.Place == from && item.Value <= Takeovers.Ended(pipeline, begun, item.Key.Stage)).ToArray())
            {
                _counted[update with { Place = decided.Device.Place }] = round;
            }
        }
    }

    private string? Begin(int place, AverageTag tag, Job job)
    {
        var clients = new SortedDictionary<int, ReceivedUpdate>();
        foreach (var update in job.Inputs.Select((BlobRef input) => _aggregates.Update(input)).OfType<ReceivedUpdate>())
        {
            if (!clients.TryAdd(update.Client, update))
            {
                return FormattableString.Invariant($"client-{update.Client} counts twice in the aggregate of round {tag.Round}");
            }

            if (_counted.ContainsKey((place, update.Client, update.Stage, update.Round)))
            {
                return FormattableString.Invariant(
                    $"client-{update.Client}'s update of round {update.Round} of stage '{update.Stage}' counts again in round {tag.Round}");
            }
        }

        if (!_pending.TryGetValue(place, out var parts))
        {
            _pending[place] = parts = [];
        }

        parts[tag.Part] = clients;
        return null;
    }

    private string? End(int place, RoundEnded ended)
    {
        if (!_pending.Remove(place, out var parts))
        {
            return FormattableString.Invariant($"round {ended.Round} of stage '{ended.Stage}' ended without an aggregate");
        }

        var clients = parts.First().Value;
        var same = parts.Values.All(part => part.SequenceEqual(clients));
        foreach (var update in clients.Values)
        {
            _counted[(place, update.Client, update.Stage, update.Round)] = ended.Round;
        }

        return !same ? FormattableString.Invariant($"the parts of the model of round {ended.Round} are aggregates of different updates")
            : ended.Participants != clients.Count ? FormattableString.Invariant(
                $"round {ended.Round} of stage '{ended.Stage}' says {ended.Participants} took part, and {clients.Count} did")
            : null;
    }
}
