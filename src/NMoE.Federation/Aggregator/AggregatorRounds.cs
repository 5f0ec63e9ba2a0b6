using System.Collections.Immutable;
using NMoE.Compute.Blobs;
using NMoE.Federation.Protocol;
using NMoE.Federation.Roles;
using NMoE.Learning.Jobs;

namespace NMoE.Federation.Aggregator;

/// <summary>One round of a stage: invite, collect until all or a quorum at the deadline, average in client order.</summary>
internal sealed class AggregatorRounds(Plan plan)
{
    public const string AverageJob = "average";
    public const string DeadlineTimer = "round-deadline";
    private const int MaxTries = 3;

    public Decision<AggregatorState> Begin(AggregatorState state)
    {
        var durable = state.Durable;
        var cohort = Cohort(durable);
        if (cohort.IsEmpty)
        {
            return Decision.Of(state, new GiveUp(FormattableString.Invariant(
                $"round {durable.Round} of stage '{Stages.Of(Stage(durable))}' has no client to invite")));
        }

        var invitation = new TrainRound(Stage(durable), durable.Round, Model(durable));
        return Decision.Of(
            state with { Cohort = cohort, Updates = ImmutableSortedDictionary<int, RoundUpdate>.Empty, Averaged = ImmutableSortedDictionary<int, BlobRef>.Empty },
            [
                new Await(FormattableString.Invariant($"updates of round {durable.Round} of stage '{Stages.Of(Stage(durable))}'")),
                .. cohort.Select(client => new Send(Plan.Device(client), invitation, Stages.Of(Stage(durable)))),
                new SetTimer(DeadlineTimer, Deadline(durable), Token(state)),
            ]);
    }

    public Decision<AggregatorState> Take(AggregatorState state, int client, RoundUpdate update)
    {
        var durable = state.Durable;
        var wanted = durable.Phase is Phase.Extractor or Phase.Gate && update.Stage == Stage(durable) && update.Round == durable.Round
            && state.Cohort.Contains(client) && !state.Updates.ContainsKey(client);
        if (!wanted)
        {
            return Decision.Of(state);
        }

        var next = state with { Updates = state.Updates.Add(client, update) };
        return next.Updates.Count == next.Cohort.Count ? Average(next) : Decision.Of(next);
    }

    public Decision<AggregatorState> Expire(AggregatorState state, int token)
    {
        if (token != Token(state) || state.Updates.Count == state.Cohort.Count)
        {
            return Decision.Of(state);
        }

        var durable = state.Durable;
        var quorum = durable.Phase == Phase.Extractor ? plan.Settings.Extractor.Quorum : plan.Settings.Gate.Quorum;
        var needed = Math.Max(1, (int)Math.Ceiling(quorum * state.Cohort.Count));
        if (state.Updates.Count >= needed)
        {
            // Late updates are refused from here on, because the cohort is what came in time.
            return Average(state with { Cohort = [.. state.Updates.Keys] });
        }

        return state.Tries + 1 < MaxTries
            ? Begin(state with { Tries = state.Tries + 1 })
            : Decision.Of(state, new GiveUp(FormattableString.Invariant(
                $"round {durable.Round} of stage '{Stages.Of(Stage(durable))}' got {state.Updates.Count} of {needed} updates needed, {MaxTries} times")));
    }

    public Decision<AggregatorState> TakeAverage(AggregatorState state, JobFinished job)
    {
        var durable = state.Durable;
        if (job.Tag.First != durable.Round || (Phase)job.Tag.Peer != durable.Phase)
        {
            return Decision.Of(state);
        }

        var averaged = state.Averaged.SetItem(job.Tag.Second, job.Result.Outputs[0]);
        if (averaged.Count < Model(durable).Length)
        {
            return Decision.Of(state with { Averaged = averaged });
        }

        ImmutableArray<BlobRef> model = [.. averaged.Values];
        var loss = state.Updates.Values.Sum(update => update.Loss * update.Samples) / state.Updates.Values.Sum(update => update.Samples);
        var ended = new Observe(new RoundEnded(Stage(durable), durable.Round, model, loss, state.Updates.Count));
        var kept = durable.Phase == Phase.Extractor ? durable with { Extractor = model } : durable with { Gate = model[0] };
        var next = state with { Durable = kept with { Round = durable.Round + 1 }, Tries = 0 };
        var last = durable.Phase == Phase.Extractor ? plan.Settings.Extractor.Rounds : plan.Settings.Gate.Rounds;
        if (durable.Round == last)
        {
            return Decision.Of(next, ended);
        }

        var begun = Begin(next);
        return begun with { Effects = begun.Effects.Insert(0, ended) };
    }

    private static Decision<AggregatorState> Average(AggregatorState state)
    {
        var weights = state.Updates.Values.Select(update => (double)update.Samples).ToImmutableArray();
        var parts = Model(state.Durable).Length;
        var averages = Enumerable.Range(0, parts).Select(part =>
        {
            BlobRef[] models = [.. state.Updates.Values.Select(update => update.Model[part])];
            return new Roles.Compute(
                new JobTag(AverageJob, state.Durable.Round, part, (int)state.Durable.Phase),
                LearningJob.Create(new AverageParameters(weights), 0, models),
                Charges.Average(models[0].Bytes, models.Length));
        });
        return Decision.Of(state, [new CancelTimer(DeadlineTimer), .. averages]);
    }

    private ImmutableSortedSet<int> Cohort(AggregatorDurable durable)
    {
        if (durable.Phase == Phase.Extractor)
        {
            var absent = plan.Settings.Extractor.Absent.GetValueOrDefault(durable.Round, []);
            return [.. durable.Joined.Keys.Where(client => !absent.Contains(client))];
        }

        // FedGate draws 70 % of the clients anew in each round (paper, Sec. III-C); each client's lot depends on its own key only.
        var count = Math.Max(1, (int)Math.Round(plan.Settings.Gate.Participation * plan.Clients, MidpointRounding.AwayFromZero));
        return
        [
            .. durable.Ready
                .OrderBy(client => plan.Key("gate-cohort", client, durable.Round))
                .ThenBy(client => client)
                .Take(count),
        ];
    }

    private TimeSpan Deadline(AggregatorDurable durable) =>
        durable.Phase == Phase.Extractor ? plan.Settings.Extractor.Deadline : plan.Settings.Gate.Deadline;

    private static TrainingStage Stage(AggregatorDurable durable) =>
        durable.Phase == Phase.Extractor ? TrainingStage.Extractor : TrainingStage.Gate;

    private static ImmutableArray<BlobRef> Model(AggregatorDurable durable) =>
        durable.Phase == Phase.Extractor ? durable.Extractor : [durable.Gate!];

    private static int Token(AggregatorState state) =>
        (((state.Durable.Round * 2) + (state.Durable.Phase == Phase.Gate ? 1 : 0)) * MaxTries) + state.Tries;
}
