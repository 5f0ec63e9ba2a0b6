using System.Collections.Immutable;
using NMoE.Cluster.Wire;
using NMoE.Cluster.Work.Messages;
using NMoE.Federation.Protocol;

namespace NMoE.Cluster.Work;

/// <summary>Question and answer of <c>nmoe status</c> on the wire (<c>work.proto</c>).</summary>
internal static class StatusForms
{
    // A member takes some tens of bytes: more of them than fit are left out, and people see the first.
    private const int MostListed = 256;
    private const int Most = 96 * 1024;

    /// <summary>Both.</summary>
    public static ImmutableArray<WireForm> All { get; } =
    [
        WorkForms.Form<StatusWanted>("status-wanted/1", 0, _ => new Wire.StatusWanted(), _ => new StatusWanted()),
        WorkForms.Form<WorkStatus>("work-status/1", Most, Write, bytes => Check(Wire.Status.Parser.ParseFrom(bytes.Span))),
    ];

    private static Wire.Status Write(WorkStatus status) => new()
    {
        Experiment = WorkForms.Text(status.Experiment),
        Stage = WorkForms.Text(status.Stage),
        VirtualSeconds = status.VirtualSeconds,
        Members = { status.Members.Take(MostListed).Select(member => new Wire.Member { Address = member.Address, Roles = { member.Roles }, Status = member.Status, Unreachable = member.Unreachable }) },
        Seats =
        {
            status.Workers.Take(MostListed).Select(worker => new Wire.Seat
            {
                Number = (uint)worker.Number,
                Address = worker.Address,
                Threads = (uint)worker.Threads,
                Wanted = (uint)worker.Wanted,
                Running = { worker.Running.Take(8) },
            }),
        },
        Queued = (uint)status.Queued,
        UnderWay = (uint)status.UnderWay,
        Run = (ulong)status.Run,
        Remembered = (ulong)status.Remembered,
        Received = (ulong)status.Received,
        Sent = (ulong)status.Sent,
        Fetched = (ulong)status.Moving.FetchedBytes,
        FetchingSeconds = status.Moving.FetchingSeconds,
        LandingSeconds = status.Moving.LandingSeconds,
    };

    // An empty member takes two bytes on the wire and a hundred here.
    private static WorkStatus Check(Wire.Status status) => status.Members.Count <= MostListed && status.Seats.Count <= MostListed
        ? Read(status)
        : throw new WireException(FormattableString.Invariant($"A status lists {status.Members.Count} members and {status.Seats.Count} workers: at most {MostListed} of each."));

    private static WorkStatus Read(Wire.Status status) => new(
        status.Experiment,
        status.Stage,
        status.VirtualSeconds,
        [.. status.Members.Select(member => new MemberStatus(member.Address, [.. member.Roles], member.Status, member.Unreachable))],
        [.. status.Seats.Select(seat => new WorkerStatus((int)seat.Number, seat.Address, (int)seat.Threads, (int)seat.Wanted, [.. seat.Running]))],
        (int)status.Queued,
        (int)status.UnderWay,
        (long)status.Run,
        (long)status.Remembered,
        (long)status.Received,
        (long)status.Sent,
        new((long)status.Fetched, status.FetchingSeconds, status.LandingSeconds));
}
