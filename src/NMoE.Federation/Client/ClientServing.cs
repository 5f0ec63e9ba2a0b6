using System.Collections.Immutable;
using NMoE.Compute.Blobs;
using NMoE.Compute.Jobs;
using NMoE.Federation.Protocol;
using NMoE.Federation.Roles;
using NMoE.Federation.Settings;
using NMoE.Learning.Gates;
using NMoE.Learning.Jobs;
using NMoE.Learning.Models;
using NMoE.Simulation.Network;

namespace NMoE.Federation.Client;

/// <summary>What a client decides in inference: one request of some samples after another, each expert's rows in one message.</summary>
internal sealed partial class ClientServing(int number, Plan plan) : IClientHalf
{
    private readonly Charges _charges = new(plan);
    private readonly ModelSpec _expert = plan.Model.ExpertSpec(number);
    private readonly LatentTravel _travel = new(plan.Settings.Latent.Precision, plan.Model.Spec);
    private readonly AnalogTravel _analog = new(plan);
    private readonly ClientLinks _links = new(number, plan);
    private readonly ClientHome _home = new(number, plan);
    private readonly ClientLatents _latents = new(number, plan);
    private readonly InferenceSection _settings = plan.Settings.Inference;
    private readonly ServingRules _rules = plan.Pipeline.Serving;

    private static Send Begun => new(DeviceId.Supervisor, new ServingBegun(), Stages.Control);

    private int K(ServingState serving) => Math.Min(_rules.K(_rules.Passes[serving.Pass]), serving.Experts.Length);

    private int Rows(int pass) => plan.Deal.TestRows(number, _rules.Passes[pass].Test);

    private int Requests(int pass) => (Rows(pass) + _settings.Batch - 1) / _settings.Batch;

    public Decision<ClientState>? Handle(ClientState state, object message) => message switch
    {
        Delivery { Message: BeginServing begin } => Allow(state, begin),
        Delivery { Message: RouteLatents request, From: var from } => Serve(state, from, request),
        Delivery { Message: ExpertOutputs outputs, From.Number: var expert } => Take(state, expert, outputs),
        SignalHeard heard => ServeHeard(state, heard),
        JobFinished { Tag: AnswerTag { Name: Tags.UnpackedRequest } asked, Result.Outputs: [var latents, ..] } => ServeUnpacked(state, asked, latents),
        JobFinished { Tag: AnswerTag asked, Result.Outputs: [var logits, ..] } => Reply(state, asked, logits),
        JobFinished { Tag: RequestTag request } job => Finished(state, request, job.Result),
        TimerFired { Tag: RequestTimer timer } => Expire(state, timer),
        _ => null,
    };

    /// <summary>The supervisor's word; where it comes again, the answer was lost.</summary>
    private Decision<ClientState> Allow(ClientState state, BeginServing begin) => state switch
    {
        { Silence.Left: true } => Decision.Of(state),
        { Serving: not null } => Decision.Of(state, Begun),
        _ when state.Durable.Serving.PassesDone == _rules.Passes.Length => Decision.Of(state, Begun),
        _ => Decision.Of(state with { Durable = state.Durable with { Serving = state.Durable.Serving with { MayServe = true, There = begin.Experts } } }, new Await("its experts and gate")),
    };

    public Decision<ClientState> BeginIfReady(Decision<ClientState> decision)
    {
        var state = decision.State;
        var ready = state.Serving is null && !state.Silence.Left && state.Durable.Serving.PassesDone < _rules.Passes.Length && state.Durable.Serving.MayServe && state.CanServe(_rules)
            && state.Shards.Tests.Count == _settings.TestPartitions.Distinct().Count() && _home.HasData(state);
        if (!ready)
        {
            return decision;
        }

        var begun = BeginPass(state, state.Durable.Serving.PassesDone);
        return decision with
        {
            State = begun.State,
            Effects = [.. decision.Effects, Begun, .. begun.Effects],
        };
    }

