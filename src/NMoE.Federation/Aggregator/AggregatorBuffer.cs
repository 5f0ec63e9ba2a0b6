using System.Collections.Immutable;
using NMoE.Compute.Blobs;
using NMoE.Federation.Protocol;
using NMoE.Federation.Roles;
using NMoE.Learning.Jobs;
using NMoE.Simulation.Network;

namespace NMoE.Federation.Aggregator;

/// <summary>
/// Stage 1 without rounds in step (FedBuff; Nguyen et al., 2022): each client works on the model that it was last given, and whenever K have answered the
/// server moves by what they changed, discounted by how many steps ago they began. What counts as a round is such a step.
/// </summary>
internal sealed class AggregatorBuffer(Plan plan, int place, IRoundStage stage)
{
    private const int MaxTries = 3;

    /// <summary>Gives the model as it is to all that are not at work.</summary>
    public Decision<AggregatorState> Begin(AggregatorState state)
    {
        var durable = state.Durable;

        // Those who answered while the last step was made wait for this one, with what they had begun with.
        var early = state.Buffer.Early;
        ImmutableArray<int> idle = [.. durable.Heard(durable.Joined.Keys).Where(client => !state.Buffer.Working.ContainsKey(client) && !early.ContainsKey(client))];
        var working = state.Buffer.Working.SetItems(idle.Select(client => KeyValuePair.Create(client, durable.Round)));
        var next = new AggregatorState(durable with
        {
            // Only what somebody is at work on is needed again.
            Versions = durable.Versions.SetItem(durable.Round, durable.Extractor).RemoveRange(durable.Versions.Keys.Where(round => !working.ContainsValue(round) && early.Values.All(update => update.Round != round))),
        }) with
        {
            Round = RoundState.None with { Updates = early, Target = plan.Settings.Extractor.Cohort.Buffer, Tries = state.Round.Tries },
            Exchange = ExchangeState.Over,
            Buffer = BufferState.None with { Working = working },
            Quiet = [.. working.Keys],
        };
        var begun = Decision.Of(
            next,
            [
                new Await(FormattableString.Invariant($"{next.Round.Target} updates for step {durable.Round} of stage '{stage.Stage}'")),
                .. idle.SelectMany(client => Invite(next, client)),
                new SetTimer(AggregatorRounds.Timer(next, stage), stage.Deadline(plan)),
            ]);
        return IsComplete(next) ? begun.And([.. Step(next).Effects]) with { State = Step(next).State } : begun;
    }

    /// <summary>What a client is at work on, once more; nothing where it waits for the next step.</summary>
    public ImmutableArray<Effect> Invite(AggregatorState state, int client) => state.Buffer.Working.TryGetValue(client, out var round)
        ? [new SendAgain(new Send(DeviceId.Client(client), new TrainRound(stage.Stage, round, state.Durable.Versions[round], []), stage.Stage))]
        : [];

    public Decision<AggregatorState> Take(AggregatorState state, int client, RoundUpdate update)
    {
        if (!state.Buffer.Working.TryGetValue(client, out var round) || round != update.Round)
        {
            return Decision.Of(state);
        }

        var idle = state with { Buffer = state.Buffer with { Working = state.Buffer.Working.Remove(client) } };
        if (state.Round.Closed)
        {
            return Decision.Of(idle with { Buffer = idle.Buffer with { Early = state.Buffer.Early.SetItem(client, update) } });
        }

        var next = idle with { Round = idle.Round with { Updates = state.Round.Updates.SetItem(client, update) } };
        return IsComplete(next) ? Step(next) : Decision.Of(next);
    }

    private static bool IsComplete(AggregatorState state) => state.Round.Updates.Count >= Math.Min(state.Round.Target, state.Durable.Heard(state.Durable.Joined.Keys).Count);

    /// <summary>
    /// At the deadline the step is made with what came, and who did not answer is asked again for what it is at work on once it is heard. Where nothing came those who are heard are asked again, a few times.
    /// </summary>
    public Decision<AggregatorState> Expire(AggregatorState state)
    {
        var decision = state.Round.Updates.Count > 0 ? Step(AggregatorSilence.Silence(state, state.Buffer.Working.Keys))
            : state.Round.Tries + 1 < MaxTries ? Begin(state with { Round = state.Round with { Tries = state.Round.Tries + 1 } }).And([.. Again(state)])
            : Decision.Of(state, new GiveUp(FormattableString.Invariant(
                $"step {state.Durable.Round} of stage '{stage.Stage}' got no update, {MaxTries} times")));
        return decision.And(AggregatorSilence.Passed(DeviceId.AggregatorAt(place), stage.Stage, state.Durable.Round, state.Buffer.Working.Keys, stage.Deadline(plan)));
    }

    private IEnumerable<Effect> Again(AggregatorState state) => state.Durable.Heard(state.Buffer.Working.Keys).SelectMany(client => Invite(state, client));

    private Decision<AggregatorState> Step(AggregatorState state)
    {
        var (durable, updates) = (state.Durable, state.Round.Updates.Values.ToImmutableArray());
        double samples = updates.Sum(update => (long)update.Samples);
        ImmutableArray<double> weights =
            [.. updates.Select(update => update.Samples / samples * plan.Settings.Extractor.Cohort.Discount(durable.Round - update.Round))];
        var steps = Enumerable.Range(0, durable.Extractor.Length).Select(part =>
        {
            BlobRef[] inputs = [durable.Extractor[part], .. updates.SelectMany(update => new[] { update.Model[part], durable.Versions[update.Round][part] })];
            return new Roles.Compute(
                new AverageTag(stage.Stage, durable.Round, part),
                LearningJob.Create(new BufferedStepParameters(weights), 0, inputs),
                Charges.Average(inputs[0].Bytes, inputs.Length));
        });
        return Decision.Of(state with { Round = state.Round with { Closed = true } }, [new CancelTimer(AggregatorRounds.DeadlineTimer), .. steps]);
    }
}
