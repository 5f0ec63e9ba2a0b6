using System.Collections.Immutable;
using Akka.Actor;
using NMoE.Cluster.Blobs;
using NMoE.Cluster.Nodes;
using NMoE.Cluster.Work.Board;
using NMoE.Cluster.Work.Messages;
using NMoE.Compute.Blobs;
using NMoE.Compute.Execution;
using NMoE.Compute.Store;

namespace NMoE.Cluster.Work;

/// <summary>Hands the jobs of a run to workers, and what they made to the store: carries out what <see cref="WorkRules"/> decide. At <c>/user/work</c> of the coordinator's node.</summary>
internal sealed class WorkCoordinator : ReceiveActor, IWithTimers
{
    /// <summary>The actor's name under <c>/user</c>.</summary>
    public const string Name = "work";

    private readonly CoordinatorParts _parts;
    private readonly CarriedJobs _jobs = new();
    private readonly Dictionary<string, (WorkerId Worker, JobEnded Ended)> _ended = new(StringComparer.Ordinal);
    private readonly Dictionary<string, Exception> _causes = new(StringComparer.Ordinal);
    private readonly SortedDictionary<WorkerId, IActorRef> _seats = [];
    private readonly Dictionary<IActorRef, WorkerId> _ids = [];
    // Those that have said hello, and have not shown yet what their training step gives: they are given nothing.
    private readonly Dictionary<IActorRef, WorkerHello> _guests = [];
    private readonly WaitForWorkers _wait;
    private WorkBoard _board = WorkBoard.Empty;
    private BlobTraffic _traffic = new(0, 0, 0, 0, 0);
    private MovingCost _moving = MovingCost.None;
    private AtTime _at = new("", 0);
    private int _admitted;
    private bool _closed;

    public WorkCoordinator(CoordinatorParts parts)
    {
        _parts = parts;
        _wait = new(parts.Patience, parts.Say);
        Receive<CarriedJob>(Submit);
        Receive<WorkerHello>(Welcome);
        Receive<WorkerProbed>(probed => Judge(probed.Hash));
        Receive<WorkWanted>(wanted => FromWorker(worker => new WorkEvent.WorkerAsked(worker, wanted.Jobs, wanted.Has)));
        Receive<WorkerLeaves>(leaves => Leave(leaves.Reason));
        Receive<Terminated>(gone => Lose(gone.ActorRef));
        // A member that was downed may stay on the list for as long as two others cannot reach each other: its jobs do not wait for that.
        Receive<PeerLeft>(left => _ids.Keys.Concat(_guests.Keys).Where(seat => seat.Path.Address.Equals(left.Node)).ToList().ForEach(Lose));
        Receive<JobEnded>(ended => FromWorker(worker => Offered(worker, ended)));
        Receive<JobReturned>(returned => FromWorker(worker => Returned(worker, returned)));
        Receive<JobBroke>(broke => FromWorker(worker => Broke(worker, broke)));
        Receive<JobLanding.Landed>(landed => _jobs.Has(landed.Job), Landed);
        Receive<JobLanding.Missed>(missed => _jobs.Has(missed.Job), missed => Happens(new WorkEvent.LandingFailed(missed.Worker, missed.Job.Key, missed.Reason)));
        Receive<JobLanding.Doomed>(doomed => _jobs.Has(doomed.Job), doomed => Doom(doomed.Job.Key, doomed.Cause));
        Receive<Mended>(mended => Happens(new WorkEvent.InputsMended(mended.Key)));
        Receive<Closing>(_ => _closed = true);
        Receive<AtTime>(at => _at = at);
        Receive<BlobTraffic>(traffic => _traffic = traffic);
        Receive<StatusWanted>(_ => Sender.Tell(Status()));
        Receive<Tick>(_ => LookAround());
    }

    public ITimerScheduler Timers { get; set; } = null!;

    public static Props Of(CoordinatorParts parts) => Props.Create(() => new WorkCoordinator(parts));

    protected override void PreStart() => Timers.StartPeriodicTimer(nameof(Tick), Tick.Instance, _parts.Beat);