    private Decision<ClientState> Finished(ClientState state, RequestTag tag, JobResult result)
    {
        if (state.Serving is not { } serving || tag.Pass != serving.Pass)
        {
            return Decision.Of(state);
        }

        return tag.Name switch
        {
            Tags.HomeGate => BeginRequest(_home.Keep(state, serving.Pass, result.Outputs[0]), serving),
            Tags.TestLatents => Route(state, serving with { Latents = result.Outputs[0] }),
            Tags.Route => TakeRoute(state, serving, result.Outputs[0], Numbers(result.Integers)),
            Tags.Ranking when tag.Request == serving.Request.Number && !serving.Request.Open.IsEmpty => AskNext(state, serving, Numbers(result.Integers)),
            Tags.PackedRequest when tag.Request == serving.Request.Number => SendPacked(state, serving, result.Outputs[0]),
            Tags.OwnOutputs => TakeFrom(state, serving, number, result.Outputs[0]),
            Tags.Fallback => EndRequest(state, serving with { Outputs = serving.Outputs.SetItem(number, result.Outputs[0]) }),
            Tags.Answer => EndPass(state, serving, result.Outputs[0]),
            _ => Decision.Of(state),
        };
    }

    private Decision<ClientState> Take(ClientState state, int expert, ExpertOutputs outputs) =>
        state.Serving is { } serving && outputs.Pass == serving.Pass && outputs.Request == serving.Request.Number && outputs.Substitution == serving.Request.Substitution
            ? TakeFrom(state, serving, expert, outputs.Logits)
            : Decision.Of(state);

    private Decision<ClientState> BeginPass(ClientState state, int pass)
    {
        var serving = ServingState.Of(pass, Choosable.Of(plan.Deal, plan.Peers, _rules, number, state.Durable, _rules.Passes[pass]));
        return _home.Training(state, pass) is { } training ? Decision.Of(state with { Serving = serving }, training) : BeginRequest(state with { Serving = serving }, serving);
    }

    private Decision<ClientState> BeginRequest(ClientState state, ServingState serving)
    {
        var shard = state.Shards.Tests[_rules.Passes[serving.Pass].Test];
        return Decision.Of(
            state with { Serving = serving },
            [.. ClientLinks.Sense(_rules.Passes[serving.Pass]),
            new Observe(new RequestMark(number, serving.Pass, serving.Request.Number, Finished: false)),
            new Await(FormattableString.Invariant(
                $"answers to request {serving.Request.Number + 1} of {Requests(serving.Pass)} of {_rules.Passes[serving.Pass].Stage}")),
            _latents.Of(new RequestTag(Tags.TestLatents, serving.Pass, serving.Request.Number), state, state.Durable.Expert.Extractor!, shard, RowsOf(serving).Count())]);
    }

    private Decision<ClientState> TakeRoute(ClientState state, ServingState serving, BlobRef weights, ImmutableArray<int> chosen)
    {
        var routed = serving with { Weights = weights, Chosen = chosen, Answered = _links.Answered(serving, chosen, K(serving)) };
        return Ask(state, routed, [.. Slots(routed)]);
    }

    /// <summary>A gate knows experts by their places among those that the client may ask.</summary>
    private ImmutableArray<int> Numbers(ImmutableArray<int> places) =>
        plan.Peers.Rows(number) is { } experts ? [.. places.Select(place => experts[place])] : places;

    private ImmutableArray<int> Places(IEnumerable<int> experts) => [.. experts.Select(expert => plan.Peers.Place(number, expert))];

    private Decision<ClientState> Route(ClientState state, ServingState serving)
    {
        var seeing = _links.Look(state.Links, serving, _rules.Passes[serving.Pass]);
        return Decision.Of(state with { Serving = seeing }, Choose(state, seeing, K(seeing), Tags.Route));
    }

