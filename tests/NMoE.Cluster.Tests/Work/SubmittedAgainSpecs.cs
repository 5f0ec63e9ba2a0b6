using System.Collections.Immutable;
using Akka.Actor;
using Akka.TestKit;
using Akka.TestKit.Xunit2;
using NMoE.Cluster.Blobs;
using NMoE.Cluster.Tests.Blobs;
using NMoE.Cluster.Work;
using NMoE.Cluster.Work.Messages;
using NMoE.Compute.Blobs;
using NMoE.Compute.Execution;
using NMoE.Compute.Jobs;
using NMoE.Compute.Store;

namespace NMoE.Cluster.Tests.Work;

/// <summary>A job that has ended for the executor, and that it submits again while the coordinator's board still has the first: the second comes to its end too.</summary>
public sealed class SubmittedAgainSpecs : TestKit
{
    private const string Print = "code=1;probe=2";
    private static readonly ImmutableSortedDictionary<string, string> s_prints = ImmutableSortedDictionary<string, string>.Empty.Add("join", Print);
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("nmoe-again-");
    private readonly Handing _carrier = new();

    public SubmittedAgainSpecs()
        : base("nmoe.blobs-dispatcher.type = Dispatcher")
    {
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void While_a_result_is_on_its_way_the_same_job_can_be_submitted_again(bool comes)
    {
        var store = new JobStore(new(_folder.FullName, 1 << 20));
        using var executor = new LocalExecutor(store, [ToyFunction.Join()], _ => Print, 1) { Carrier = _carrier };
        var (worker, blobs) = (CreateTestProbe(), CreateTestProbe());
        var coordinator = Coordinator(store, executor, blobs);
        _carrier.To = coordinator;
        Admit(worker, coordinator);

        // A worker has finished it, and the coordinator fetches what it made, when the run is told that the job failed.
        var first = executor.Submit(ToyFunction.Job("join", 1));
        var key = worker.ExpectMsg<JobOffer>(Waiting.Longest).Key;
        var made = store.Put("made"u8.ToArray());
        Offer(worker, coordinator, key, made);
        var fetch = Fetch(blobs);
        _carrier.Carried[0].Fail(new IOException("no space left"));
        Assert.Throws<JobFailedException>(() => Workplace.Wait(first));
        var second = executor.Submit(ToyFunction.Job("join", 1));
        Assert.Equal(2, _carrier.Carried.Count);

        fetch.Tell(comes ? new BlobFetched(made) : new BlobNotFetched(made, "cut off"), blobs.Ref);
        for (var offers = comes ? 1 : 2; offers > 0; offers--)
        {
            worker.FishForMessage(message => message is JobOffer, Waiting.Longest);
            Offer(worker, coordinator, key, made);
            Fetch(blobs).Tell(new BlobFetched(made), blobs.Ref);
        }

        Assert.Equal(made, Assert.Single(Workplace.Wait(second).Outputs));
    }

    /// <summary>A worker is lost while its result is on its way, and another makes the same: the first result that comes ends the job, and the second does not end the one that was submitted again meanwhile.</summary>
    [Fact]
    public void A_late_result_of_the_first_does_not_end_the_second()
    {
        var store = new JobStore(new(_folder.FullName, 1 << 20));
        using var executor = new LocalExecutor(store, [ToyFunction.Join()], _ => Print, 1) { Carrier = _carrier };
        var (lost, worker, blobs) = (CreateTestProbe(), CreateTestProbe(), CreateTestProbe());
        var coordinator = Coordinator(store, executor, blobs);
        _carrier.To = coordinator;
        Admit(lost, coordinator);
        executor.Submit(ToyFunction.Job("join", 1));
        var key = lost.ExpectMsg<JobOffer>(Waiting.Longest).Key;
        var made = store.Put("made"u8.ToArray());
        Offer(lost, coordinator, key, made);
        var early = Fetch(blobs);
        Sys.Stop(lost.Ref);
        Admit(worker, coordinator);
        worker.FishForMessage(message => message is JobOffer, Waiting.Longest);
        Offer(worker, coordinator, key, made);
        var late = Fetch(blobs);

        _carrier.Carried[0].Fail(new IOException("no space left"));
        var second = executor.Submit(ToyFunction.Job("join", 1));
        early.Tell(new BlobFetched(made), blobs.Ref);
        worker.FishForMessage(message => message is JobOffer, Waiting.Longest);
        Watch(late);
        late.Tell(new BlobFetched(made), blobs.Ref);
        ExpectTerminated(late, Waiting.Longest);
        Offer(worker, coordinator, key, made);
        Fetch(blobs).Tell(new BlobFetched(made), blobs.Ref);

        Assert.Equal(made, Assert.Single(Workplace.Wait(second).Outputs));
    }

    protected override void AfterAll()
    {
        base.AfterAll();
        _folder.Delete(recursive: true);
    }

    private IActorRef Coordinator(JobStore store, LocalExecutor executor, TestProbe blobs) => Sys.ActorOf(WorkCoordinator.Of(new(
        "toys", new(Workplace.Data, Workplace.Step), Workplace.HashOf(Workplace.Step), s_prints, Waiting.Longest, new(store), blob => executor.ReadBlob(blob), () => executor.Counts, blobs.Ref,
        _ => { }, _ => { })
    { Beat = TimeSpan.FromDays(1) }));

    private static void Admit(TestProbe worker, IActorRef coordinator)
    {
        worker.Send(coordinator, new WorkerHello(1, s_prints, []));
        worker.ExpectMsg<WorkerProbe>(Waiting.Longest);
        worker.Send(coordinator, new WorkerProbed(Workplace.HashOf(Workplace.Step)));
        worker.ExpectMsg<WorkerAdmitted>(Waiting.Longest);
        worker.Send(coordinator, new WorkWanted(1, []));
    }

    private static void Offer(TestProbe worker, IActorRef coordinator, string key, BlobRef made) => worker.Send(coordinator, new JobEnded(
        key, Parcels.Pack(new JobResult([made], ImmutableSortedDictionary<string, double>.Empty, []), new MemoryShelf()), TimeSpan.Zero, 0, TimeSpan.Zero));

    private static IActorRef Fetch(TestProbe blobs)
    {
        blobs.FishForMessage(message => message is FetchBlob, Waiting.Longest);
        return blobs.LastSender;
    }

    private sealed class Handing : IJobCarrier
    {
        public IActorRef To { get; set; } = ActorRefs.Nobody;

        public List<CarriedJob> Carried { get; } = [];

        public bool Takes(Job job) => true;

        public void Carry(CarriedJob job)
        {
            Carried.Add(job);
            To.Tell(job);
        }
    }
}
