using System.Collections.Immutable;
using NMoE.Federation.Roles;
using NMoE.Learning.Gates;
using NMoE.Simulation.Network;

namespace NMoE.Federation.Client;

/// <summary>What a client decides about experts that do not answer in time, and what it says itself.</summary>
internal sealed partial class ClientServing
{
    /// <summary>Those who do not answer in time are asked again, then the next-best in their place; the own expert is the last.</summary>
    private Decision<ClientState> Expire(ClientState state, RequestTimer timer)
    {
        if (state.Serving is not { Request.Open.Count: > 0 } serving || timer != Timer(serving))
        {
            return Decision.Of(state);
        }

        var (request, attempt) = (serving.Request, serving.Request.Attempt + 1);
        var next = serving with { Request = request with { Attempt = attempt, Late = request.Late.Union(request.Open.Remove(number)) } };
        var decision = attempt <= _settings.Retries ? Ask(state, serving with { Request = request with { Attempt = attempt } }, LateSlots(serving))
            : attempt <= _settings.Retries + _settings.Alternatives ? Rank(state, next)
            : AnswerAlone(state, next);
        var missing = serving.Request.Open.Remove(number);
        return missing.IsEmpty ? decision : decision.And(new Observe(new DeadlinePassed(
            DeviceId.Client(number), _rules.Passes[serving.Pass].Stage, serving.Request.Number + 1, [.. missing.Select(DeviceId.Client)], _settings.Deadline)));
    }

    /// <summary>The gate's order of so many experts more, for a row each: no more than it can choose from.</summary>
    private Decision<ClientState> Rank(ClientState state, ServingState serving)
    {
        var pass = _rules.Passes[serving.Pass];
        var shares = SharesOf(pass);
        var possible = serving.Experts.Count(expert => shares.IsEmpty || shares[plan.Peers.Place(number, expert)] > 0);
        var count = Math.Min(possible, K(serving) + serving.Request.Late.Count + 1);
        return count > K(serving) && Gates.Of(pass.Gate).Experts(count, _rules.KeysOf(pass.Gate)) == count
            ? Decision.Of(state with { Serving = serving }, Choose(state, serving, count, Tags.Ranking))
            : AnswerAlone(state, serving);
    }

    /// <summary>In the place of each that was late comes the first of the order that was not, and is not asked for the row already.</summary>
    private Decision<ClientState> AskNext(ClientState state, ServingState serving, ImmutableArray<int> ranking)
    {
        var answered = serving.Answered.ToBuilder();
        var (k, length) = (K(serving), ranking.Length / Rows(serving.Pass));
        foreach (var slot in LateSlots(serving))
        {
            var row = slot / k;
            answered[slot] = Enumerable.Range(row * length, length).Select(place => (int?)ranking[place])
                .FirstOrDefault(expert => !serving.Request.Late.Contains(expert!.Value) && !Enumerable.Range(row * k, k).Any(other => answered[other] == expert)) ?? number;
        }

        return Ask(state, serving with { Answered = answered.ToImmutable(), Request = serving.Request with { Substitution = serving.Request.Substitution + 1 } }, LateSlots(serving));
    }

    /// <summary>Choices that wait for a peer's answer.</summary>
    private ImmutableArray<int> LateSlots(ServingState serving) =>
        [.. serving.Request.Asked.Where(slot => serving.Request.Open.Contains(serving.Answered[slot]) && serving.Answered[slot] != number)];

    private Decision<ClientState> AnswerAlone(ClientState state, ServingState serving)
    {
        var late = LateSlots(serving);
        var answered = serving.Answered.ToBuilder();
        foreach (var slot in late)
        {
            answered[slot] = number;
        }

        return Decision.Of(
            state with { Serving = serving with { Answered = answered.ToImmutable(), Request = serving.Request with { Open = [] } } },
            Own(state, serving, Tags.Fallback, late.Length));
    }

    /// <summary>What the client itself says of some samples of a request.</summary>
    private Roles.Compute Own(ClientState state, ServingState serving, string purpose, int rows)
    {
        var tag = new RequestTag(purpose, serving.Pass, serving.Request.Number);
        return _home.Mixed(tag, state, serving, rows) ?? new(tag, Logits(state.Durable.Expert.Model!, serving.Latents!), Charges.Logits(_expert, rows));
    }
}
