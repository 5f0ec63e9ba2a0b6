using System.Collections.Immutable;
using NMoE.Federation.Protocol;
using NMoE.Federation.Roles;
using NMoE.Learning.Jobs;
using NMoE.Simulation.Network;

namespace NMoE.Federation.Fuzzing.Invariants;

/// <summary>What a client's gate is told of links follows from what the client measured and what its peers reported to it since it was switched on, and from nothing else.</summary>
internal sealed class LinksWereReported(Plan plan) : IInvariant
{
    private readonly SortedDictionary<int, SensedAccess> _measured = [];
    private readonly SortedDictionary<(int Client, int Peer), SensedAccess> _reported = [];
    private readonly SortedDictionary<int, ImmutableArray<Link>> _routed = [];

    public string Name => "links-were-reported";

    public string? See(Happening happening)
    {
        if (happening is not RoleDecided { Device: { IsClient: true, Number: var client } } decided)
        {
            return null;
        }

        switch (decided.Message)
        {
            case AccessSensed sensed:
                _measured[client] = sensed.Access;
                break;
            case Delivery { Message: LinkReport report, From.Number: var peer }:
                _reported[(client, peer)] = report.Access;
                break;
            case Started or Restarted:
                _measured.Remove(client);
                foreach (var key in _reported.Keys.Where(key => key.Client == client).ToArray())
                {
                    _reported.Remove(key);
                }

                break;
        }

        return decided.Effects.OfType<Roles.Compute>().Where(compute => compute.Job.Kind == RouteParameters.Kind)
            .Select(compute => LearningJob.Parameters<RouteParameters>(compute.Job).Links is { } told && !IsKnown(client, told.Seen[^1])
                ? FormattableString.Invariant($"client-{client} routes by links that it neither measured nor was told of")
                : null)
            .FirstOrDefault(wrong => wrong is not null);
    }

    /// <summary>What is known now, or was when the request was routed: the gate's order of more experts in the place of late ones is by that.</summary>
    private bool IsKnown(int client, ImmutableArray<Link> told)
    {
        if (_routed.TryGetValue(client, out var before) && told.SequenceEqual(before))
        {
            return true;
        }

        _routed[client] = Expected(client);
        return told.SequenceEqual(_routed[client]);
    }

    private ImmutableArray<Link> Expected(int client)
    {
        var own = _measured.GetValueOrDefault(client) ?? new SensedAccess(0, 0);
        return [.. plan.Peers.Experts(client).Select(expert => expert == client ? Link.None : own.To(_reported.GetValueOrDefault((client, expert)) ?? own))];
    }
}
