using System.Collections.Immutable;
using NMoE.Compute.Blobs;
using NMoE.Compute.Execution;
using NMoE.Federation.Devices;
using NMoE.Federation.Protocol;
using NMoE.Federation.Records;
using NMoE.Federation.Roles;
using NMoE.Learning.Jobs;
using NMoE.Simulation.Network;
using NMoE.Simulation.Time;

namespace NMoE.Federation.Measurement;

/// <summary>What is shown while a run goes on.</summary>
/// <param name="Stage">Stage.</param>
/// <param name="Step">Round, or clients that answered the pass.</param>
/// <param name="Steps">Steps of the stage.</param>
/// <param name="At">Virtual time.</param>
/// <param name="Bytes">Bytes that have left their senders, of messages that have come to their end.</param>
/// <param name="Loss">Training loss, where there is one.</param>
/// <param name="Score">The last accuracy that is known of the stage's global model: scores are taken beside the rounds, and most come later than their own.</param>
public sealed record Progress(string Stage, int Step, int Steps, VirtualTime At, long Bytes, double? Loss, RoundScore? Score);

/// <summary>Accuracy of the global model after a round.</summary>
/// <param name="Round">The round, from 1.</param>
/// <param name="Test">Name of the test set.</param>
/// <param name="Accuracy">0..1.</param>
public sealed record RoundScore(int Round, string Test, double Accuracy);

/// <summary>A round that has ended.</summary>
/// <param name="Round">What the aggregator let be seen of it.</param>
/// <param name="At">When.</param>
/// <param name="Bytes">Bytes that had left their senders by then.</param>
/// <param name="Joules">What devices had spent by then; null where they spend none.</param>
/// <param name="Score">The job that scores its model; null where none does.</param>
public readonly record struct ObservedRound(RoundEnded Round, VirtualTime At, long Bytes, double? Joules, IJobHandle? Score);

