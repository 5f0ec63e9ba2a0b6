using System.Collections.Immutable;
using NMoE.Compute.Blobs;
using NMoE.Federation.Protocol;
using NMoE.Federation.Roles;
using NMoE.Federation.Settings;
using NMoE.Learning.Jobs;

namespace NMoE.Federation.Aggregator;

/// <summary>FedSC's first exchange in a round: correlation matrices come up, and to each client goes the weighed sum of the others'.</summary>
internal sealed class AggregatorCorrelations(Plan plan)
{
    public const string ExternalJob = "external";
    public const string DeadlineTimer = "correlation-deadline";

    public Decision<AggregatorState> Take(AggregatorState state, int client, Correlated correlated)
    {
        var durable = state.Durable;
        var wanted = durable.Phase == Phase.Extractor && plan.IsFedSc && correlated.Round == durable.Round
            && state.Cohort.Contains(client) && !state.Correlated.Contains(client);
        if (!wanted)
        {
            return Decision.Of(state);
        }

        var next = state with
        {
            Correlated = state.Correlated.Add(client),
            Durable = durable with { Correlations = durable.Correlations.SetItem(client, correlated.Correlation) },
        };
        return next.Correlated.Count == next.Cohort.Count ? Exchange(next) : Decision.Of(next);
    }

    /// <summary>The second exchange: a sum for each client of the cohort; the updates' deadline begins.</summary>
    public Decision<AggregatorState> Exchange(AggregatorState state)
    {
        var round = state.Durable.Round;
        return Decision.Of(
            state,
            [
                new CancelTimer(DeadlineTimer),
                new Await(FormattableString.Invariant($"updates of round {round} of stage '{Stages.Extractor}'")),
                .. state.Cohort.Select(client => For(state, client)),
                new SetTimer(AggregatorRounds.DeadlineTimer, plan.Settings.Extractor.Deadline, AggregatorRounds.Token(state)),
            ]);
    }

    public static Decision<AggregatorState> Send(AggregatorState state, JobFinished job) =>
        state.Durable is { Phase: Phase.Extractor } durable && durable.Round == job.Tag.First
            ? Decision.Of(state, new Send(Plan.Device(job.Tag.Peer), new TrainAgainst(job.Tag.First, [job.Result.Outputs[0]]), Stages.Extractor))
            : Decision.Of(state);

    private Effect For(AggregatorState state, int client)
    {
        var durable = state.Durable;
        var others = durable.Correlations
            .Where(pair => pair.Key != client && (plan.Settings.FedSc.Stale == StaleMatrices.Keep || state.Correlated.Contains(pair.Key)))
            .ToImmutableArray();
        if (others.IsEmpty)
        {
            return new Send(Plan.Device(client), new TrainAgainst(durable.Round, []), Stages.Extractor);
        }

        // q_j, or for equal weights what adds up to the same 1 - q_i.
        double total = durable.Joined.Values.Sum();
        var weights = others.Select(pair => plan.Settings.FedSc.External == ExternalWeights.Weighted
            ? durable.Joined[pair.Key] / total
            : (1 - (durable.Joined[client] / total)) / others.Length);
        BlobRef[] matrices = [.. others.Select(pair => pair.Value)];
        return new Roles.Compute(
            new JobTag(ExternalJob, durable.Round, 0, client),
            LearningJob.Create(new ExternalParameters([.. weights]), 0, matrices),
            Charges.Average(matrices[0].Bytes, matrices.Length));
    }
}
