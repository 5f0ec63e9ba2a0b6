using NMoE.Federation.Protocol;
using NMoE.Federation.Roles;

namespace NMoE.Federation.Fuzzing.Invariants;

/// <summary>No request, no latents to say something of and no gate to train on its latents go to a client that never had an expert.</summary>
internal sealed class OnlyExpertsAreAsked : IInvariant
{
    private readonly SortedSet<int> _experts = [];

    public string Name => "only-experts-are-asked";

    public string? See(Happening happening)
    {
        switch (happening)
        {
            case Observed { What: ExpertTrained trained }:
                _experts.Add(trained.Client);
                return null;
            case RoleDecided decided:
                return decided.Sent().Where(send => NeedsExpert(send.Message) && send.To.IsClient && !_experts.Contains(send.To.Number))
                    .Select(send => $"{decided.Device} sends a {WireCodec.KindOf(send.Message)} to {send.To}, which never had an expert").FirstOrDefault();
            default:
                return null;
        }
    }

    private static bool NeedsExpert(IMessage message) => message is RouteLatents or TrainingLatents or TravellingModel { Stage: not Stages.Extractor, Step: not RingStep.Done };
}