    /// <summary>A bug ends the run instead of leaving it waiting.</summary>
    protected override void PreRestart(Exception reason, object message)
    {
        foreach (var job in _jobs.All)
            job.Fail(reason);
        base.PreRestart(reason, message);
    }

    private void Submit(CarriedJob job)
    {
        if (_jobs.Begins(job))
            Happens(new WorkEvent.JobSubmitted(job.Key, job.Job.Inputs));
    }

    private void Welcome(WorkerHello hello)
    {
        if (Admission.Refusal(_parts.Prints, hello.Prints) is { } refusal)
        {
            Refuse(refusal);
            return;
        }

        if (!_ids.ContainsKey(Sender) && _guests.TryAdd(Sender, hello))
            Context.Watch(Sender);
        Sender.Tell(_parts.Probe);
    }

    private void Judge(string hash)
    {
        if (_ids.TryGetValue(Sender, out var known))
            Sender.Tell(new WorkerAdmitted(known.Number));
        else if (!_guests.Remove(Sender, out var hello))
            Sender.Tell(new WorkerUnknown());
        else if (Admission.Refusal(_parts.Probe, _parts.StepHash, hash) is { } refusal)
            Refuse(refusal);
        else
            Join(hello);
    }

    private void Refuse(string refusal)
    {
        Context.Unwatch(Sender);
        _parts.Say($"refused a worker at {Host(Sender)}: {refusal}");
        Sender.Tell(new WorkerRefused(refusal));
    }

    private void Join(WorkerHello hello)
    {
        var worker = new WorkerId(++_admitted);
        _ids[Sender] = worker;
        _seats[worker] = Sender;
        _parts.Say(FormattableString.Invariant($"{worker} at {Host(Sender)} joined with {hello.Threads} threads"));
        Happens(new WorkEvent.WorkerJoined(worker, hello.Threads, hello.Holds));
        Sender.Tell(new WorkerAdmitted(worker.Number));
    }

    private void FromWorker(Func<WorkerId, WorkEvent> happened)
    {
        if (_ids.TryGetValue(Sender, out var worker))
            Happens(happened(worker));
        else
            Sender.Tell(new WorkerUnknown());
    }

    private void Leave(string reason)
    {
        if (_guests.ContainsKey(Sender))
            _parts.Say($"a worker at {Host(Sender)} left: {reason}");
        Gone(Sender, worker => new WorkEvent.WorkerLeft(worker), "left: " + reason);
    }

    private void Lose(IActorRef seat) => Gone(seat, worker => new WorkEvent.WorkerLost(worker), "was lost; its jobs go to others");

    private void Gone(IActorRef seat, Func<WorkerId, WorkEvent> how, string text)
    {
        Context.Unwatch(seat);
        _guests.Remove(seat);
        if (!_ids.Remove(seat, out var worker))
            return;
        _seats.Remove(worker);
        if (!_closed)
            _parts.Say($"{worker} at {Host(seat)} {text}");
        Happens(how(worker));
    }

    private WorkEvent Offered(WorkerId worker, JobEnded ended)
    {
        // A late result of a finished job lands nowhere.
        if (_jobs.Has(ended.Key))
            _ended[ended.Key] = (worker, ended);
        _moving = _moving.Fetched(ended.MovedBytes, ended.MovingTime);
        return new WorkEvent.ResultOffered(worker, ended.Key, Parcels.OutputsOf(ended.Result));
    }

    private WorkEvent Returned(WorkerId worker, JobReturned returned)
    {
        ImmutableArray<BlobRef> missing = [.. returned.Missing.Where(blob => !_parts.Shelf.Contains(blob))];
        _parts.Say($"{worker} returned a job: {returned.Reason}");
        return missing.IsEmpty
            ? new WorkEvent.JobReturned(worker, returned.Key, returned.Reason)
            : new WorkEvent.InputsMissing(worker, returned.Key, missing);
    }

    private WorkEvent Broke(WorkerId worker, JobBroke broke)
    {
        if (!_jobs.Has(broke.Key))
            return new WorkEvent.JobBroke(worker, broke.Key);
        _causes[broke.Key] = broke.Fault == JobFault.Experiment
            ? new WorkerInputException(broke.Message)
            : new WorkerJobException(broke.Message, $"{worker} at {Host(Sender)}");
        return new WorkEvent.JobBroke(worker, broke.Key);
    }

