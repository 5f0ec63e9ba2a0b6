using System.Collections.Immutable;
using NMoE.Compute.Blobs;
using NMoE.Federation.Protocol;
using NMoE.Federation.Roles;
using NMoE.Federation.Settings;
using NMoE.Learning.Jobs;
using NMoE.Simulation.Network;

namespace NMoE.Federation.Aggregator;

/// <summary>FedSC's first exchange in a round: correlation matrices come up, and to each client goes the weighed sum of the others'.</summary>
internal sealed class AggregatorCorrelations(Plan plan, IRoundStage stage)
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
        return next.Exchange.Correlated.Count == next.Round.Target ? Exchange(next with { Round = next.Round with { Cohort = next.Exchange.Correlated } }) : Decision.Of(next);
    }

    /// <summary>Whether a blob has the size of d * d numbers with a small header.</summary>
    private bool IsMatrix(BlobRef blob)
    {
        var numbers = sizeof(float) * plan.Pipeline.Objective.MatrixNumbers(plan);
        return blob.Bytes > numbers && blob.Bytes < numbers + LargestHeader;
    }

    /// <summary>The second exchange: a sum for each client of the cohort; the updates' deadline begins.</summary>
    public Decision<AggregatorState> Exchange(AggregatorState state)
    {
        var round = state.Durable.Round;
        return Decision.Of(
            state with { Exchange = state.Exchange with { IsOver = true }, Quiet = state.Round.Cohort },
            [
                new CancelTimer(DeadlineTimer),
                new Await(FormattableString.Invariant($"updates of round {round} of stage '{Stages.Extractor}'")),
                .. state.Round.Cohort.Select(client => For(state, client)),
                new SetTimer(AggregatorRounds.DeadlineTimer, plan.Pipeline.Deadlines.Extractor, AggregatorRounds.Token(state, stage)),
            ]);
    }

    public static Decision<AggregatorState> Send(AggregatorState state, ExternalTag tag, BlobRef external) =>
        state is { Exchange.IsOver: true, Durable: var durable } && durable.Round == tag.Round
            ? Decision.Of(state, new Send(
                DeviceId.Client(tag.Client), new TrainAgainst(tag.Round, [external], Share(durable, tag.Client)), Stages.Extractor))
            : Decision.Of(state);

    /// <summary>q_i among the clients that have data.</summary>
    private static double Share(AggregatorDurable durable, int client) => durable.Joined[client] / (double)durable.Joined.Values.Sum();

    /// <summary>The second exchange with one client.</summary>
    public Effect For(AggregatorState state, int client)
    {
        var durable = state.Durable;
        var others = durable.Correlations
            .Where(pair => pair.Key != client && (plan.Settings.FedSc.Stale == StaleMatrices.Keep || state.Exchange.Correlated.Contains(pair.Key)))
            .ToImmutableArray();
        if (others.IsEmpty)
        {
            return new Send(DeviceId.Client(client), new TrainAgainst(durable.Round, [], 1), Stages.Extractor);
        }

        // q_j, or equal weights. Both add up to 1 - q_i, also where the matrices of some are missing.
        var rest = 1 - Share(durable, client);
        var isWhole = others.Length == durable.Joined.Count - 1;
        var there = others.Sum(pair => Share(durable, pair.Key));
        var weights = others.Select(pair => plan.Settings.FedSc.External == ExternalWeights.Unweighted ? rest / others.Length
            : isWhole ? Share(durable, pair.Key)
            : Share(durable, pair.Key) * rest / there);
        BlobRef[] matrices = [.. others.Select(pair => pair.Value.Correlation)];
        return new Roles.Compute(
            new ExternalTag(durable.Round, client),
            LearningJob.Create(new ExternalParameters([.. weights]), 0, matrices),
            Charges.Average(matrices[0].Bytes, matrices.Length));
    }
}