    private Roles.Compute Choose(ClientState state, ServingState serving, int count, string tag)
    {
        var pass = _rules.Passes[serving.Pass];
        var kind = Gates.Of(pass.Gate);
        var spec = kind.Source is null ? plan.Model.Spec : plan.Model.GateSpec;
        var own = kind.KnowsOwnRows ? OwnRows(state) : [];
        var experts = plan.Peers.Count(number);
        var capacity = tag == Tags.Route && kind.Name != LocalGate.GateName ? _settings.Capacity : null;
        var parameters = new RouteParameters(spec, pass.Gate, plan.Peers.Place(number, number), experts, count, SharesOf(pass))
        {
            Experts = serving.Experts.Length == experts ? null : Places(serving.Experts),
            Own = own.IsEmpty ? null : _rules.OwnRows(number, Places(state.Durable.Sharing.Opinions.Keys)),
            Rows = kind.Source is null ? null : plan.Peers.Rows(number),
            Features = kind.Source == Stages.Gate ? plan.Pipeline.Gate.Features?.Count ?? 0 : 0,
            GateSettings = LearningJob.Element(_rules.KeysOf(pass.Gate)),
            Links = _links.Told(serving.Seen),
            Request = kind.WeighsRequests || capacity is not null ? _settings.Batch : 0,
            Capacity = capacity,
        };
        var gate = kind.Source is { } stage ? state.Durable.Gates[stage].Model : null;
        var job = LearningJob.Create(parameters, plan.Seeds.GateKey("route", number, (int)pass.Test), [serving.Latents!, .. gate is null ? [] : ImmutableArray.Create(gate), .. own]);
        var flops = (gate is null ? 0 : _charges.Route(RowsOf(serving).Count() + (own.IsEmpty ? 0 : _rules.OwnRowsRead(plan.Deal.Rows(number))), experts))
            + kind.Flops(RowsOf(serving).Count(), serving.Experts.Length, _rules.KeysOf(pass.Gate));
        return new Roles.Compute(new RequestTag(tag, serving.Pass, serving.Request.Number), job, flops);
    }

    /// <summary>What a gate is told that looks at the client's own rows; nothing where no expert's opinion of them came.</summary>
    private static ImmutableArray<BlobRef> OwnRows(ClientState state) => state is { Durable: { Expert.Latents: { } latents, Sharing.Opinions.Count: > 0 } durable, Shards.Training: { } shard }
        ? [latents, shard, .. durable.Sharing.Opinions.Values]
        : [];

    /// <summary>The distribution that a pass draws experts by; empty for all alike, and for gates that do not draw.</summary>
    private ImmutableArray<double> SharesOf(InferencePass pass) =>
        pass.Gate != RanGate.GateName || _settings.RandomShares.IsEmpty ? [] : [.. plan.Peers.Experts(number).Select(expert => _settings.RandomShares[expert])];

    /// <summary>Asks those who are to answer some choices, and waits for them until the deadline.</summary>
    private Decision<ClientState> Ask(ClientState state, ServingState serving, ImmutableArray<int> slots)
    {
        var byExpert = ByExpert(serving, slots);
        var packed = _travel.IsExact ? 0 : byExpert.Where(group => group.Key != number).SelectMany(group => group).Distinct().Count();
        var effects = byExpert.Where(group => packed == 0 || group.Key == number).Select(group => group.Key == number
            ? (Effect)Own(state, serving, Tags.OwnOutputs, group.Count())
            : Once(serving, Request(serving, group, serving.Latents!)));
        var open = serving with
        {
            Request = serving.Request with { Asked = slots, Open = [.. byExpert.Select(group => group.Key), .. serving.Request.Open.Where(expert => expert == number)] },
        };
        return Decision.Of(
            state with { Serving = open },
            [
                .. packed > 0
                    ? [_travel.Pack(new RequestTag(Tags.PackedRequest, serving.Pass, serving.Request.Number), serving.Latents!, packed)]
                    : ImmutableArray<Effect>.Empty,
                .. effects,
                new SetTimer(Timer(serving), _settings.Deadline),
            ]);
    }

    /// <summary>After the deadline nobody is open any more, and nothing is sent.</summary>
    private Decision<ClientState> SendPacked(ClientState state, ServingState serving, BlobRef packed) => Decision.Of(state, [
        .. ByExpert(serving, LateSlots(serving))
            .Select(group => Once(serving, Request(serving, group, packed))),
    ]);

