using Akka.Actor;
using NMoE.Cluster.Nodes;
using NMoE.Cluster.Work.Messages;

namespace NMoE.Cluster.Work;

/// <summary>What a worker's actor is given.</summary>
/// <param name="Kit">What the worker works with.</param>
/// <param name="BenchFor">Makes the bench for jobs of the coordinator of that node.</param>
/// <param name="Say">Told what happens.</param>
/// <param name="Lost">Told that the coordinator is gone: the node is to be given up for a new one.</param>
/// <param name="End">Told that the worker may not work.</param>
internal sealed record WorkerParts(WorkerKit Kit, Func<Address, Bench> BenchFor, Action<WorkerNews> Say, Action<string> Lost, Action<WorkerEnd> End)
{
    /// <summary>How often it speaks up.</summary>
    public TimeSpan Beat { get; init; } = TimeSpan.FromSeconds(1);
}

/// <summary>Works for the coordinator of its cluster, from the first hello until one of the two is gone.</summary>
internal sealed class WorkerActor : ReceiveActor, IWithTimers
{
    /// <summary>The actor's name under <c>/user</c>.</summary>
    public const string Name = "worker";

    private static readonly TimeSpan s_longestPause = TimeSpan.FromMinutes(1);

    // A run that is there answers within a few seconds.
    private const int FirstWord = 10;
    private const int BeatsOfAMinute = 60;

    private readonly WorkerParts _parts;
    private readonly SortedDictionary<string, IActorRef> _jobs = new(StringComparer.Ordinal);
    private int _beats;
    private Address? _node;
    private IActorRef? _coordinator;
    private string? _hash;
    private Bench? _bench;
    private TimeSpan _pause = TimeSpan.Zero;
    private bool _paused;

    public WorkerActor(WorkerParts parts)
    {
        _parts = parts;
        Receive<PeerJoined>(joined => Found(joined.Node));
        Receive<PeerLeft>(left => Lose(left.Node == _node, "the coordinator left the cluster"));
        Receive<Tick>(_ => SpeakUp());
        Receive<WorkerProbe>(Examine);
        Receive<WorkerAdmitted>(admitted => Admit(admitted.Number));
        Receive<WorkerRefused>(refused => Refuse(refused.Reason));
        Receive<WorkerUnknown>(_ => Lose(_coordinator is not null, "the coordinator has started again"));
        Receive<Terminated>(gone => Lose(Equals(gone.ActorRef, _coordinator), "the coordinator is gone"));
        Receive<Examined>(Answer);
        Receive<JobOffer>(Take);
        Receive<JobWithdrawn>(withdrawn => Drop(withdrawn.Key));
        Receive<WorkerJob.Done>(done => End(done.Ended.Key, done.Ended, done.News));
        Receive<JobBroke>(broke => End(broke.Key, broke, new(WorkerEvent.JobBroke, broke.Message) { Job = broke.Key }));
        Receive<JobReturned>(GiveBack);
        Receive<Resume>(_ => Unpause());
        Receive<Goodbye>(_ => Leave());
    }

    public ITimerScheduler Timers { get; set; } = null!;

    public static Props Of(WorkerParts parts) => Props.Create(() => new WorkerActor(parts));

    protected override void PreStart() => Timers.StartPeriodicTimer(nameof(Tick), Tick.Instance, _parts.Beat);

    private void Found(Address node)
    {
        if (_node is not null)
            return;
        _node = node;
        SpeakUp();
    }

    /// <summary>To whatever stands at the coordinator's place: one that has started again answers that it does not know this worker.</summary>
    private void SpeakUp()
    {
        if (_node is null)
        {
            if (_beats++ % BeatsOfAMinute == FirstWord)
                _parts.Say(new(WorkerEvent.Joining, "no run answers yet; waiting (it answers under the address of its own --cluster only)"));
            return;
        }

        var coordinator = Context.ActorSelection(new RootActorPath(_node) / "user" / WorkCoordinator.Name);
        if (_coordinator is null)
            coordinator.Tell(new WorkerHello(_parts.Kit.Threads, _parts.Kit.Prints, _parts.Kit.Store.Newest(WorkForms.MostHolds)));
        else if (_bench is not null)
            coordinator.Tell(Wanted());
        else if (_hash is not null)
            coordinator.Tell(new WorkerProbed(_hash));
    }

