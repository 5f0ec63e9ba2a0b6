using System.Collections.Immutable;

namespace NMoE.Cluster.Work.Messages;

/// <summary>To a coordinator, from anyone: how does the run stand?</summary>
internal sealed record StatusWanted;

/// <summary>How a run on a cluster stands.</summary>
/// <param name="Experiment">The experiment's name.</param>
/// <param name="Stage">Its stage, as in the progress; empty before the first step.</param>
/// <param name="VirtualSeconds">Virtual time of the last step.</param>
/// <param name="Members">Members of the cluster, ordered by address.</param>
/// <param name="Workers">Workers that were admitted and are there, by number.</param>
/// <param name="Queued">Jobs that wait for a worker.</param>
/// <param name="UnderWay">Jobs that workers have, or whose results are on their way.</param>
/// <param name="Run">Jobs that were run so far.</param>
/// <param name="Remembered">Jobs that were remembered.</param>
/// <param name="Received">Bytes of blobs that came to the coordinator.</param>
/// <param name="Sent">Bytes of blobs that it sent.</param>
/// <param name="Moving">What moving blobs has cost.</param>
public sealed record WorkStatus(
    string Experiment, string Stage, double VirtualSeconds, ImmutableArray<MemberStatus> Members, ImmutableArray<WorkerStatus> Workers,
    int Queued, int UnderWay, long Run, long Remembered, long Received, long Sent, MovingCost Moving);

/// <summary>What moving blobs has cost a run, summed over jobs. Much of it goes on while other jobs are computed.</summary>
/// <param name="FetchedBytes">Bytes of inputs that workers had to fetch.</param>
/// <param name="FetchingSeconds">From a worker's taking such a job to its having the inputs.</param>
/// <param name="LandingSeconds">From a job's end to its blobs and its record being in the coordinator's store.</param>
public sealed record MovingCost(long FetchedBytes, double FetchingSeconds, double LandingSeconds)
{
    /// <summary>Nothing.</summary>
    public static MovingCost None { get; } = new(0, 0, 0);

    /// <summary>With what a worker has fetched besides.</summary>
    internal MovingCost Fetched(long bytes, TimeSpan time) => this with { FetchedBytes = FetchedBytes + bytes, FetchingSeconds = FetchingSeconds + time.TotalSeconds };

    /// <summary>With what took a result into the store besides.</summary>
    internal MovingCost Landed(TimeSpan time) => this with { LandingSeconds = LandingSeconds + time.TotalSeconds };
}

/// <summary>A member of the cluster.</summary>
/// <param name="Address">As <c>host:port</c>.</param>
/// <param name="Roles">Its roles, ordered.</param>
/// <param name="Status">As the cluster calls it: <c>up</c>, <c>joining</c>, <c>leaving</c>.</param>
/// <param name="Unreachable">Whether it is silent now.</param>
public sealed record MemberStatus(string Address, ImmutableArray<string> Roles, string Status, bool Unreachable);

/// <summary>A worker.</summary>
/// <param name="Number">From 1, in the order of admission.</param>
/// <param name="Address">As <c>host:port</c>.</param>
/// <param name="Threads">Its compute threads.</param>
/// <param name="Wanted">How many jobs it takes at a time now.</param>
/// <param name="Running">The kinds of the jobs that it has.</param>
public sealed record WorkerStatus(int Number, string Address, int Threads, int Wanted, ImmutableArray<string> Running);
