using System.Collections.Immutable;
using NMoE.Federation.Devices;
using NMoE.Federation.Records;
using NMoE.Federation.Roles;
using NMoE.Simulation.Network;
using NMoE.Simulation.Time;

namespace NMoE.Federation.Measurement;

/// <summary>
/// Records what devices do, outside the world: in the first and the last round of each stage, in stage 2, and in the first request of each inference pass,
/// of the servers and the first <see cref="MostClients"/> clients; and bytes over links throughout. What is kept at a time is bounded by
/// <see cref="MostActivities"/>, however many clients there are: a window that would need more ends there.
/// </summary>
/// <param name="plan">The experiment.</param>
public sealed class Timeline(Plan plan) : IObserver, ITransferObserver, IJobObserver
{
    /// <summary>Clients, and edge servers, with a higher number are no rows, but what they send to one that is counts there as having come.</summary>
    public const int MostClients = 64;

    /// <summary>Jobs and messages that are kept at a time.</summary>
    public const int MostActivities = 65_536;

    private readonly ImmutableArray<DeviceId> _devices =
        [DeviceId.Supervisor, DeviceId.Aggregator, .. plan.Settings.Aggregator.StandbyDevices, .. plan.Sites.Edges.Take(MostClients), .. Enumerable.Range(0, Math.Min(plan.Deal.Clients, MostClients)).Select(DeviceId.Client)];

    private readonly TimelineWindows _windows = new(plan.Pipeline, Math.Min(plan.Deal.Clients, MostClients));
    private readonly LinkLoads _links = new(plan.Deal.Clients);
    private readonly Dictionary<(DeviceId Device, long Number), Activity> _jobs = [];
    private readonly Dictionary<long, (Transfer Transfer, VirtualTime From, Activity? Kept)> _transfers = [];
    private readonly Dictionary<DeviceId, Activity> _down = [];
    private List<Activity> _activities = [];
    private int _endedSinceForgetting;

    /// <inheritdoc/>
    public void Began(VirtualTime at, long number, Transfer transfer)
    {
        ArgumentNullException.ThrowIfNull(transfer);
        Close(_windows.Sent(at, transfer), at);
        var kept = IsRow(transfer.From) || IsRow(transfer.To)
            ? Kept(new Activity(transfer.From, ActivityKind.Send, transfer.Kind, transfer.Bytes, at), at)
            : null;
        _transfers[number] = (transfer, at, kept);
    }

    /// <inheritdoc/>
    public void Ended(VirtualTime at, long number, TransferEnd end, AirBytes air)
    {
        _transfers.Remove(number, out var ended);
        _links.Add(ended.Transfer, ended.From, at, end, air);
        if (ended.Kept is { } kept)
        {
            End(kept, at);
            kept.Reached = end == TransferEnd.Delivered ? ended.Transfer.To : null;
        }
    }

    /// <inheritdoc/>
    public void Began(VirtualTime from, DeviceId device, long number, string kind)
    {
        if (IsRow(device) && Kept(new Activity(device, ActivityKind.Compute, kind, 0, from), from) is { } job)
        {
            _jobs[(device, number)] = job;
        }
    }

    /// <inheritdoc/>
    public void Moved(VirtualTime from, DeviceId device, long number)
    {
        if (_jobs.TryGetValue((device, number), out var job))
        {
            job.From = from;
        }
    }

    /// <inheritdoc/>
    public void Ended(VirtualTime at, DeviceId device, long number)
    {
        if (_jobs.Remove((device, number), out var job))
        {
            End(job, at);
        }
    }

    /// <inheritdoc/>
    public void Observe(VirtualTime at, Observation observation)
    {
        Close(_windows.Observe(at, observation), at);
        if (observation is DeviceLost lost && IsRow(lost.Device) && !_down.ContainsKey(lost.Device) && Kept(new Activity(lost.Device, ActivityKind.Down, lost.Reason, 0, at), at) is { } begun)
        {
            _down[lost.Device] = begun;
        }

        if (observation is DeviceReturned returned && _down.Remove(returned.Device, out var down))
        {
            End(down, at);
        }
    }

    /// <summary>The spans of all windows; what has not ended by then ends there.</summary>
    /// <param name="end">The run's end.</param>
    public ImmutableArray<SpanRecord> Spans(VirtualTime end)
    {
        Close(_windows.End(), end);
        return _windows.Spans;
    }

    /// <summary>Bytes over links.</summary>
    /// <param name="end">The run's end.</param>
    public ImmutableArray<LinkRecord> Links(VirtualTime end) => _links.Records(end);

    private static bool IsRow(DeviceId device) => device.IsEdge ? device.Site < MostClients : device.Number < MostClients;

    private void End(Activity activity, VirtualTime at)
    {
        activity.Until = at;
        _endedSinceForgetting++;
    }

    /// <summary>Where there is no room, what lies before all windows goes first, and then the windows end. Looking for room pays only once much has ended.</summary>
    private Activity? Kept(Activity activity, VirtualTime at)
    {
        if (_activities.Count >= MostActivities && _endedSinceForgetting >= MostActivities / 2)
        {
            Forget();
        }

        if (_activities.Count >= MostActivities)
        {
            Close(_windows.Cut(), at);
        }

        if (_activities.Count >= MostActivities)
        {
            return null;
        }

        _activities.Add(activity);
        return activity;
    }

    private void Close(ImmutableArray<TimelineWindow> windows, VirtualTime at)
    {
        foreach (var window in windows)
        {
            _windows.Keep(window, new WindowSpans(window.From, at).Of(window.Stage, window.Round, _devices, _activities));
        }

        if (!windows.IsEmpty)
        {
            Forget();
        }
    }

    private void Forget()
    {
        var wanted = _windows.Earliest;
        _endedSinceForgetting = 0;
        _activities = [.. _activities.Where(activity => activity.Until is not { } until || (wanted is { } earliest && until.Ticks > earliest.Ticks))];
    }
}
