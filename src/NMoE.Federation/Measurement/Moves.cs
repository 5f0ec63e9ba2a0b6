using System.Collections.Immutable;
using NMoE.Federation.Protocol;
using NMoE.Federation.Records;
using NMoE.Federation.Roles;
using NMoE.Simulation.Network;
using NMoE.Simulation.Time;

namespace NMoE.Federation.Measurement;

/// <summary>The aggregator's moves, and what was lost by them.</summary>
internal sealed class Moves
{
    private readonly List<(AggregatorMoved Moved, VirtualTime At)> _moves = [];
    private readonly SortedDictionary<int, int> _lost = [];
    private readonly SortedDictionary<int, string> _reasons = [];
    private int _missed;

    /// <summary>Where the aggregator is.</summary>
    public int Place { get; private set; }

    public void Add(AggregatorMoved moved, VirtualTime at)
    {
        _moves.Add((moved, at));
        Place = Math.Max(Place, moved.Device.Place);
    }

    public void Add(AggregatorGaveWay gave) => _reasons[gave.Device.Place] = gave.Reason;

    public void Missed() => _missed++;

    /// <summary>Rounds that had ended count no more: of places before this one, and done again from it on.</summary>
    public void Lose(int place, int rounds) => _lost[place] = _lost.GetValueOrDefault(place) + rounds;

    public MovesRecord Record(Ledger ledger)
    {
        var kept = ledger.Entries.Where(item => item.Key.Kind == Checkpoint.Form.Kind).Select(item => item.Entry).ToArray();
        return new MovesRecord(
            [.. _moves.Select(item => new MoveRecord(
                item.At.Seconds, item.Moved.Device.ToString(), item.Moved.Step is { } step ? Name(step) : "start", item.Moved.Round,
                _lost.GetValueOrDefault(item.Moved.Device.Place), _reasons.GetValueOrDefault(item.Moved.Device.Place - 1, "it did not answer")))],
            kept.Sum(entry => entry.Messages), kept.Sum(entry => entry.Sent), _missed);
    }

    private static string Name(string step) => step switch { Stages.Sharing => Stages.Gate, Stages.Finished => "end", _ => step };
}
