using NMoE.Compute.Blobs;
using NMoE.Compute.Jobs;
using NMoE.Federation.Aggregator;
using NMoE.Federation.Protocol;
using NMoE.Federation.Settings;
using NMoE.Simulation.Network;

namespace NMoE.Federation.Fuzzing.Invariants;

/// <summary>
/// No aggregate is of an update that was not received: each of its inputs came to the aggregator as an update of this round, or of an earlier one where those are
/// accepted; what is no update, the aggregator made itself. The same holds of sums of matrices that are exchanged, which never hold the receiver's own.
/// </summary>
internal sealed class AggregatesOfReceivedUpdates(CohortSection cohort, StaleMatrices stale) : IInvariant
{
    private readonly Aggregates _aggregates = new();

    private bool TakesEarlier => cohort is { Late: LateUpdates.Accept } or { Aggregation: Aggregation.Buffered };

    public string Name => "aggregates-of-received-updates";

    public string? See(Happening happening)
    {
        if (happening is not RoleDecided { After: AggregatorState state } decided)
        {
            return null;
        }

        _aggregates.Note(decided.Message);
        foreach (var compute in decided.Effects.OfType<Roles.Compute>())
        {
            var wrong = _aggregates.IsOfUpdates(compute.Job) ? OfUpdates(state.Durable, compute)
                : compute.Tag is ExternalTag external ? OfMatrices(state.Durable, external, compute.Job)
                : null;
            if (wrong is not null)
            {
                return wrong;
            }
        }

        return null;
    }

    private string? OfUpdates(AggregatorDurable durable, Roles.Compute compute)
    {
        var stage = durable.Stage;
        var updates = 0;
        foreach (var input in compute.Job.Inputs)
        {
            if (_aggregates.Update(input) is { } update)
            {
                updates++;
                var earlier = update.Round < durable.Round && stage == Stages.Extractor && TakesEarlier;
                if (update.Stage != stage || !(update.Round == durable.Round || earlier))
                {
                    return FormattableString.Invariant(
                        $"the aggregate of round {durable.Round} of stage '{stage}' takes client-{update.Client}'s update of round {update.Round} of stage '{update.Stage}'");
                }
            }
            else if (!_aggregates.IsOwn(input))
            {
                return Unknown(durable, input);
            }
        }

        return updates > 0 ? null : FormattableString.Invariant($"the aggregate of round {durable.Round} is of no update");
    }

    private string? OfMatrices(AggregatorDurable durable, ExternalTag external, Job job)
    {
        var clients = new SortedSet<int>();
        foreach (var input in job.Inputs)
        {
            if (_aggregates.Matrix(input) is not { } matrix)
            {
                return Unknown(durable, input);
            }

            var fresh = matrix.Round == durable.Round || (matrix.Round < durable.Round && stale == StaleMatrices.Keep);
            if (!fresh || matrix.Client == external.Client || !clients.Add(matrix.Client))
            {
                return FormattableString.Invariant(
                    $"the sum of matrices for client-{external.Client} in round {durable.Round} takes client-{matrix.Client}'s of round {matrix.Round}")
                    + (fresh ? matrix.Client == external.Client ? ", which is its own" : " twice" : "");
            }
        }

        return null;
    }

    private static string Unknown(AggregatorDurable durable, BlobRef input) =>
        FormattableString.Invariant($"the {DeviceId.Aggregator} aggregates blob {input} in round {durable.Round}, which came in no update");
}
