using NMoE.Federation.Protocol;
using NMoE.Federation.Roles;

namespace NMoE.Federation.Fuzzing.Invariants;

/// <summary>No latents go to a client whose expert the sender may not ask, and nobody is told of one; what a client answers is of experts that it may ask.</summary>
internal sealed class OnlyPeersAreAsked(Plan plan) : IInvariant
{
    public string Name => "only-peers-are-asked";

    public string? See(Happening happening) => happening switch
    {
        RoleDecided decided => decided.Sent().Select(send => Asks(send, decided.Device.Number)).FirstOrDefault(wrong => wrong is not null),
        Observed { What: PassAnswered answered } => answered.Answered.Where(expert => !plan.Peers.Knows(answered.Client, expert))
            .Select(expert => FormattableString.Invariant($"client-{answered.Client} has an answer of client-{expert}'s expert, which it may not ask")).FirstOrDefault(),
        _ => null,
    };

    private string? Asks(Send send, int from) => send.Message switch
    {
        TrainingLatents when !plan.Asked.Knows(from, send.To.Number) => Stranger(send, from),
        RouteLatents when !plan.Peers.Knows(from, send.To.Number) => Stranger(send, from),
        ShareLatents share => share.Experts.Where(expert => !plan.Asked.Knows(send.To.Number, expert)).Select(expert => Told(send, expert)).FirstOrDefault(),
        BeginServing begin => begin.Experts.Where(expert => !plan.Peers.Knows(send.To.Number, expert)).Select(expert => Told(send, expert)).FirstOrDefault(),
        PublishModel published => published.Experts.Where(expert => !plan.Peers.Knows(send.To.Number, expert)).Select(expert => Told(send, expert)).FirstOrDefault(),
        _ => null,
    };

    private static string Stranger(Send send, int from) => FormattableString.Invariant($"client-{from} sends a {WireCodec.KindOf(send.Message)} to {send.To}, whose expert it may not ask");

    private static string Told(Send send, int expert) => FormattableString.Invariant($"{send.To} is told of client-{expert}'s expert in a {WireCodec.KindOf(send.Message)}, which it may not ask");
}
