using Akka.Actor;
using NMoE.Cluster.Blobs;
using NMoE.Cluster.Live;
using NMoE.Cluster.Live.Persistence;
using NMoE.Compute.Blobs;
using NMoE.Simulation.Network;

namespace NMoE.Cluster.Tests.Live;

/// <summary>What a server persists is safe with a second node before its effects go out.</summary>
public sealed class ReplicationSpecs : IDisposable
{
    private static readonly Address Next = new("akka.tcp", "nmoe", "127.0.0.1", 1);
    private static readonly Address Third = new("akka.tcp", "nmoe", "127.0.0.1", 2);
    private readonly List<(DeviceId Device, long Version)> _safe = [];
    private readonly List<(Address To, long Version)> _sent = [];
    private readonly Replicator _replicator;
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("nmoe-replica-specs-");

    public ReplicationSpecs() => _replicator = new(_ => { }, (device, version) => _safe.Add((device, version)), (to, replica) => _sent.Add((to, replica.Version)));

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public void An_effect_waits_until_what_was_persisted_before_it_is_safe()
    {
        var gate = new CommitGate();
        var done = new List<string>();
        gate.Do(() => done.Add("before anything"));
        gate.Persisted();
        gate.Do(() => done.Add("first"));
        gate.Persisted();
        gate.Do(() => done.Add("second"));
        Assert.Equal(["before anything"], done);

        gate.Committed(1);
        Assert.Equal(["before anything", "first"], done);

        gate.Committed(2);
        gate.Do(() => done.Add("third"));
        Assert.Equal(["before anything", "first", "second", "third"], done);
    }

    [Fact]
    public void A_device_is_known_to_a_keeper_that_has_kept_something_of_it()
    {
        var gate = new CommitGate();
        gate.Recovered(3);
        Assert.False(gate.IsKnown);
        gate.Persisted();
        gate.Committed(4);
        Assert.True(gate.IsKnown);

        gate.KeeperChanged();
        Assert.False(gate.IsKnown);
        gate.Committed(4);
        Assert.True(gate.IsKnown);
    }

    [Fact]
    public void What_a_device_had_not_said_when_it_went_dark_it_never_says()
    {
        var gate = new CommitGate();
        gate.Persisted();
        gate.Do(() => Assert.Fail("it was said"));
        gate.Drop();
        gate.Committed(1);

        Assert.Equal(0, gate.Held);
    }

    [Fact]
    public void Without_another_node_nothing_waits()
    {
        _replicator.Persisted(State(1));

        Assert.Equal([(DeviceId.Aggregator, 1L)], _safe);
    }

    [Fact]
    public void Where_the_last_other_node_goes_all_that_waits_is_safe()
    {
        _replicator.Keeper = Next;
        _replicator.Persisted(State(1));
        _replicator.Persisted(State(2) with { Device = DeviceId.Supervisor });

        _replicator.Keeper = null;
        _replicator.AskAgain();

        Assert.Equal(
            [(DeviceId.Aggregator, 1L), (DeviceId.Supervisor, 2L)], _safe.Distinct().OrderBy(safe => safe.Version));
    }

    [Fact]
    public void It_is_safe_when_the_keeper_says_so_and_what_came_meanwhile_goes_in_one()
    {
        _replicator.Keeper = Next;
        _replicator.Persisted(State(1));
        _replicator.Persisted(State(2));
        _replicator.Persisted(State(3));
        Assert.Equal([(Next, 1L)], _sent);
        Assert.Empty(_safe);

        _replicator.Kept(Next, new(DeviceId.Aggregator, 1, ""));
        Assert.Equal([(Next, 1L), (Next, 3L)], _sent);

        _replicator.Kept(Next, new(DeviceId.Aggregator, 3, ""));
        Assert.Equal([(DeviceId.Aggregator, 1L), (DeviceId.Aggregator, 3L)], _safe);
    }

    [Fact]
    public void A_new_keeper_is_given_everything_and_the_word_of_the_old_one_counts_no_more()
    {
        _replicator.Keeper = Next;
        _replicator.Persisted(State(1));
        _replicator.Keeper = Third;
        _replicator.Kept(Next, new(DeviceId.Aggregator, 1, ""));

        Assert.Equal([(Next, 1L), (Third, 1L)], _sent);
        Assert.Empty(_safe);
    }

    [Fact]
    public void What_is_not_answered_or_could_not_be_kept_is_asked_again()
    {
        _replicator.Keeper = Next;
        _replicator.Persisted(State(1));
        _replicator.Kept(Next, new(DeviceId.Aggregator, 1, "no room"));
        for (var beat = 0; beat < 5; beat++)
        {
            _replicator.Beat();
        }

        Assert.Equal([(Next, 1L), (Next, 1L)], _sent);
        Assert.Empty(_safe);
    }

    [Fact]
    public void A_keeper_answers_once_it_has_the_blobs()
    {
        var fetched = new List<FetchBlob>();
        var answers = new List<ReplicaKept>();
        var files = new DurableFiles(_folder.FullName);
        var keeper = new ReplicaKeeper(files, _ => { }, fetched.Add, (_, kept) => answers.Add(kept));
        var blob = new BlobRef(new BlobHash(new string('1', 64)), 5);

        keeper.Keep(State(4) with { Blobs = [blob] }, ActorRefs.Nobody, Next);
        Assert.Equal([new FetchBlob(blob, Next)], fetched);
        Assert.Empty(answers);

        keeper.Fetched(blob);
        Assert.Equal([new ReplicaKept(DeviceId.Aggregator, 4, "")], answers);
        Assert.Equal(4, files.Read(DeviceId.Aggregator)!.Value.Version);
    }

    [Fact]
    public void A_keeper_says_that_a_blob_cannot_be_had()
    {
        var answers = new List<ReplicaKept>();
        var keeper = new ReplicaKeeper(new DurableFiles(_folder.FullName), _ => { }, _ => { }, (_, kept) => answers.Add(kept));
        var blob = new BlobRef(new BlobHash(new string('1', 64)), 5);

        keeper.Keep(State(4) with { Blobs = [blob] }, ActorRefs.Nobody, Next);
        keeper.NotFetched(blob, "it is gone");

        Assert.Equal([new ReplicaKept(DeviceId.Aggregator, 4, "it is gone")], answers);
    }

    [Fact]
    public void A_keeper_whose_disk_refuses_says_so_and_keeps_the_next()
    {
        var answers = new List<ReplicaKept>();
        var folder = Path.Combine(_folder.FullName, "refusing");
        var keeper = new ReplicaKeeper(new DurableFiles(folder), _ => { }, _ => { }, (_, kept) => answers.Add(kept));

        // A file where the folder should be: no user may write into that.
        File.WriteAllText(folder, "");
        keeper.Keep(State(4), ActorRefs.Nobody, Next);
        File.Delete(folder);
        keeper.Keep(State(5), ActorRefs.Nobody, Next);

        Assert.NotEqual("", answers[0].Failure);
        Assert.Equal(new ReplicaKept(DeviceId.Aggregator, 5, ""), answers[1]);
    }

    private static Replica State(long version) => new(DeviceId.Aggregator, version, new byte[] { 1 }, []);
}
