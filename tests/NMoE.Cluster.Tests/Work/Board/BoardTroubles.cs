using System.Globalization;
using NMoE.Cluster.Work.Board;
using NMoE.Compute.Blobs;

namespace NMoE.Cluster.Tests.Work.Board;

/// <summary>
/// Workers that come, go, vanish, answer late, twice, or not at all, as numbers say; and a book of what became of each job, kept from the
/// effects alone. It holds the board to its rules at each step.
/// </summary>
internal sealed class BoardTroubles
{
    private readonly List<(WorkerId Worker, string Key)> _given = [];
    private readonly List<(WorkerId Worker, string Key)> _landings = [];
    private readonly List<string> _mending = [];
    private readonly SortedDictionary<string, WorkerId> _holders = new(StringComparer.Ordinal);
    private readonly SortedDictionary<WorkerId, int> _present = [];
    private int _workers;

    public WorkBoard Board { get; private set; } = WorkBoard.Empty;

    public List<string> Submitted { get; } = [];

    public List<string> Ended { get; } = [];

    public static BlobRef Blob(int number, long bytes = 10) =>
        new(new BlobHash(number.ToString("x64", CultureInfo.InvariantCulture)), bytes);

    /// <summary>One thing happens, chosen by two numbers.</summary>
    public void Step(int what, int which)
    {
        switch (what % 12)
        {
            case 0 or 1:
                Submit([Blob(which % 7), Blob(which % 5)]);
                break;
            case 2:
                Join(1 + (which % 3));
                break;
            case 3 when Pick(_present.Keys, which) is { Number: > 0 } worker:
                Gone(worker, which % 2 == 0 ? new WorkEvent.WorkerLost(worker) : new WorkEvent.WorkerLeft(worker));
                break;
            case 4 or 5 when Pick(_present.Keys, which) is { Number: > 0 } worker:
                Happens(new WorkEvent.WorkerAsked(worker, which % 4, [.. _given.Where(given => given.Worker == worker && which % 3 > 0).Select(given => given.Key)]));
                break;
            case 6 or 7 when Pick(_given, which) is { Key: not null } given:
                Result(given.Worker, given.Key);
                break;
            case 8 or 9 when Pick(_landings, which) is { Key: not null } landing:
                Happens(which % 4 == 0 ? new WorkEvent.LandingFailed(landing.Worker, landing.Key, "cut") : new WorkEvent.ResultLanded(landing.Key));
                break;
            case 10 when Pick(_given, which) is { Key: not null } given:
                Release(given.Worker, given.Key);
                Happens(which % 2 == 0 ? new WorkEvent.JobReturned(given.Worker, given.Key, "disk") : new WorkEvent.InputsMissing(given.Worker, given.Key, [Blob(1)]));
                break;
            case 11 when Pick(_mending, which) is { } key:
                Happens(new WorkEvent.InputsMended(key));
                break;
        }
    }

    public string Submit(params BlobRef[] inputs)
    {
        var key = Submitted.Count.ToString("D4", CultureInfo.InvariantCulture);
        Submitted.Add(key);
        Happens(new WorkEvent.JobSubmitted(key, [.. inputs]));
        return key;
    }

    public WorkerId Join(int threads, params BlobRef[] holds)
    {
        var worker = new WorkerId(++_workers);
        _present.Add(worker, threads);
        Happens(new WorkEvent.WorkerJoined(worker, threads, [.. holds]));
        return worker;
    }

    public void Gone(WorkerId worker, WorkEvent how)
    {
        _present.Remove(worker);
        foreach (var key in _holders.Where(pair => pair.Value == worker).Select(pair => pair.Key).ToArray())
            _holders.Remove(key);
        Happens(how);
    }

    public void Result(WorkerId worker, string key)
    {
        Release(worker, key);
        Happens(new WorkEvent.ResultOffered(worker, key, [Blob(int.Parse(key, CultureInfo.InvariantCulture))]));
    }

    public void Happens(WorkEvent happened)
    {
        (Board, var effects) = WorkRules.Handle(Board, happened);
        foreach (var effect in effects)
            Book(effect);
        Check();
    }

    /// <summary>All workers are gone, a good one comes and does what is left.</summary>
    public void Drain()
    {
        foreach (var worker in _present.Keys.ToArray())
            Gone(worker, new WorkEvent.WorkerLeft(worker));
        _given.Clear();
        foreach (var (worker, key) in _landings.ToArray())
            Happens(new WorkEvent.LandingFailed(worker, key, "gone"));
        var good = Join(1);
        Happens(new WorkEvent.WorkerAsked(good, 1, []));
        for (var progress = true; progress;)
        {
            progress = false;
            foreach (var key in _mending.ToArray())
            {
                _mending.Remove(key);
                Happens(new WorkEvent.InputsMended(key));
                progress = true;
            }

            foreach (var (_, key) in _given.ToArray())
            {
                _given.Remove((good, key));
                Result(good, key);
                Happens(new WorkEvent.ResultLanded(key));
                progress = true;
            }
        }
    }

    private static T? Pick<T>(IReadOnlyCollection<T> from, int which) => from.Count == 0 ? default : from.ElementAt(which % from.Count);

    private void Release(WorkerId worker, string key)
    {
        if (_holders.TryGetValue(key, out var holder) && holder == worker)
            _holders.Remove(key);
    }

    private void Book(WorkEffect effect)
    {
        switch (effect)
        {
            case WorkEffect.Give give:
                Assert.True(_present.ContainsKey(give.Worker), $"{give} to a worker that is not there.");
                Assert.DoesNotContain(give.Key, Ended);
                if (_holders.TryGetValue(give.Key, out var holder))
                    Assert.Equal(holder, give.Worker);
                _holders[give.Key] = give.Worker;
                _given.Add((give.Worker, give.Key));
                break;
            case WorkEffect.Land land:
                _holders.Remove(land.Key);
                _landings.Add((land.Worker, land.Key));
                break;
            case WorkEffect.Mend mend:
                _mending.Add(mend.Key);
                break;
            case WorkEffect.Withdraw withdraw:
                Assert.Contains(withdraw.Key, Ended);
                break;
            case WorkEffect.Finish(var key):
                End(key);
                break;
            case WorkEffect.Fail(var key):
                End(key);
                break;
            case WorkEffect.GiveUp(var key, _, _):
                End(key);
                break;
        }
    }

    private void End(string key)
    {
        Assert.DoesNotContain(key, Ended);
        _holders.Remove(key);
        Ended.Add(key);
    }

    private void Check()
    {
        var queued = Board.Jobs.Where(job => job.Value.Stands is JobStand.Queued).Select(job => job.Key);
        Assert.Equal(queued, Board.Queue.Values.Order(StringComparer.Ordinal));
        Assert.Equal(Submitted.Except(Ended).Order(StringComparer.Ordinal), Board.Jobs.Keys);
        Assert.Equal(_present.Keys, Board.Workers.Keys);
        Assert.All(Board.Workers.Values, worker => Assert.InRange(worker.UnderWay.Count, 0, worker.Threads + 1));
    }
}
