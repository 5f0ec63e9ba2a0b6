using System.Collections.Immutable;
using NMoE.Compute.Blobs;
using NMoE.Federation.Protocol;
using NMoE.Federation.Roles;
using NMoE.Federation.Settings;
using NMoE.Learning.Jobs;
using NMoE.Simulation.Network;

namespace NMoE.Federation.Aggregator;

/// <summary>An exchange before a round's training: matrices come up, and to each client goes the weighed sum of the others'.</summary>
internal sealed class AggregatorExchange(Plan plan, IRoundStage stage, IExchange exchange)
{
    public const string DeadlineTimer = "correlation-deadline";
    private const int LargestHeader = 512;

    public Decision<AggregatorState> Take(AggregatorState state, int client, Correlated correlated)
    {
        var durable = state.Durable;
        var known = durable.Joined.ContainsKey(client)
            && correlated.Round <= durable.Round && IsMatrix(correlated.Correlation);
        if (!known || durable.Correlations.GetValueOrDefault(client)?.Round > correlated.Round)
        {
            return Decision.Of(state);
        }

        // One that comes too late for its round is still the client's last.
        var kept = state with { Durable = durable with { Correlations = durable.Correlations.SetItem(client, correlated) } };
        if (correlated.Round != durable.Round || !state.Round.Cohort.Contains(client))
        {
            return Decision.Of(kept);
        }

        if (state.Exchange.IsOver)
        {
            // It was away, or did not hear of the second exchange.
            return state.Round.Updates.ContainsKey(client) ? Decision.Of(kept) : Decision.Of(kept, For(kept, client));
        }

        if (state.Exchange.Correlated.Contains(client))
        {
            return Decision.Of(kept);
        }

        var next = kept with { Exchange = state.Exchange with { Correlated = state.Exchange.Correlated.Add(client) } };
        return next.Exchange.Correlated.Count == next.Round.Target ? End(next with { Round = next.Round with { Cohort = next.Exchange.Correlated } }) : Decision.Of(next);
    }

    /// <summary>Whether a blob has the size of so many numbers with a small header.</summary>
    private bool IsMatrix(BlobRef blob)
    {
        var numbers = sizeof(float) * exchange.Numbers(plan);
        return blob.Bytes > numbers && blob.Bytes < numbers + LargestHeader;
    }

    /// <summary>The second exchange: a sum for each client of the cohort; the updates' deadline begins.</summary>
    public Decision<AggregatorState> End(AggregatorState state)
    {
        var round = state.Durable.Round;
        return Decision.Of(
            state with { Exchange = state.Exchange with { IsOver = true }, Quiet = [.. state.Round.Cohort] },
            [
                new CancelTimer(DeadlineTimer),
                new Await(FormattableString.Invariant($"updates of round {round} of stage '{stage.Stage}'")),
                .. state.Round.Cohort.Select(client => For(state, client)),
                new SetTimer(AggregatorRounds.Timer(state, stage), stage.Deadline(plan)),
            ]);
    }

    public Decision<AggregatorState> Send(AggregatorState state, ExternalTag tag, BlobRef external) =>
        state is { Exchange.IsOver: true, Durable: var durable } && durable.Round == tag.Round
            ? Decision.Of(state, new Send(
                DeviceId.Client(tag.Client), new TrainAgainst(tag.Round, [external], Share(durable, tag.Client)), stage.Stage))
            : Decision.Of(state);

    /// <summary>q_i among the clients that have data.</summary>
    private static double Share(AggregatorDurable durable, int client) => durable.Joined[client] / (double)durable.Joined.Values.Sum();

    /// <summary>The second exchange with one client.</summary>
    private Effect For(AggregatorState state, int client)
    {
        var durable = state.Durable;
        ImmutableArray<int> others =
            [.. durable.Correlations.Keys.Where(other => other != client && (exchange.Stale(plan.Settings) == StaleMatrices.Keep || state.Exchange.Correlated.Contains(other)))];
        if (others.IsEmpty)
        {
            return new Send(DeviceId.Client(client), new TrainAgainst(durable.Round, [], 1), stage.Stage);
        }

        BlobRef[] matrices = [.. others.Select(other => durable.Correlations[other].Correlation)];
        return new Roles.Compute(
            new ExternalTag(durable.Round, client),
            LearningJob.Create(new ExternalParameters(exchange.Weights(plan, durable, client, others)), 0, matrices),
            Charges.Average(matrices[0].Bytes, matrices.Length));
    }
}
