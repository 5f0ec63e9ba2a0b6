using NMoE.Federation.Aggregator;
using NMoE.Federation.Client;
using NMoE.Federation.Protocol;
using NMoE.Federation.Roles;
using NMoE.Federation.Supervisor;

namespace NMoE.Federation.Fuzzing.Invariants;

/// <summary>Stages, rounds, rings and passes only move forward, each round ends once, and none is left out; a crash takes nobody back.</summary>
internal sealed class RoundsGoForward(Plan plan) : IInvariant
{
    private readonly SortedDictionary<int, int> _passes = [];
    private readonly SortedDictionary<TrainingStage, int> _ended = [];
    private (Phase Phase, int Round, int Generation) _aggregator;
    private bool _trained;

    /// <inheritdoc/>
    public string Name => "rounds-go-forward";

    /// <inheritdoc/>
    public string? See(Happening happening) => happening switch
    {
        RoleDecided { After: AggregatorState state } => Move(state.Durable),
        RoleDecided { After: ClientState state, Device.Number: var client } => Serve(client, state.Durable.PassesDone),
        RoleDecided { After: SupervisorState state } => Train(state.Trained),
        Observed { What: RoundEnded { Stage: not TrainingStage.Rolling } ended } => End(ended),
        RunOver { Outcome: not null } => Complete(),
        _ => null,
    };

    private string? Move(AggregatorDurable durable)
    {
        var (before, now) = (_aggregator, (durable.Phase, durable.Round, durable.Generation));
        _aggregator = now;

        // Rounds of stage 3 begin at 1 again.
        var back = now.Phase < before.Phase || (now.Phase == before.Phase && now.Round < before.Round) || now.Generation < before.Generation;
        return back ? FormattableString.Invariant(
            $"the aggregator went back from {before.Phase}, round {before.Round}, ring {before.Generation} to {now.Phase}, round {now.Round}, ring {now.Generation}") : null;
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
        var before = _ended.GetValueOrDefault(ended.Stage);
        _ended[ended.Stage] = ended.Round;
        return ended.Round == before + 1 ? null : FormattableString.Invariant(
            $"round {ended.Round} of stage '{Stages.Of(ended.Stage)}' ended after round {before}");
    }

    private string? Complete()
    {
        var (extractor, gate) = (_ended.GetValueOrDefault(TrainingStage.Extractor), _ended.GetValueOrDefault(TrainingStage.Gate));
        return extractor != plan.Settings.Extractor.Rounds ? FormattableString.Invariant($"the run ended after {extractor} rounds of {plan.Settings.Extractor.Rounds} of stage 1")
            : plan.TrainsGate && gate != plan.Settings.Gate.Rounds ? FormattableString.Invariant($"the run ended after {gate} rounds of {plan.Settings.Gate.Rounds} of stage 3")
            : null;
    }
}