    private WorkWanted Wanted() => new(_paused ? 0 : _parts.Kit.Threads, [.. _jobs.Keys]);

    private void Examine(WorkerProbe probe)
    {
        if (_coordinator is not null)
            return;
        _coordinator = Sender;
        Context.Watch(_coordinator);
        var kit = _parts.Kit;
        Task.Run(() => Examined.Of(kit, probe)).PipeTo(Self, failure: problem => new Examined(null, problem.Message));
    }

    private void Answer(Examined examined)
    {
        if (examined.Problem is { } problem)
        {
            _coordinator.Tell(new WorkerLeaves(problem));
            Refuse(problem);
            return;
        }

        _hash = examined.Hash;
        SpeakUp();
    }

    private void Admit(int number)
    {
        if (_hash is null || _bench is not null)
            return;
        _bench = _parts.BenchFor(_node!);
        _parts.Say(new(WorkerEvent.Admitted, FormattableString.Invariant($"admitted as worker {number} by {Members.Text(_node!)}")));
        _coordinator.Tell(Wanted());
    }

    private void Refuse(string reason)
    {
        Timers.Cancel(nameof(Tick));
        _parts.Say(new(WorkerEvent.Refused, reason));
        _parts.End(new(reason));
    }

    private void Lose(bool isOurs, string reason)
    {
        if (!isOurs)
            return;
        StopWork();
        _parts.Lost(reason);
        Context.Stop(Self);
    }

    private void Leave()
    {
        _coordinator?.Tell(new WorkerLeaves("it was stopped"));
        StopWork();
        Become(() => ReceiveAny(_ => { }));
    }

    private void StopWork()
    {
        foreach (var key in _jobs.Keys.ToArray())
            Drop(key);
        _bench?.Executor.Stop();
    }

    private void Take(JobOffer offer)
    {
        if (_bench is not null && !_jobs.ContainsKey(offer.Key))
            _jobs[offer.Key] = Context.ActorOf(WorkerJob.Of(offer, _bench));
    }

    private void Drop(string key)
    {
        if (_jobs.Remove(key, out var job))
            Context.Stop(job);
    }

    private void End(string key, object end, WorkerNews news)
    {
        if (!_jobs.Remove(key))
            return;
        _parts.Say(news);
        _pause = TimeSpan.Zero;
        _coordinator.Tell(end);
    }

    /// <summary>What kept it from one job keeps it from the next one too: a pause first, longer each time.</summary>
    private void GiveBack(JobReturned returned)
    {
        if (!_jobs.Remove(returned.Key))
            return;
        _parts.Say(new(WorkerEvent.JobReturned, returned.Reason) { Job = returned.Key });
        if (returned.Missing.IsEmpty)
        {
            _pause = _pause == TimeSpan.Zero ? _parts.Beat : new[] { _pause * 2, s_longestPause }.Min();
            _paused = true;
            Timers.StartSingleTimer(nameof(Resume), Resume.Instance, _pause);
            _coordinator.Tell(Wanted());
        }

        _coordinator.Tell(returned);
    }

    private void Unpause()
    {
        _paused = false;
        _coordinator.Tell(Wanted());
    }

    /// <summary>From the node, before it leaves.</summary>
    internal sealed record Goodbye;

    private sealed record Examined(string? Hash, string? Problem)
    {
        public static Examined Of(WorkerKit kit, WorkerProbe probe)
        {
            if (probe.All.Select(one => kit.MissingData(one.Data)).FirstOrDefault(problem => problem is not null) is { } missing)
                return new(null, missing);
            // libtorch's number of threads is the thread's own, and decides the bits.
            kit.PerThreadStart?.Invoke();
            return new(probe.Hash(kit.HashOf), null);
        }
    }

    private sealed record Tick
    {
        public static Tick Instance { get; } = new();
    }

    private sealed record Resume
    {
        public static Resume Instance { get; } = new();
    }
}
