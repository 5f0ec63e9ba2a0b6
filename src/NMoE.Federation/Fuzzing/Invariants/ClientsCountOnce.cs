using NMoE.Compute.Blobs;
using NMoE.Federation.Aggregator;
using NMoE.Federation.Protocol;
using NMoE.Federation.Roles;

namespace NMoE.Federation.Fuzzing.Invariants;

/// <summary>
/// A client counts at most once in an aggregate, an update at most once ever, and a round ends with exactly the clients whose updates it aggregated. What was
/// aggregated before the aggregator crashed, and came to no end, does not count.
/// </summary>
internal sealed class ClientsCountOnce : IInvariant
{
    private readonly Aggregates _aggregates = new();
    private readonly SortedSet<(int Client, TrainingStage Stage, int Round)> _counted = [];

    // By part of the model, of the round under way.
    private readonly SortedDictionary<int, SortedDictionary<int, ReceivedUpdate>> _pending = [];

    /// <inheritdoc/>
    public string Name => "clients-count-once";

    /// <inheritdoc/>
    public string? See(Happening happening)
    {
        if (happening is not RoleDecided { After: AggregatorState } decided)
        {
            return null;
        }

        _aggregates.Note(decided.Message);
        string? wrong = null;
        foreach (var effect in decided.Effects)
        {
            wrong ??= effect switch
            {
                Roles.Compute compute when Aggregates.IsOfUpdates(compute.Job) => Begin(compute),
                Observe { Observation: RoundEnded { Stage: not TrainingStage.Rolling } ended } => End(ended),
                _ => null,
            };
        }

        return wrong;
    }

    private string? Begin(Roles.Compute compute)
    {
        var clients = new SortedDictionary<int, ReceivedUpdate>();
        foreach (var update in compute.Job.Inputs.Select((BlobRef input) => _aggregates.Update(input)).OfType<ReceivedUpdate>())
        {
            if (!clients.TryAdd(update.Client, update))
            {
                return FormattableString.Invariant($"client-{update.Client} counts twice in the aggregate of round {compute.Tag.First}");
            }

            if (_counted.Contains((update.Client, update.Stage, update.Round)))
            {
                return FormattableString.Invariant(
                    $"client-{update.Client}'s update of round {update.Round} of stage '{Stages.Of(update.Stage)}' counts again in round {compute.Tag.First}");
            }
        }

        _pending[compute.Tag.Second] = clients;
        return null;
    }

    private string? End(RoundEnded ended)
    {
        if (_pending.Count == 0)
        {
            return FormattableString.Invariant($"round {ended.Round} of stage '{Stages.Of(ended.Stage)}' ended without an aggregate");
        }

        var clients = _pending.First().Value;
        var same = _pending.Values.All(part => part.SequenceEqual(clients));
        _counted.UnionWith(clients.Values.Select(update => (update.Client, update.Stage, update.Round)));
        _pending.Clear();
        return !same ? FormattableString.Invariant($"the parts of the model of round {ended.Round} are aggregates of different updates")
            : ended.Participants != clients.Count ? FormattableString.Invariant(
                $"round {ended.Round} of stage '{Stages.Of(ended.Stage)}' says {ended.Participants} took part, and {clients.Count} did")
            : null;
    }
}
