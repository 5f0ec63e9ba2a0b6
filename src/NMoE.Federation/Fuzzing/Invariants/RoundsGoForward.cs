using NMoE.Federation.Aggregator;
using NMoE.Federation.Client;
using NMoE.Federation.Protocol;
using NMoE.Federation.Roles;
using NMoE.Federation.Supervisor;

namespace NMoE.Federation.Fuzzing.Invariants;

/// <summary>Stages, rounds, rings and passes only move forward, each round ends once, and none is left out; a crash takes nobody back.</summary>
internal sealed class RoundsGoForward(Pipeline pipeline) : IInvariant
{
    private readonly SortedDictionary<int, int> _passes = [];

    // By place of the aggregator.
    private readonly SortedDictionary<(int Place, string Stage), int> _ended = [];
    private readonly SortedDictionary<int, (string Stage, int Round, int Generation)> _aggregators = [];
    private int _place;
    private bool _trained;

    public string Name => "rounds-go-forward";

    public string? See(Happening happening) => happening switch
    {
        RoleDecided { Device.IsEdge: true } => null,
        RoleDecided { After: AggregatorState state, Device.Place: var place } decided => Move(place, Takeovers.Of(decided), state.Durable),
        RoleDecided { After: ClientState state, Device.Number: var client } => Serve(client, state.Durable.Serving.PassesDone),
        RoleDecided { After: SupervisorState state } => Train(state.Trained),
        Observed { What: RoundEnded { Generation: null } ended } => End(ended),
        Observed { What: RingEnded ended } => EndRing(ended),
        RunOver { Outcome: not null } => Complete(),
        _ => null,
    };

    private string? Move(int place, AggregatorDurable? begun, AggregatorDurable durable)
    {
        if (begun is not null)
        {
            _place = Math.Max(_place, place);
            _ended[(place, Stages.Extractor)] = Takeovers.Ended(pipeline, begun, Stages.Extractor);
            _ended[(place, Stages.Gate)] = Takeovers.Ended(pipeline, begun, Stages.Gate);
        }

        var (before, now) = (_aggregators.GetValueOrDefault(place), (durable.Stage, durable.Round, durable.Generation));
        _aggregators[place] = now;

        // Rounds of stage 3 begin at 1 again, and rings of a stage at 0.
        var back = Stages.Steps.IndexOf(now.Stage) < Stages.Steps.IndexOf(before.Stage) || (now.Stage == before.Stage && (now.Round < before.Round || now.Generation < before.Generation));
        return back ? FormattableString.Invariant(
            $"the aggregator went back from {before.Stage}, round {before.Round}, ring {before.Generation} to {now.Stage}, round {now.Round}, ring {now.Generation}") : null;
    }

    private string? Serve(int client, int done)
    {
        var before = _passes.GetValueOrDefault(client);
        _passes[client] = done;
        return done < before || done > before + 1
            ? FormattableString.Invariant($"client-{client} went from {before} passes done to {done}")
            : null;
    }

    private string? Train(bool trained)
    {
        var before = _trained;
        _trained = trained;
        return before && !trained ? "the supervisor forgot that training has ended" : null;
    }

    private string? End(RoundEnded ended)
    {
        var before = _ended.GetValueOrDefault((ended.Place, ended.Stage));
        _ended[(ended.Place, ended.Stage)] = ended.Round;
        return ended.Round == before + 1 ? null : FormattableString.Invariant(
            $"round {ended.Round} of stage '{ended.Stage}' ended after round {before}");
    }

    /// <summary>A ring may settle before its last lap; its laps are told by clients.</summary>
    private string? EndRing(RingEnded ended)
    {
        _ended[(ended.Place, ended.Stage)] = pipeline.Rounds[ended.Stage];
        return null;
    }

    private string? Complete()
    {
        var (extractor, gate) = (_ended.GetValueOrDefault((_place, Stages.Extractor)), _ended.GetValueOrDefault((_place, Stages.Gate)));
        return extractor != pipeline.Rounds[Stages.Extractor] ? FormattableString.Invariant($"the run ended after {extractor} rounds of {pipeline.Rounds[Stages.Extractor]} of stage 1")
            : pipeline.TrainsGate && gate != pipeline.Rounds[Stages.Gate] ? FormattableString.Invariant($"the run ended after {gate} rounds of {pipeline.Rounds[Stages.Gate]} of stage 3")
            : null;
    }
}
