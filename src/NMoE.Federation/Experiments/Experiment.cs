using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;
using NMoE.Compute.Blobs;
using NMoE.Compute.Execution;
using NMoE.Federation.Channels;
using NMoE.Federation.Devices;
using NMoE.Federation.Measurement;
using NMoE.Federation.Protocol;
using NMoE.Federation.Records;
using NMoE.Federation.Rehearsals;
using NMoE.Federation.Roles;
using NMoE.Simulation.Faults;
using NMoE.Simulation.Loop;
using NMoE.Simulation.Network;
using NMoE.Simulation.Time;
using NMoE.Simulation.Tracing;

namespace NMoE.Federation.Experiments;

/// <summary>What a run came to: a function of the experiment alone.</summary>
/// <param name="Report">Records.</param>
/// <param name="TraceHash">Of all events.</param>
/// <param name="ModelHash">Of every final F, G and H_i, in client order.</param>
/// <param name="Models">The final models by file name, ordered.</param>
/// <param name="VirtualTime">The end.</param>
/// <param name="Events">Number of events.</param>
public sealed record Outcome(
    RunReport Report, string TraceHash, string ModelHash,
    ImmutableArray<(string Name, BlobRef Model)> Models, VirtualTime VirtualTime, long Events);

/// <summary>What the results of a run are results of.</summary>
public enum Counted
{
    /// <summary>What was learned, sent and waited for.</summary>
    All,

    /// <summary>What was sent and waited for: nothing was learned (<see cref="Rehearsals.TimesAlone"/>).</summary>
    TimesAlone,
}

/// <summary>One experiment in virtual time.</summary>
/// <param name="plan">The experiment.</param>
/// <param name="executor">Where jobs run.</param>
/// <param name="progress">Told of each step.</param>
public sealed class Experiment(Plan plan, IExecutor executor, Action<Progress> progress)
{
    /// <summary>Is given every event in its canonical form; null for nobody.</summary>
    public ITraceSink? TraceSink { get; init; }

    /// <summary>Records what devices do, for one run; null records nothing.</summary>
    public Timeline? Timeline { get; init; }

    /// <summary>Sees all of the run, in the place of <see cref="Timeline"/>; null for nobody.</summary>
    public IExperimentWatch? Watch { get; init; }

    /// <summary>What the devices' roles are.</summary>
    public RoleSet Roles { get; init; } = RoleSet.Of(plan);

    /// <summary>What the order of events of one instant is drawn from; null for the order in which they were caused.</summary>
    public ulong? TieSeed { get; init; }

    /// <summary>What its results are results of.</summary>
    public Counted Counts { get; init; }

    /// <summary>Told of each round while the run goes on, as <see cref="RunObserver.RoundTold"/>.</summary>
    public Action<RoundRecord> RoundTold { get; init; } = _ => { };

    /// <summary>As <see cref="RunObserver.ScoredAtOnce"/>.</summary>
    public int? ScoredAtOnce { get; init; }

    /// <summary>Runs to the end.</summary>
    /// <exception cref="OperationCanceledException">Cancelled; the same call goes on from what the store remembers.</exception>
    /// <exception cref="NMoE.Simulation.SimulationException">The world failed.</exception>
    /// <exception cref="ExperimentFailedException">The experiment came to an end without a result.</exception>
    /// <exception cref="JobFailedException">A job failed for a real reason.</exception>
    public Outcome Run(CancellationToken cancellation)
    {
        using var simulation = new VirtualWorld("nmoe");
        var world = simulation.World;
        world.Trace.Sink = TraceSink;
        world.TieSeed = TieSeed;
        var energy = EnergyCount.Of(plan.Settings);
        var compute = new ComputePort(world, executor, plan.Settings.SpeedOf, cancellation) { Observer = Timeline, Energy = energy, KnowsHoldings = Counts == Counted.All };
        var network = Network(world, compute, energy);
        Watch?.Begin(world, network.Ledger);
        var observer = new RunObserver(plan, executor, network.Ledger, TestShards.Deal(plan, executor, cancellation), progress)
        {
            RoundTold = RoundTold,
            ScoredAtOnce = ScoredAtOnce,
            Joules = at => EnergyCount.Joules(energy, at),
        };
        var measures = Counts == Counted.TimesAlone ? new TimesAlone.WithoutLosses(observer) : (IObserver)observer;
        var ports = new DevicePorts(world, network, compute, ((IObserver?)Watch ?? Timeline) is { } second ? new ObserverPair(measures, second) : measures)
        {
            Radio = device => ChannelFactory.RadioOf(plan.Settings, device),
            Replaceable = device => device.IsEdge || (device.IsAggregator && device.Place < plan.Pipeline.Places - 1),
        };

        StartDevices(simulation, ports);
        new FaultDriver(plan.Settings, plan.Seeds, ports) { Watch = Watch }.Start();
        RunToEnd(simulation, cancellation);

        var models = Counts == Counted.TimesAlone ? [] : FinalModels.Of(plan.Model, observer);
        var report = new Reports(plan, executor, round => progress(BaselineRound(round, world.Now, network.Ledger)), cancellation) { Counts = Counts }.Of(observer, network.Ledger);
        return new Outcome(
            report with
            {
                Waiting = observer.Waits.Record(world.Now),
                Energy = EnergyCount.Records(energy, world.Now),
                Off = [.. ChannelFactory.OffForGood(plan.Settings, world.Now).Select(off => new OffRecord(off.Device.ToString(), off.Since.Seconds))],
                Timeline = Timeline?.Spans(world.Now) ?? [],
                Links = Timeline?.Links(world.Now) ?? [],
                TimesAlone = Counts == Counted.TimesAlone,
                Passes = Counts == Counted.TimesAlone ? TimedPasses.Of(plan, observer, network.Ledger) : report.Passes,
            },
            world.Trace.Hash(), HashOf(models), models, world.Now, world.Trace.Count);
    }

