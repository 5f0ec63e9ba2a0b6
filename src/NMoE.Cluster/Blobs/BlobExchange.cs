using Akka.Actor;
using Akka.Cluster;
using NMoE.Compute.Blobs;
using NMoE.Compute.Store;

namespace NMoE.Cluster.Blobs;

/// <summary>
/// Moves blobs between nodes; one a node, at <c>/user/blobs</c> (<see cref="NMoE.Cluster.Nodes.ClusterNode.ShareBlobs"/> starts it). Local requests: <see cref="FetchBlob"/>, <see cref="AskBlobTraffic"/>.
/// The asker pulls in chunks of 64 KiB with 8 under way, checks the hash, and goes on after a break where it was; a blob that several ask for comes once. Memory: the blobs that are coming
/// (<see cref="MostAtOnce"/>), and 256 MiB of those that peers are fetching.
/// </summary>
internal sealed class BlobExchange : ReceiveActor
{
    /// <summary>The actor's name under <c>/user</c>, the same on every node.</summary>
    public const string Name = "blobs";

    /// <summary>Blobs that come at once; more wait. With two, one is on the wire while the other is checked and written.</summary>
    public const int MostAtOnce = 2;

    /// <summary>Threads of their own: reading, hashing and writing 45 MB must keep no heartbeat waiting.</summary>
    internal const string Dispatcher = "nmoe.blobs-dispatcher";

    private readonly IBlobShelf _shelf;
    private readonly SortedDictionary<BlobHash, Fetch> _fetches = [];
    private readonly Queue<BlobHash> _waiting = [];

    // Members that were removed and have not come back: they are asked for nothing, or what waits for them would keep others waiting.
    private readonly HashSet<Address> _gone = [];
    private readonly IActorRef _server;
    private long _received;
    private long _wasted;
    private long _sent;

    /// <summary>Made by Akka.</summary>
    public BlobExchange(IBlobShelf shelf)
    {
        _shelf = shelf;
        _server = Context.ActorOf(BlobServer.Of(shelf).WithDispatcher(Dispatcher), "serving");
        Receive<FetchBlob>(Begin);
        Receive<AskBlobTraffic>(_ => Sender.Tell(new BlobTraffic(_received, _wasted, _sent, _fetches.Count - _waiting.Count, _waiting.Count)));
        Receive<BlobWanted>(_server.Forward);
        Receive<BlobServer.Sent>(sent => _sent += sent.Bytes);
        Receive<BlobFetcher.Arrived>(arrived => (_received, _wasted) = (_received + arrived.Kept, _wasted + arrived.Wasted));
        Receive<BlobFetched>(fetched => End(fetched.Blob.Hash, fetched), fetched => IsFetchers(fetched.Blob.Hash));
        Receive<BlobNotFetched>(TryNext, failed => IsFetchers(failed.Blob.Hash));
        Receive<ClusterEvent.MemberRemoved>(removed => Lose(removed.Member.Address));
        Receive<ClusterEvent.MemberUp>(up => _gone.Remove(up.Member.Address));
    }

    protected override void PreStart() => Akka.Cluster.Cluster.Get(Context.System).Subscribe(
        Self, ClusterEvent.SubscriptionInitialStateMode.InitialStateAsEvents, typeof(ClusterEvent.MemberRemoved), typeof(ClusterEvent.MemberUp));

    protected override void PostStop() => Akka.Cluster.Cluster.Get(Context.System).Unsubscribe(Self);

    /// <summary>The actor over a shelf.</summary>
    internal static Props Over(IBlobShelf shelf) => Props.Create(() => new BlobExchange(shelf)).WithDispatcher(Dispatcher);

    private bool IsFetchers(BlobHash hash) => _fetches.TryGetValue(hash, out var fetch) && Sender.Equals(fetch.Fetcher);

    private void Begin(FetchBlob asked)
    {
        if (_fetches.TryGetValue(asked.Blob.Hash, out var under))
        {
            if (under.Blob != asked.Blob)
            {
                Sender.Tell(new BlobNotFetched(asked.Blob, "it is on its way with another size"));
                return;
            }

            under.Askers.Add(Sender);
            if (!under.Froms.Contains(asked.From))
                under.Froms.Enqueue(asked.From);
            return;
        }

        if (IsKept(asked.Blob))
        {
            Sender.Tell(new BlobFetched(asked.Blob));
            return;
        }

        _fetches.Add(asked.Blob.Hash, new Fetch(asked.Blob, Sender, asked.From));
        _waiting.Enqueue(asked.Blob.Hash);
        StartWaiting();
    }

    private bool IsKept(BlobRef blob)
    {
        try
        {
            return _shelf.TryRead(blob) is not null;
        }
        catch (Exception problem) when (problem is StoreException or IOException)
        {
            return false;
        }
    }

    private void StartWaiting()
    {
        while (_waiting.Count > 0 && _fetches.Count - _waiting.Count < MostAtOnce)
            Start(_fetches[_waiting.Dequeue()]);
    }

    // Whoever calls it starts what waits then: a fetch that ends here has left its place to another.
    private void Start(Fetch fetch)
    {
        Address? from;
        do
        {
            if (!fetch.Froms.TryDequeue(out from))
            {
                Answer(fetch.Blob.Hash, new BlobNotFetched(fetch.Blob, "the node that was asked is gone"));
                return;
            }
        }
        while (_gone.Contains(from));

        var sender = ((ExtendedActorSystem)Context.System).Provider.ResolveActorRef(new RootActorPath(from) / "user" / Name);
        fetch.From = from;
        fetch.Fetcher = Context.ActorOf(BlobFetcher.Of(fetch.Blob, from, _shelf, sender));
    }

    // A second asker may have named a second node.
    private void TryNext(BlobNotFetched failed)
    {
        var fetch = _fetches[failed.Blob.Hash];
        if (fetch.Froms.Count > 0)
            Start(fetch);
        else
            Answer(failed.Blob.Hash, failed);
        StartWaiting();
    }

    private void End(BlobHash hash, object outcome)
    {
        Answer(hash, outcome);
        StartWaiting();
    }

    private void Answer(BlobHash hash, object outcome)
    {
        _fetches.Remove(hash, out var fetch);
        foreach (var asker in fetch!.Askers)
            asker.Tell(outcome);
    }

    private void Lose(Address node)
    {
        _gone.Add(node);
        foreach (var fetch in _fetches.Values.Where(fetch => node.Equals(fetch.From)))
            fetch.Fetcher.Tell(new BlobFetcher.SenderGone());
    }

    private sealed class Fetch(BlobRef blob, IActorRef asker, Address from)
    {
        public BlobRef Blob { get; } = blob;

        public List<IActorRef> Askers { get; } = [asker];

        public Queue<Address> Froms { get; } = new([from]);

        public Address? From { get; set; }

        public IActorRef Fetcher { get; set; } = ActorRefs.Nobody;
    }
}
