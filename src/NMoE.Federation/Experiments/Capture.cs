using System.Collections.Immutable;
using NMoE.Federation.Records;
using NMoE.Federation.Roles;
using NMoE.Simulation;
using NMoE.Simulation.Faults;
using NMoE.Simulation.Loop;
using NMoE.Simulation.Network;
using NMoE.Simulation.Time;

namespace NMoE.Federation.Experiments;

/// <summary>
/// Tells each event of a run when it happens: every message's sending and end, every job, timer, fault and round. It keeps what is under way and no more, so that a run of any length takes as much memory as its
/// busiest instant.
/// </summary>
/// <param name="told">Told of each event, in order.</param>
public sealed class Capture(Action<CapturedEvent> told) : IExperimentWatch
{
    private readonly Dictionary<long, (VirtualTime Began, Transfer Transfer)> _flights = [];
    private readonly Dictionary<(DeviceId Device, JobTag Tag), VirtualTime> _jobs = [];
    private World? _world;

    private VirtualTime Now => _world!.Now;

    /// <inheritdoc/>
    public void Begin(World world, Ledger ledger) => _world = world;

    /// <inheritdoc/>
    public void Over(World world)
    {
    }

    /// <inheritdoc/>
    public void Began(VirtualTime at, long number, Transfer transfer)
    {
        ArgumentNullException.ThrowIfNull(transfer);
        _flights.Add(number, (at, transfer));
        told(Of(Captured.Sent, at, transfer.From, transfer.To, number, transfer));
    }

    /// <inheritdoc/>
    public void Ended(VirtualTime at, long number, TransferEnd end, AirBytes air)
    {
        _flights.Remove(number, out var flight);
        var transfer = flight.Transfer;
        var ended = end == TransferEnd.Delivered
            ? Of(Captured.Arrived, at, transfer.To, transfer.From, number, transfer)
            : Of(Captured.Lost, at, transfer.From, transfer.To, number, transfer);
        told(ended with { Seconds = (at - flight.Began).TotalSeconds, SentAgain = air.Again });
    }

    /// <inheritdoc/>
    public void Decided(DeviceId device, object before, object message, object after, ImmutableArray<Effect> effects)
    {
        switch (message)
        {
            case TimerFired timer:
                told(new(Captured.Timer, Now.Seconds, device.ToString(), null, timer.Tag.Name, ""));
                break;
            case JobFinished job:
                told(new(Captured.Computed, Now.Seconds, device.ToString(), null, job.Tag.Name, "") { Seconds = _jobs.Remove((device, job.Tag), out var began) ? (Now - began).TotalSeconds : null });
                break;
        }

        foreach (var job in effects.OfType<Roles.Compute>())
        {
            _jobs[(device, job.Tag)] = Now;
            told(new(Captured.Given, Now.Seconds, device.ToString(), null, job.Tag.Name, ""));
        }
    }

    /// <inheritdoc/>
    public void Observe(VirtualTime at, Observation observation)
    {
        (Captured Kind, DeviceId Device, FormattableString What)? mark = observation switch
        {
            RoundEnded round => (Captured.Mark, DeviceId.Aggregator, $"{round.Stage} {round.Round} ended, loss {round.Loss:F4}, {round.Participants} clients"),
            SiteRoundEnded { Ended: var round } site => (Captured.Mark, site.Edge, $"{round.Stage} {round.Round} ended at the site, loss {round.Loss:F4}, {round.Participants} clients"),
            SiteGaveUp site => (Captured.Mark, site.Edge, $"sits the round out: {site.Reason}"),
            DeadlinePassed passed => (Captured.Mark, passed.Waited, $"{passed.Stage} {passed.Round}: deadline passed, missing {Listing.Of([.. passed.Missing.Select(device => device.ToString())])}"),
            RequestMark request => (Captured.Mark, DeviceId.Client(request.Client), $"request {request.Request} of pass {request.Pass} {(request.Finished ? "answered" : "begins")}"),
            DeviceLost lost => (Captured.Fault, lost.Device, $"lost: {lost.Reason}{(lost.Returns ? "" : ", for good")}"),
            DeviceReturned back => (Captured.Fault, back.Device, $"on again"),
            AggregatorMoved moved => (Captured.Mark, moved.Device, $"goes on as aggregator, from {moved.Step ?? "the start"}"),
            AggregatorGaveWay gave => (Captured.Mark, gave.Device, $"gives way: {gave.Reason}"),
            ClientLeft left => (Captured.Mark, DeviceId.Client(left.Client), $"waits no more"),
            _ => null,
        };
        if (mark is { } seen)
            told(new(seen.Kind, at.Seconds, seen.Device.ToString(), null, FormattableString.Invariant(seen.What), ""));
    }

    /// <inheritdoc/>
    public void Met(FaultKind fault, DeviceId device) => told(new(Captured.Fault, Now.Seconds, device.ToString(), null, fault.ToString().ToLowerInvariant(), ""));

    private static CapturedEvent Of(Captured kind, VirtualTime at, DeviceId device, DeviceId peer, long number, Transfer transfer) => new(
        kind, at.Seconds, device.ToString(), peer.ToString(), transfer.Copy > 0 ? $"{transfer.Kind} (copy)" : transfer.Kind,
        transfer.Occasion switch
        {
            (0, 0) => transfer.Stage,
            ( > 0, 0) => FormattableString.Invariant($"{transfer.Stage} {transfer.Occasion.First}"),
            _ => FormattableString.Invariant($"{transfer.Stage} {transfer.Occasion.First}.{transfer.Occasion.Second}"),
        })
    { Bytes = transfer.Bytes, Message = number };
}