    private void Landed(JobLanding.Landed landed)
    {
        _moving = _moving.Landed(landed.Time);
        Happens(new WorkEvent.ResultLanded(landed.Job.Key));
    }

    private void Doom(string key, Exception cause)
    {
        _causes[key] = cause;
        Happens(new WorkEvent.JobDoomed(key));
    }

    private void Happens(WorkEvent happened)
    {
        (_board, var effects) = WorkRules.Handle(_board, happened);
        foreach (var effect in effects)
            CarryOut(effect);
    }

    private void CarryOut(WorkEffect effect)
    {
        switch (effect)
        {
            case WorkEffect.Give(var worker, var key):
                Give(worker, key);
                break;
            case WorkEffect.Land(var worker, var key):
                Context.ActorOf(JobLanding.Of(new(worker, _seats[worker].Path.Address, _ended[key].Ended, _jobs[key], _parts.Blobs, _parts.Shelf)));
                break;
            case WorkEffect.Mend(var key, var blobs):
                Mend(key, blobs);
                break;
            case WorkEffect.Withdraw(var worker, var key):
                _seats[worker].Tell(new JobWithdrawn(key));
                break;
            case WorkEffect.Finish(var key):
                End(key);
                break;
            case WorkEffect.Fail(var key):
                End(key)?.Fail(_causes[key]);
                _causes.Remove(key);
                break;
            case WorkEffect.GiveUp(var key, var failures, var reason):
                End(key)?.Fail(new WorkException(FormattableString.Invariant(
                    $"{failures} times a worker had it and did not bring it to an end; at last: {reason}. Look at the workers' own messages; the same command goes on from here.")));
                break;
        }
    }

    private void Give(WorkerId worker, string key)
    {
        try
        {
            _seats[worker].Tell(new JobOffer(key, Parcels.Pack(_jobs[key].Job, _parts.Shelf)));
        }
        catch (StoreException trouble)
        {
            Self.Tell(new JobLanding.Doomed(_jobs[key], trouble));
        }
    }

    private void Mend(string key, ImmutableArray<BlobRef> blobs)
    {
        var (self, job) = (Self, _jobs[key]);
        Task.Factory.StartNew(
            () =>
            {
                try
                {
                    foreach (var blob in blobs)
                        _parts.Remake(blob);
                    self.Tell(new Mended(key));
                }
#pragma warning disable CA1031 // Whatever keeps a blob from being made again belongs to the job that waits for it.
                catch (Exception cause)
#pragma warning restore CA1031
                {
                    self.Tell(new JobLanding.Doomed(job, cause));
                }
            },
            CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
    }

    private CarriedJob? End(string key)
    {
        var (job, next) = _jobs.End(key);
        _ended.Remove(key);
        if (job is not null)
            _parts.Forget(job);
        if (next is not null)
            Self.Tell(next);
        return job;
    }

    private void LookAround()
    {
        _parts.Blobs.Tell(AskBlobTraffic.Now);
        if (_wait.Look(_board) is { } impatience)
            _jobs.Keys.ToList().ForEach(key => Doom(key, impatience));
    }

    private WorkStatus Status()
    {
        var counts = _parts.Counts();
        return new(
            _parts.Experiment, _at.Stage, _at.Seconds, Members.Of(Context.System),
            [
                .. _board.Workers.Select(pair => new WorkerStatus(
                    pair.Key.Number, Host(_seats[pair.Key]), pair.Value.Threads, pair.Value.Wanted,
                    [.. pair.Value.UnderWay.Where(_jobs.Has).Select(key => _jobs[key].Job.Kind)])),
            ],
            _board.Queue.Count, _board.Jobs.Count - _board.Queue.Count, counts.Run, counts.Remembered, _traffic.Received, _traffic.Sent, _moving);
    }

    private static string Host(IActorRef worker) => Members.Text(worker.Path.Address);

    private sealed record Mended(string Key);
}
