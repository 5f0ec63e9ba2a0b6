using NMoE.Compute.Blobs;
using NMoE.Federation.Protocol;
using NMoE.Federation.Roles;
using NMoE.Simulation.Network;

namespace NMoE.Federation.Client;

/// <summary>What a client decides about requests of its peers.</summary>
internal sealed partial class ClientServing
{
    private Decision<ClientState> Serve(ClientState state, DeviceId from, RouteLatents request)
    {
        var sound = request.Pass < _rules.Passes.Length && request.Request < Requests(request.Pass) && request.Rows.Length <= Rows(request.Pass);
        if (!sound || state.Durable.Expert.Model is not { } expert)
        {
            return Decision.Of(state);
        }

        var tag = TagOf(_travel.IsExact ? Tags.Served : Tags.UnpackedRequest, from, request);
        return Decision.Of(state, _analog.IsOn ? new Hear(from, request)
            : _travel.IsExact ? (Effect)new Roles.Compute(tag, Logits(expert, request.Latents), Charges.Logits(_expert, request.Rows.Length))
            : _travel.Unpack(tag, request.Latents, request.Rows.Length)).After(ClientLinks.Sense(_rules.Passes[request.Pass]).AsSpan());
    }

    /// <summary>Analog latents are what they are when they come, by the signal that they come with; where nobody knows of one there is no noise.</summary>
    private Decision<ClientState> ServeHeard(ClientState state, SignalHeard heard)
    {
        var ((from, request), pass) = (heard.What, _rules.Passes[heard.What.Request.Pass]);
        return heard.Signal is { } signal
            ? Decision.Of(state, _analog.Arrive(TagOf(Tags.UnpackedRequest, from, request), request.Latents, signal, from.Number, number, pass.Test))
            : ServeUnpacked(state, TagOf(Tags.UnpackedRequest, from, request), request.Latents);
    }

    private static AnswerTag TagOf(string name, DeviceId from, RouteLatents request) => new(name, from.Number, request.Pass, request.Request, request.Substitution, request.Rows.Length);

    private Decision<ClientState> ServeUnpacked(ClientState state, AnswerTag asked, BlobRef latents) => state.Durable.Expert.Model is { } expert
        ? Decision.Of(state, new Roles.Compute(asked with { Name = Tags.Served }, Logits(expert, latents), Charges.Logits(_expert, asked.Rows)))
        : Decision.Of(state);

    private Decision<ClientState> Reply(ClientState state, AnswerTag asked, BlobRef logits)
    {
        var outputs = new ExpertOutputs(asked.Pass, asked.Request, logits, asked.Rows, plan.Model.Spec.Classes * sizeof(float)) { Substitution = asked.Substitution };
        return Decision.Of(state, new Send(DeviceId.Client(asked.Asker), outputs, _rules.Passes[asked.Pass].Stage));
    }
}
