using System.Collections.Immutable;
using NMoE.Compute.Blobs;
using NMoE.Compute.Jobs;
using NMoE.Federation.Protocol;
using NMoE.Federation.Roles;
using NMoE.Federation.Settings;
using NMoE.Learning.Jobs;

namespace NMoE.Federation.Aggregator;

/// <summary>One round of a stage: invite, collect until all or a quorum at the deadline, average in client order.</summary>
internal sealed class AggregatorRounds(Plan plan)
{
    public const string AverageJob = "average";
    public const string DeadlineTimer = "round-deadline";
    private const int MaxTries = 3;

    /// <summary>FedSC's first exchange.</summary>
    public AggregatorCorrelations Correlations { get; } = new(plan);

    public Decision<AggregatorState> Begin(AggregatorState state)
    {
        var durable = state.Durable;
        var cohort = Cohort(durable);
        if (cohort.IsEmpty)
        {
            return Decision.Of(state, new GiveUp(FormattableString.Invariant(
                $"round {durable.Round} of stage '{Stages.Of(Stage(durable))}' has no client to invite")));
        }

        var correlates = Correlates(durable);
        return Decision.Of(
            AggregatorState.Fresh(durable) with { Cohort = cohort, Exchanged = !correlates, Tries = state.Tries },
            [
                new Await(FormattableString.Invariant($"updates of round {durable.Round} of stage '{Stages.Of(Stage(durable))}'")),
                .. cohort.Select(client => Invitation(durable, client)),
                new SetTimer(correlates ? AggregatorCorrelations.DeadlineTimer : DeadlineTimer, Deadline(durable), Token(state)),
            ]);
    }

    /// <summary>What is asked of a client in the step under way, again; nothing where it is no part of it, or has answered.</summary>
    public ImmutableArray<Effect> Invite(AggregatorState state, int client) =>
        !state.Cohort.Contains(client) || state.Updates.ContainsKey(client) ? []
        : !Correlates(state.Durable) ? [Invitation(state.Durable, client)]
        : state.Exchanged ? [Correlations.For(state, client)]
        : state.Correlated.Contains(client) ? []
        : [Invitation(state.Durable, client)];

    private bool Correlates(AggregatorDurable durable) => durable.Phase == Phase.Extractor && plan.IsFedSc;

    private Send Invitation(AggregatorDurable durable, int client)
    {
        ImmutableArray<BlobRef> control = IsScaffold(durable) && durable.Control is { } known ? [known] : [];
        IMessage message = Correlates(durable)
            ? new Correlate(durable.Round, durable.Extractor)
            : new TrainRound(Stage(durable), durable.Round, Model(durable), control) { Counted = IsScaffold(durable) ? durable.Counted.GetValueOrDefault(client) : 0 };
        return new Send(Plan.Device(client), message, Stages.Of(Stage(durable)));
    }

    public Decision<AggregatorState> Take(AggregatorState state, int client, RoundUpdate update)
    {
        var durable = state.Durable;
        var wanted = durable.Phase is Phase.Extractor or Phase.Gate && update.Stage == Stage(durable) && update.Round == durable.Round
            && state.Exchanged && update.Samples > 0 && update.Model.Length == Model(durable).Length && update.Control.Length == (IsScaffold(durable) ? 1 : 0)
            && state.Cohort.Contains(client) && !state.Updates.ContainsKey(client);
        if (!wanted)
        {
            return Decision.Of(state);
        }

        var next = state with { Updates = state.Updates.Add(client, update) };
        return next.Updates.Count == next.Cohort.Count ? Average(next) : Decision.Of(next);
    }

    /// <summary>Late updates are refused from the deadline on, because the cohort is then what came in time.</summary>
    public Decision<AggregatorState> Expire(AggregatorState state, int token) =>
        token != Token(state) || state.Updates.Count == state.Cohort.Count
            ? Decision.Of(state)
            : GoOnWith(state, [.. state.Updates.Keys], "updates", Average);

    /// <summary>The same for FedSC's first exchange.</summary>
    public Decision<AggregatorState> ExpireCorrelations(AggregatorState state, int token) =>
        token != Token(state) || state.Exchanged
            ? Decision.Of(state)
            : GoOnWith(state, state.Correlated, "correlation matrices", Correlations.Exchange);

    /// <summary>With a quorum the round goes on with those that came; without it begins anew, a few times.</summary>
    private Decision<AggregatorState> GoOnWith(
        AggregatorState state, ImmutableSortedSet<int> came, string what, Func<AggregatorState, Decision<AggregatorState>> next)
    {
        var durable = state.Durable;
        var quorum = durable.Phase == Phase.Extractor ? plan.Settings.Extractor.Quorum : plan.Settings.Gate.Quorum;
        var needed = Math.Max(1, (int)Math.Ceiling(quorum * state.Cohort.Count));
        return came.Count >= needed ? next(state with { Cohort = came })
            : state.Tries + 1 < MaxTries ? Begin(state with { Tries = state.Tries + 1 })
            : Decision.Of(state, new GiveUp(FormattableString.Invariant(
                $"round {durable.Round} of stage '{Stages.Of(Stage(durable))}' got {came.Count} of {needed} {what} needed, {MaxTries} times")));
    }

