using System.Collections.Immutable;
using NMoE.Federation.Protocol;
using NMoE.Federation.Roles;
using NMoE.Learning.Cost;
using NMoE.Learning.Gates;
using NMoE.Learning.Jobs;
using NMoE.Simulation.Network;

namespace NMoE.Federation.Client;

/// <summary>
/// What a client knows of its links, where a gate asks for it: its own access, which it measures when it begins a request and when it answers one, and those of others, who report theirs to all who may ask them
/// whenever they find it changed.
/// </summary>
internal sealed class ClientLinks(int number, Plan plan) : IClientHalf
{
    private readonly LatentTravel _travel = new(plan.Settings.Latent.Precision, plan.Model.Spec);

    public Decision<ClientState>? Handle(ClientState state, object message) => message switch
    {
        AccessSensed sensed => Report(state, sensed),
        Delivery { Message: LinkReport report, From.Number: var peer } => Decision.Of(plan.Peers.Knows(number, peer) && peer != number
            ? state with { Links = state.Links with { Reported = state.Links.Reported.SetItem(peer, report.Access) } }
            : state),
        _ => null,
    };

    /// <summary>The effect of a gate's pass that looks at links; nothing for others.</summary>
    /// <param name="pass">The pass.</param>
    public static ImmutableArray<Effect> Sense(InferencePass pass) => Gates.Of(pass.Gate).SensesLinks ? [new Sense(pass.Stage)] : [];

    /// <summary>A pass whose gate looks at links, with what is known of them as its next request is routed; the same for other gates.</summary>
    /// <param name="known">What is known.</param>
    /// <param name="serving">The pass.</param>
    /// <param name="pass">Its gate.</param>
    public ServingState Look(LinksState known, ServingState serving, InferencePass pass) =>
        Gates.Of(pass.Gate).SensesLinks ? serving with { Seen = serving.Seen.Add(View(known)) } : serving;

    /// <summary>Who is to answer each choice: who answered earlier requests stays, and a gate that looks at links may have chosen others since for those to come.</summary>
    /// <param name="serving">The pass.</param>
    /// <param name="chosen">The gate's choices, now.</param>
    /// <param name="k">Experts a sample.</param>
    public ImmutableArray<int> Answered(ServingState serving, ImmutableArray<int> chosen, int k)
    {
        var past = serving.Request.Number * plan.Settings.Inference.Batch * k;
        return serving.Answered.IsEmpty ? chosen : serving.Seen.IsEmpty ? serving.Answered : [.. serving.Answered.Take(past), .. chosen.Skip(past)];
    }

    /// <summary>What is known now of the links to those that the client may ask, by their places.</summary>
    private ImmutableArray<Link> View(LinksState known)
    {
        // Of whom nothing is known, it is taken to have an access like the client's own.
        var own = known.Own ?? new SensedAccess(0, 0);
        return [.. plan.Peers.Experts(number).Select(expert => expert == number ? Link.None : own.To(known.Reported.GetValueOrDefault(expert, own)))];
    }

    /// <summary>What a route is told of links; null for nothing.</summary>
    /// <param name="seen">What was known at each request.</param>
    public LinkSense? Told(ImmutableArray<ImmutableArray<Link>> seen)
    {
        // Of peers' devices and experts it knows no more than that there are some: they are taken for ones like its own.
        var (device, spec) = (plan.Settings.KindOf(number).Device, plan.Model.ExpertSpec(number));
        return seen.IsEmpty ? null : new(plan.Settings.Inference.Batch, new(
            _travel.RowBytes, spec.Classes * sizeof(float), LearningCost.Logits(spec, 1), _travel.IsExact ? 0 : 2 * LearningCost.Requantise(spec, 1), device.Compute,
            device.Energy.SentByte + device.Energy.ReceivedByte, device.Energy.Radio, device.Energy.Flop), seen);
    }

    private Decision<ClientState> Report(ClientState state, AccessSensed sensed) => sensed.Access == state.Links.Own
        ? Decision.Of(state)
        : Decision.Of(
            state with { Links = state.Links with { Own = sensed.Access } },
            [.. plan.Peers.Askers(number).Select(asker => new Send(DeviceId.Client(asker), new LinkReport(sensed.Access), sensed.Stage))]);
}
