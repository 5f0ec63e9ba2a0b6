using System.Collections.Immutable;
using NMoE.Federation.Protocol;
using NMoE.Federation.Records;
using NMoE.Federation.Roles;
using NMoE.Simulation.Network;
using NMoE.Simulation.Time;

namespace NMoE.Federation.Measurement;

/// <summary>A stretch of time whose activities are recorded.</summary>
/// <param name="Stage">Stage.</param>
/// <param name="Round">Round, from 1; 0 for stage 2.</param>
/// <param name="From">Its beginning.</param>
/// <param name="Waiting">Clients whose first answer ends it, in inference; else empty.</param>
internal sealed record TimelineWindow(string Stage, int Round, VirtualTime From, ImmutableSortedSet<int> Waiting);

/// <summary>
/// Which stretches of time are recorded, from what is observed: rounds follow each other, and one pass of inference begins at a client before
/// another has ended elsewhere. Keeps the spans of the first round of each stage and of the last one yet.
/// </summary>
/// <param name="pipeline">The experiment's stages.</param>
/// <param name="clients">Clients whose first answer a window of inference waits for.</param>
internal sealed class TimelineWindows(Pipeline pipeline, int clients)
{
    private readonly List<TimelineWindow> _passes = [];
    private readonly SortedSet<string> _begun = new(StringComparer.Ordinal) { Stages.Extractor };
    private readonly SortedSet<int> _gone = [];
    private readonly List<(string Stage, ImmutableArray<SpanRecord> First, ImmutableArray<SpanRecord> Last)> _kept = [];
    private TimelineWindow? _round = new(Stages.Extractor, 1, VirtualTime.Zero, []);
    private (int Stage, int Generation, int Round) _ended = (0, 0, 0);

    /// <summary>The beginning of the earliest window that has not ended; null where there is none.</summary>
    public VirtualTime? Earliest => _passes.Append(_round).OfType<TimelineWindow>().MinBy(window => window.From)?.From;

    /// <summary>All that was kept, in the order in which stages came, the first round before the last.</summary>
    public ImmutableArray<SpanRecord> Spans => [.. _kept.SelectMany(stage => stage.First.Concat(stage.Last))];

    /// <summary>A transfer begins: stage 2 ends with the first of stage 3.</summary>
    /// <returns>Windows that end now.</returns>
    public ImmutableArray<TimelineWindow> Sent(VirtualTime at, Transfer transfer)
    {
        if (!Stages.Gates.Contains(transfer.Stage) || !_begun.Add(transfer.Stage))
        {
            return [];
        }

        var expert = _round is { Stage: Stages.Expert } ? _round : null;
        _round = new(transfer.Stage, 1, at, []);
        return Ended(expert);
    }

    /// <summary>Something was observed.</summary>
    /// <returns>Windows that end now.</returns>
    public ImmutableArray<TimelineWindow> Observe(VirtualTime at, Observation observation) => observation switch
    {
        RoundEnded round when Place(round).CompareTo(_ended) > 0 => EndRound(at, round),
        RequestMark { Request: 0 } mark => mark.Finished ? Answered(mark.Client, pipeline.Serving.Passes[mark.Pass].Stage) : Begin(at, pipeline.Serving.Passes[mark.Pass].Stage),
        DeviceLost { Returns: false, Device.IsClient: true } lost => Left(lost.Device.Number),
        ClientLeft left => Left(left.Client),
        _ => [],
    };

    /// <summary>All windows end, for there is no room.</summary>
    public ImmutableArray<TimelineWindow> Cut()
    {
        ImmutableArray<TimelineWindow> cut = [.. Ended(_round), .. _passes];
        _round = null;
        _passes.Clear();
        return cut;
    }

    /// <summary>All windows end, for the run does. A round that has not ended is none.</summary>
    public ImmutableArray<TimelineWindow> End()
    {
        _round = _round is { Stage: Stages.Expert } ? _round : null;
        return Cut();
    }

    /// <summary>Keeps the spans of a window that has ended.</summary>
    public void Keep(TimelineWindow window, ImmutableArray<SpanRecord> spans)
    {
        var place = _kept.FindIndex(stage => stage.Stage == window.Stage);
        if (place < 0)
        {
            _kept.Add((window.Stage, spans, []));
        }
        else
        {
            _kept[place] = _kept[place] with { Last = spans };
        }
    }

    private ImmutableArray<TimelineWindow> EndRound(VirtualTime at, RoundEnded round)
    {
        var ended = Ended(_round);
        _ended = Place(round);
        _round = round.Round < pipeline.Rounds[round.Stage] ? new(round.Stage, round.Round + 1, at, [])
            : round.Stage == Stages.Extractor ? new(Stages.Expert, 0, at, [])
            : null;
        return ended;
    }

    private ImmutableArray<TimelineWindow> Begin(VirtualTime at, string stage)
    {
        var expert = _round is { Stage: Stages.Expert } ? _round : null;
        _round = null;
        if (_begun.Add(stage))
        {
            _passes.Add(new(stage, 1, at, [.. Enumerable.Range(0, clients).Where(client => !_gone.Contains(client))]));
        }

        return Ended(expert);
    }

    private ImmutableArray<TimelineWindow> Left(int client)
    {
        _gone.Add(client);
        return [.. _passes.Select(window => window.Stage).ToArray().SelectMany(stage => Answered(client, stage))];
    }

    private ImmutableArray<TimelineWindow> Answered(int client, string stage)
    {
        var place = _passes.FindIndex(window => window.Stage == stage);
        if (place < 0)
        {
            return [];
        }

        var window = _passes[place] with { Waiting = _passes[place].Waiting.Remove(client) };
        _passes[place] = window;
        if (!window.Waiting.IsEmpty)
        {
            return [];
        }

        _passes.RemoveAt(place);
        return [window];
    }

    private static (int Stage, int Generation, int Round) Place(RoundEnded round) => (Stages.Trained.IndexOf(round.Stage), round.Generation ?? 0, round.Round);

    private static ImmutableArray<TimelineWindow> Ended(TimelineWindow? window) => window is null ? [] : [window];
}