/// <summary>Collects what roles let be seen. Evaluation jobs are submitted at once and take no virtual time.</summary>
/// <param name="plan">The experiment.</param>
/// <param name="executor">Runs evaluation jobs.</param>
/// <param name="ledger">Bytes.</param>
/// <param name="testShards">Test shards by test set, in client order; empty when evaluation is off.</param>
/// <param name="progress">Told of each step.</param>
public sealed class RunObserver(
    Plan plan, IExecutor executor, Ledger ledger,
    ImmutableSortedDictionary<Settings.TestPartition, ImmutableArray<BlobRef>> testShards,
    Action<Progress> progress) : IObserver
{
    private readonly Probes? _probes = testShards.IsEmpty ? null : new(plan, executor, testShards.First().Value);
    private readonly List<ObservedRound> _rounds = [];
    private readonly List<ObservedRound> _unscored = [];
    private readonly SortedDictionary<(int Pass, int Client), PassAnswered> _answers = [];
    private readonly int[] _answered = new int[plan.Pipeline.Serving.Passes.Length];
    private readonly SortedDictionary<(int Pass, int Client, int Request), (VirtualTime Begun, VirtualTime? Ended)> _requests = [];
    private readonly List<(DeviceLost Lost, VirtualTime At)> _losses = [];
    private readonly List<MatrixReleased> _releases = [];
    private readonly SortedSet<int> _left = [];

    /// <summary>What devices have spent until a time, in joules; null where they spend none.</summary>
    public Func<VirtualTime, double?> Joules { get; init; } = _ => null;

    /// <summary>A round of stage 1 that is told of with its accuracy at once, whatever <c>evaluation.every-rounds</c> says; null for none.</summary>
    public int? ScoredAtOnce { get; init; }

    /// <summary>Told of each round at its end, and again once its accuracy is known. A round that is done again takes the place of what was told of it and of later ones of its stage.</summary>
    public Action<RoundRecord> RoundTold { get; init; } = _ => { };

    /// <summary>Rounds in the order in which they ended.</summary>
    public IReadOnlyList<ObservedRound> Rounds => _rounds;

    /// <summary>Each client's answers of each pass, ordered by pass and client.</summary>
    public IReadOnlyDictionary<(int Pass, int Client), PassAnswered> Answers => _answers;

    /// <summary>What each ring left, by its stage.</summary>
    public SortedDictionary<string, ImmutableArray<BlobRef>> Rings { get; } = new(StringComparer.Ordinal);

    /// <summary>Experts by client.</summary>
    public SortedDictionary<int, BlobRef> Experts { get; } = [];

    /// <summary>When the last of them was trained; null before the first.</summary>
    public ExpertsRecord? Stage2 { get; private set; }

    /// <summary>The extractors that those look through, by client: one for all, unless norms are local.</summary>
    public SortedDictionary<int, BlobRef> Extractors { get; } = [];

    /// <summary>Whom gates might choose once training had ended; null where it has not.</summary>
    public ExpertsNamed? Named { get; private set; }

    /// <summary>Waits that a deadline ended.</summary>
    public Waits Waits { get; } = new();

    /// <summary>What clients released of their data, in FedSC.</summary>
    public IReadOnlyList<MatrixReleased> Releases => _releases;

    /// <summary>The aggregator's moves.</summary>
    internal Moves Moves { get; } = new();

    /// <summary>Clients that waited in vain for a model to serve with.</summary>
    public IReadOnlyCollection<int> Left => _left;

    /// <summary>Crashes in the order in which they happened.</summary>
    public IReadOnlyList<(DeviceLost Lost, VirtualTime At)> Losses => _losses;

    /// <summary>Test shards by test set, in client order.</summary>
    public ImmutableSortedDictionary<Settings.TestPartition, ImmutableArray<BlobRef>> TestShards => testShards;

    /// <summary>The final model of a stage, or none. Of a ring it is what the aggregator took: where an acknowledgement was late two copies go around, and the last lap that was told may be the other's.</summary>
    public ImmutableArray<BlobRef> Model(string stage) =>
        Rings.TryGetValue(stage, out var ended) ? ended : _rounds.FindLast(item => item.Round.Stage == stage).Round?.Model ?? [];

    /// <summary>
    /// Virtual time from each request of a pass to its answer, by client and request. A client that crashed makes its pass's requests again: each is one request, from the first
    /// time that it was made to the last answer.
    /// </summary>
    public IReadOnlyList<TimeSpan> Latencies(int pass) =>
        [.. _requests.Where(item => item.Key.Pass == pass && item.Value.Ended is not null).Select(item => item.Value.Ended!.Value - item.Value.Begun)];

    /// <summary>A round as a line of <c>metrics.jsonl</c>.</summary>
    internal static RoundRecord RecordOf(ObservedRound item, double? accuracy) => new(
        item.Round.Stage, item.Round.Round, item.At.Seconds, item.Bytes, item.Round.Loss, accuracy, item.Round.Participants)
    {
        JoulesSoFar = item.Joules,
    };

    /// <inheritdoc/>
    public void Observe(VirtualTime at, Observation observation)
    {
        switch (observation)
        {
            case RoundEnded { Generation: { } generation } lap when !IsNews(lap, generation):
                break;
            case RoundEnded { Generation: null } round when round.Place < Moves.Place:
                // It took itself for the aggregator still.
                Moves.Lose(Moves.Place, 1);
                break;
            case RoundEnded round:
                LoseRepeated(round);
                EndRound(round, at);
                break;
            case RingEnded { Place: var place } when place < Moves.Place:
                break;
            case RingEnded ended:
                executor.Keep(ended.Model);
                Rings[ended.Stage] = ended.Model;
                break;
            case ExpertTrained expert:
                Stage2 = new(at.Seconds) { JoulesSoFar = Joules(at) };
                Experts[expert.Client] = expert.Expert;
                Extractors[expert.Client] = expert.Extractor;
                TellScores();
                progress(new Progress(Stages.Expert, Experts.Count, plan.Deal.Learners.Length, at, ledger.TotalTraffic, null, null));
                break;
            case ExpertsNamed named when named.Place >= Moves.Place:
                Named = named;
                break;
            case DeadlinePassed passed:
                Waits.Add(passed, at);
                break;
            case Answered:
                Waits.Answer(at);
                break;
            case RequestMark mark:
                Mark(mark, at);
                break;
            case PassAnswered answered:
                Answer(answered);
                TellScores();
                progress(new Progress(
                    plan.Pipeline.Serving.Passes[answered.Pass].Stage, _answered[answered.Pass], plan.Deal.Clients,
                    at, ledger.TotalTraffic, null, null));
                break;
            case MatrixReleased released:
                _releases.Add(released);
                break;
            case ClientLeft left:
                _left.Add(left.Client);
                break;
            case DeviceLost lost:
                _losses.Add((lost, at));
                break;
            case AggregatorMoved moved:
                Moves.Add(moved, at);
                break;
            case AggregatorGaveWay gave:
                Moves.Add(gave);
                break;
            case CheckpointMissed:
                Moves.Missed();
                break;
        }
    }

    /// <summary>A ring that is begun anew takes the laps of the one before away; where an acknowledgement was late a lap may end twice, and the first counts.</summary>
    private bool IsNews(RoundEnded lap, int generation)
    {
        _rounds.RemoveAll(item => item.Round.Stage == lap.Stage && item.Round.Generation < generation);
        return !_rounds.Exists(item =>
            item.Round.Stage == lap.Stage && (item.Round.Generation > generation || item.Round.Round >= lap.Round));
    }

    /// <summary>A round that a later place does again takes away what an earlier one made of it, and of all that came after.</summary>
    private void LoseRepeated(RoundEnded round)
    {
        if (round.Generation is null && round.Place > 0)
        {
            var lost = _rounds.RemoveAll(item =>
                item.Round.Place < round.Place && Stages.Place(item.Round.Stage, item.Round.Round).CompareTo(Stages.Place(round.Stage, round.Round)) >= 0);
            Moves.Lose(round.Place, lost);
        }
    }

    private void EndRound(RoundEnded round, VirtualTime at)
    {
        executor.Keep(round.Model);
        if (round.Stage == Stages.Extractor && _probes?.Wants(round.Round) == true && !plan.Model.HasOwnNorms)
        {
            _probes.Begin(round.Model[0]);
        }

        var scored = round.Stage == Stages.Extractor && plan.Model.HasGlobalModel && !testShards.IsEmpty
            && (round.Round % plan.Settings.Evaluation.EveryRounds == 0 || round.Round == plan.Settings.Extractor.Rounds || round.Round == ScoredAtOnce);
        var score = scored
            ? executor.Submit(LearningJob.Create(new ModelScoreParameters(plan.Model.Spec), 0, [.. round.Model, .. testShards.First().Value]))
            : null;
        if (round.Stage == Stages.Extractor && round.Round == ScoredAtOnce)
        {
            RoundScores.Await(score);
        }

        TellScores();
        _rounds.Add(new(round, at, ledger.TotalTraffic, Joules(at), score));
        TellRound(_rounds[^1]);
        progress(new Progress(round.Stage, round.Round, plan.Pipeline.Rounds[round.Stage], at, ledger.TotalTraffic, round.Loss, LastScore(round.Stage)));
    }

    private RoundScore? LastScore(string stage) => _rounds.FindLast(item => item.Round.Stage == stage && item.Score is { IsFinished: true }) is { Score: { } score, Round: { } round }
        && RoundScores.Known(score) is { } accuracy
        ? new(round.Round, InferencePass.NameOf(testShards.First().Key), accuracy)
        : null;

    private void TellRound(ObservedRound item)
    {
        if (item.Score is { IsFinished: false })
        {
            _unscored.Add(item);
        }

        RoundTold(RecordOf(item, RoundScores.Known(item.Score)));
    }

    /// <summary>Waits for nothing: a score that is not there yet is told of later.</summary>
    private void TellScores()
    {
        foreach (var item in _unscored.Where(item => item.Score!.IsFinished).ToArray())
        {
            _unscored.Remove(item);
            if (_rounds.Contains(item))
            {
                RoundTold(RecordOf(item, RoundScores.Known(item.Score)));
            }
        }
    }

    private void Answer(PassAnswered answered)
    {
        if (_answers.TryAdd((answered.Pass, answered.Client), answered))
        {
            _answered[answered.Pass]++;
            return;
        }

        _answers[(answered.Pass, answered.Client)] = answered;
    }

    private void Mark(RequestMark mark, VirtualTime at)
    {
        var key = (mark.Pass, mark.Client, mark.Request);
        if (_requests.TryGetValue(key, out var request))
        {
            _requests[key] = mark.Finished ? request with { Ended = at } : request;
        }
        else if (!mark.Finished)
        {
            _requests[key] = (at, null);
        }
    }
}