    /// <summary>A request that is made again after its deadline may still be on its way.</summary>
    private static Effect Once(ServingState serving, Send request) => serving.Request.Attempt > 0 ? new SendAgain(request) : request;

    private Send Request(ServingState serving, IGrouping<int, int> rows, BlobRef latents) => new(
        DeviceId.Client(rows.Key),
        new RouteLatents(serving.Pass, serving.Request.Number, latents, [.. rows.Distinct()], _analog.IsOn ? 0 : _travel.RowBytes) { Substitution = serving.Request.Substitution, RowUses = _analog.RowUses },
        _rules.Passes[serving.Pass].Stage);

    /// <summary>The rows of some choices by the expert that is to answer them, in the experts' order.</summary>
    private ImmutableArray<IGrouping<int, int>> ByExpert(ServingState serving, IEnumerable<int> slots) =>
        [.. slots.GroupBy(slot => serving.Answered[slot], slot => slot / K(serving)).OrderBy(group => group.Key)];

    private Decision<ClientState> TakeFrom(ClientState state, ServingState serving, int expert, BlobRef logits)
    {
        if (!serving.Request.Open.Contains(expert))
        {
            return Decision.Of(state);
        }

        var next = serving with
        {
            Request = serving.Request with { Open = serving.Request.Open.Remove(expert) },
            Outputs = serving.Outputs.SetItem(expert, logits),
        };
        return next.Request.Open.IsEmpty ? EndRequest(state, next) : Decision.Of(state with { Serving = next });
    }

    private Decision<ClientState> EndRequest(ClientState state, ServingState serving)
    {
        var mark = new Observe(new RequestMark(number, serving.Pass, serving.Request.Number, Finished: true));
        if (serving.Request.Number + 1 < Requests(serving.Pass))
        {
            var next = BeginRequest(state, serving with { Request = RequestState.Of(serving.Request.Number + 1) });
            return next with { Effects = [new CancelTimer(Tags.Deadline), mark, .. next.Effects] };
        }

        ImmutableArray<int> used = [.. serving.Answered.Distinct().Order()];
        var job = LearningJob.Create(
            new AnswerParameters(K(serving), plan.Model.Spec.Classes, used, serving.Answered, _rules.Mixture(K(serving))), 0,
            [serving.Weights!, .. used.Select(expert => serving.Outputs[expert])]);
        return Decision.Of(
            state with { Serving = serving },
            new CancelTimer(Tags.Deadline), mark,
            new Roles.Compute(new RequestTag(Tags.Answer, serving.Pass, serving.Request.Number), job, 0));
    }

    private Decision<ClientState> EndPass(ClientState state, ServingState serving, BlobRef probabilities)
    {
        var seen = new Observe(new PassAnswered(number, serving.Pass, probabilities, serving.Chosen, serving.Answered));
        var done = state with { Serving = null, Durable = state.Durable with { Serving = state.Durable.Serving with { PassesDone = serving.Pass + 1 } } };
        if (done.Durable.Serving.PassesDone == _rules.Passes.Length)
        {
            return Decision.Of(done, seen, new Done());
        }

        var next = BeginPass(done, done.Durable.Serving.PassesDone);
        return next with { Effects = [seen, .. next.Effects] };
    }

    private static RequestTimer Timer(ServingState serving) => new(serving.Pass, serving.Request.Number, serving.Request.Attempt);

    private IEnumerable<int> RowsOf(ServingState serving)
    {
        var first = serving.Request.Number * _settings.Batch;
        return Enumerable.Range(first, Math.Min(_settings.Batch, Rows(serving.Pass) - first));
    }

    private IEnumerable<int> Slots(ServingState serving) =>
        RowsOf(serving).SelectMany(row => Enumerable.Range(row * K(serving), K(serving)));

    private Job Logits(BlobRef expert, BlobRef latents) =>
        LearningJob.Create(new ExpertLogitsParameters(_expert), 0, expert, latents);
}