    public Decision<AggregatorState> TakeAverage(AggregatorState state, JobFinished job)
    {
        var durable = state.Durable;
        if (job.Tag.First != durable.Round || (Phase)job.Tag.Peer != durable.Phase)
        {
            return Decision.Of(state);
        }

        var averaged = state.Averaged.SetItem(job.Tag.Second, job.Result.Outputs);
        var parts = Model(durable).Length;
        if (averaged.Count < parts + (IsScaffold(durable) ? 1 : 0))
        {
            return Decision.Of(state with { Averaged = averaged });
        }

        ImmutableArray<BlobRef> model = [.. averaged.Values.Take(parts).Select(outputs => outputs[0])];
        var loss = state.Updates.Values.Sum(update => update.Loss * update.Samples) / state.Updates.Values.Sum(update => update.Samples);
        var ended = new Observe(new RoundEnded(Stage(durable), durable.Round, model, loss, state.Updates.Count));
        var kept = durable.Phase == Phase.Extractor
            ? durable with { Extractor = model, Velocity = [.. averaged.Values.SelectMany(outputs => outputs.Skip(1))], Control = averaged.TryGetValue(parts, out var control) ? control[0] : null }
            : durable with { Gate = model[0] };
        if (IsScaffold(durable))
        {
            kept = kept with { Counted = kept.Counted.SetItems(state.Updates.Keys.Select(client => KeyValuePair.Create(client, durable.Round))) };
        }

        var next = state with { Durable = kept with { Round = durable.Round + 1 }, Tries = 0 };
        var last = durable.Phase == Phase.Extractor ? plan.Settings.Extractor.Rounds : plan.Settings.Gate.Rounds;
        if (durable.Round == last)
        {
            return Decision.Of(next, ended);
        }

        var begun = Begin(next);
        return begun with { Effects = begun.Effects.Insert(0, ended) };
    }

    private Decision<AggregatorState> Average(AggregatorState state)
    {
        var weights = state.Updates.Values.Select(update => (double)update.Samples).ToImmutableArray();
        var parts = Model(state.Durable).Length;
        var averages = Enumerable.Range(0, parts).Select(part =>
        {
            BlobRef[] models = [.. state.Updates.Values.Select(update => update.Model[part])];
            return new Roles.Compute(
                new JobTag(AverageJob, state.Durable.Round, part, (int)state.Durable.Phase),
                ServerStep(state.Durable, part, weights, models),
                Charges.Average(models[0].Bytes, models.Length));
        });
        return Decision.Of(state, [new CancelTimer(DeadlineTimer), .. averages, .. IsScaffold(state.Durable) ? [ControlStep(state, parts)] : ImmutableArray<Effect>.Empty]);
    }

    /// <summary>SCAFFOLD's c moves by the clients' changes, those that were away counting as none.</summary>
    private static Roles.Compute ControlStep(AggregatorState state, int part)
    {
        BlobRef[] changes = [.. state.Updates.Values.Select(update => update.Control[0])];
        BlobRef[] inputs = state.Durable.Control is { } control ? [.. changes, control] : changes;
        return new Roles.Compute(
            new JobTag(AverageJob, state.Durable.Round, part, (int)state.Durable.Phase),
            LearningJob.Create(new ScaffoldServerParameters(changes.Length, state.Durable.Joined.Count), 0, inputs),
            Charges.Average(inputs[0].Bytes, inputs.Length));
    }

    private bool IsScaffold(AggregatorDurable durable) => plan.IsScaffold && durable.Phase == Phase.Extractor;

    private Job ServerStep(AggregatorDurable durable, int part, ImmutableArray<double> weights, BlobRef[] models)
    {
        var stage = plan.Settings.Extractor;
        return durable.Phase == Phase.Extractor && stage.Algorithm == ServerAlgorithm.FedAvgM
            ? LearningJob.Create(
                new MomentumAverageParameters(weights, stage.ServerMomentum, stage.ServerRate), 0,
                [durable.Extractor[part], .. models, .. durable.Velocity.Skip(part).Take(1)])
            : LearningJob.Create(new AverageParameters(weights), 0, models);
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

    internal static int Token(AggregatorState state) =>
        (((state.Durable.Round * 2) + (state.Durable.Phase == Phase.Gate ? 1 : 0)) * MaxTries) + state.Tries;
}
