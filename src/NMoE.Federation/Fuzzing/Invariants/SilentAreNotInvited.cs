using NMoE.Federation.Aggregator;
using NMoE.Federation.Client;
using NMoE.Federation.Protocol;
using NMoE.Federation.Roles;
using NMoE.Simulation.Network;

namespace NMoE.Federation.Fuzzing.Invariants;

/// <summary>
/// Who was asked for something, and said nothing until a deadline ended the step, is asked for nothing more until it is heard; where nobody is heard all are asked. A gate that rolls passes over for good whom it
/// has passed over once.
/// </summary>
internal sealed class SilentAreNotInvited : IInvariant
{
    // In which step each was first asked for something, as long as it says nothing.
    private readonly SortedDictionary<(DeviceId Server, int Client), ((string Stage, int Round, int Tries) Step, bool Heard)> _asked = [];
    private readonly SortedSet<(DeviceId Server, int Client)> _silent = [];

    public string Name => "silent-are-not-invited";

    public string? See(Happening happening) => happening switch
    {
        RoleDecided { Before: AggregatorState before, After: AggregatorState after } decided => Led(decided, before, after),
        RoleDecided { Before: ClientState before, After: ClientState } decided => Rolled(decided, before),
        _ => null,
    };

    private string? Led(RoleDecided decided, AggregatorState before, AggregatorState after)
    {
        var server = decided.Device;
        if (decided.Message is Delivery { From: { IsClient: true, Number: var heard } })
        {
            _silent.Remove((server, heard));
            if (_asked.TryGetValue((server, heard), out var asked))
            {
                _asked[(server, heard)] = asked with { Heard = true };
            }
        }

        if (decided.Message is TimerFired && IsOver(before, after))
        {
            _silent.UnionWith(_asked.Where(asked => asked.Key.Server == server && asked.Value == (Step(before), false) && IsWaitedFor(before, asked.Key.Client)).Select(asked => asked.Key));
        }

        var invited = decided.Sent().Where(send => IsInvitation(send.Message) && send.To.IsClient).Select(send => send.To.Number).ToArray();
        var wrong = invited.Where(client => _silent.Contains((server, client))).Select(client => (int?)client).FirstOrDefault();
        foreach (var client in invited.Where(client => !_asked.TryGetValue((server, client), out var asked) || asked.Step != Step(after)))
        {
            _asked[(server, client)] = (Step(after), false);
        }

        return wrong is { } silent && Pool(after.Durable).Any(client => !_silent.Contains((server, client)))
            ? FormattableString.Invariant($"{server} invites client-{silent}, which was silent at a deadline and has not been heard since")
            : null;
    }

    private static (string Stage, int Round, int Tries) Step(AggregatorState state) => (state.Durable.Stage, state.Durable.Round, state.Round.Tries);

    /// <summary>Stragglers of a round that has enough are not.</summary>
    private static bool IsWaitedFor(AggregatorState state, int client) =>
        state.Durable.Stage is not (Stages.Extractor or Stages.Gate) || state.Round.Cohort.Contains(client) || state.Buffer.Working.ContainsKey(client);

    /// <summary>Whom a step may ask.</summary>
    private static IEnumerable<int> Pool(AggregatorDurable durable) => durable.Stage switch
    {
        Stages.Sharing => durable.Experts,
        Stages.Gate => durable.Ready,
        _ => durable.Joined.Keys,
    };

    /// <summary>Whether a deadline ended the step: it did not begin anew, for lack of a quorum.</summary>
    private static bool IsOver(AggregatorState before, AggregatorState after) =>
        (after.Round.Closed && !before.Round.Closed) || (after.Exchange.IsOver && !before.Exchange.IsOver && after.Durable.Round == before.Durable.Round)
        || (after.Durable.Stage != before.Durable.Stage && before.Durable.Stage is Stages.Expert or Stages.Sharing);

    private static bool IsInvitation(IMessage message) => message is TrainRound or Correlate or ShareLatents;

    /// <summary>A client passes the gate on with all whom it was told of and those whom it has passed over itself, and to none of them.</summary>
    private static string? Rolled(RoleDecided decided, ClientState state)
    {
        return decided.Sent().Select(send => (send.To, Gate: send.Message as TravellingModel)).Where(item => item.Gate is not null)
            .Select(item => (item.To, item.Gate, Before: Came(decided.Message, state, item.Gate!.Stage))).Where(item => item.Before?.Generation == item.Gate!.Generation)
            .Select(item => item.To.IsClient && item.Gate!.Missed.Contains(item.To.Number) ? $"{decided.Device} passes the gate to {item.To}, which did not acknowledge it before"
                : item.Before!.Missed.Except(item.Gate!.Missed).Any() ? $"{decided.Device} passes the gate on as if nobody had been passed over"
                : null)
            .FirstOrDefault(wrong => wrong is not null);
    }

    /// <summary>The model as the client had it before it passed it on.</summary>
    private static TravellingModel? Came(object message, ClientState state, string stage) => message switch
    {
        Delivery { Message: TravellingModel came } when came.Stage == stage => came,
        TimerFired => state.Passing.GetValueOrDefault(stage),
        _ => state.Durable.Turns.GetValueOrDefault(stage)?.Model,
    };
}
