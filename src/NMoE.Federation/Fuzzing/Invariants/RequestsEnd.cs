using NMoE.Federation.Roles;

namespace NMoE.Federation.Fuzzing.Invariants;

/// <summary>Every request of inference that begins ends, once, unless its client crashed: then it begins again, unless that was for good.</summary>
internal sealed class RequestsEnd : IInvariant
{
    private readonly SortedSet<(int Client, int Pass, int Request)> _open = [];

    public string Name => "requests-end";

    public string? See(Happening happening)
    {
        switch (happening)
        {
            case Observed { What: RequestMark mark }:
                var request = (mark.Client, mark.Pass, mark.Request);
                return (mark.Finished ? _open.Remove(request) : _open.Add(request)) ? null
                    : mark.Finished ? $"{Text(request)} ended that was not under way" : $"{Text(request)} began while it was under way";
            case Observed { What: DeviceLost { Device: { IsClient: true, Number: var client } } }:
                _open.RemoveWhere(open => open.Client == client);
                return null;
            case RunOver { Outcome: not null } when _open.Count > 0:
                return $"{Text(_open.Min)} never ended";
            default:
                return null;
        }
    }

    private static string Text((int Client, int Pass, int Request) item) =>
        FormattableString.Invariant($"request {item.Request} of pass {item.Pass} of client-{item.Client}");
}