    /// <summary>Devices start in a fixed order: clients first, so that they are there when the servers speak.</summary>
    private void StartDevices(VirtualWorld simulation, DevicePorts ports)
    {
        foreach (var client in plan.Deal.ClientNumbers)
        {
            Start(simulation, ports, DeviceId.Client(client), Roles.Client(client));
        }

        Start(simulation, ports, DeviceId.Aggregator, Roles.Aggregator());
        Start(simulation, ports, DeviceId.Supervisor, Roles.Supervisor());
        foreach (var place in plan.Settings.Aggregator.StandbyDevices)
        {
            Start(simulation, ports, place, Roles.Standby(place.Place));
        }

        foreach (var edge in plan.Sites.Edges)
        {
            Start(simulation, ports, edge, Roles.Edge(edge.Site));
        }
    }

    private DeviceNetwork Network(World world, ComputePort compute, EnergyLedger? energy) => new(
        world,
        ChannelFactory.Of(plan.Settings, world),
        transfer =>
        {
            if (compute.KnowsHoldings)
            {
                compute.Grant(transfer.To, ((IMessage)transfer.Message).Blobs);
            }
        })
    {
        Observer = (ITransferObserver?)Watch ?? Timeline,
        Faults = new FaultRules(
            plan.Seeds.Key("message-faults"), [.. plan.Settings.Faults.Rules.Select(Watched)]),
        Energy = energy,
    };

    private IFaultRule Watched(MessageFault rule) => Watch is null ? rule : new WatchedRule(rule, Watch);

    /// <summary>A failure of an experiment whose clients are all off for good has that reason, whatever was missed first.</summary>
    private void RunToEnd(VirtualWorld simulation, CancellationToken cancellation)
    {
        try
        {
            RunWatched(simulation, cancellation);
        }
        catch (ExperimentFailedException failed)
        {
            var off = ChannelFactory.OffForGood(plan.Settings, simulation.World.Now).Where(off => off.Device.IsClient).ToArray();
            if (off.Length < plan.Deal.Clients)
            {
                throw;
            }

            var last = off.MaxBy(item => item.Since);
            throw new ExperimentFailedException(FormattableString.Invariant(
                $"{failed.Message}; all {plan.Deal.Clients} clients were off for good by then, the last of them, {last.Device}, since {last.Since.Seconds:0.###} s (channel.trace, channel.intervals; channel.trace-repeat lets a trace begin anew)"));
        }
    }

    private void RunWatched(VirtualWorld simulation, CancellationToken cancellation)
    {
        try
        {
            simulation.Run(cancellation);
        }
        finally
        {
            Watch?.Over(simulation.World);
        }
    }

    private Progress BaselineRound(int round, VirtualTime now, Ledger ledger) =>
        new("baselines", round, plan.Settings.Extractor.Rounds, now, ledger.TotalTraffic, null, null);

    private void Start<TState>(VirtualWorld simulation, DevicePorts ports, DeviceId device, IRole<TState> role)
        where TState : class
    {
        var played = Watch is null ? role : new WatchedRole<TState>(device, role, Watch);
        simulation.Spawn(DeviceActor.Of(device, played, ports, plan.Settings.Supervision), device.ToString());
    }

    private static string HashOf(ImmutableArray<(string Name, BlobRef Model)> models) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(
            string.Concat(models.Select(item => $"{item.Name} {item.Model.Hash.Hex}\n")))));
}
