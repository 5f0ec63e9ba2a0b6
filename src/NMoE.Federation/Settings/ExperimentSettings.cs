using System.Collections.Immutable;
using NMoE.Learning.Gates;
using NMoE.Learning.Keys;
using NMoE.Simulation.Network;

namespace NMoE.Federation.Settings;

/// <summary>Everything that a run is told, a key a member; <c>hocon/reference.conf</c> is written from these.</summary>
[Section("")]
public sealed record ExperimentSettings
{
    [Key("0..18446744073709551615", "Key of every draw: same seed, same bits. A whole number in {range}.")]
    public ulong Seed { get; init; } = 1;

    [Key("""
        A set of values between this reference and the experiment's own: none, cpu (a quarter of the channels and few rounds, for two cores) or paper. See hocon/profiles.conf.
        """)]
    public Profile Profile { get; init; } = Profile.None;

    /// <summary>What is run.</summary>
    public ExperimentSection Experiment { get; init; } = new();

    /// <summary>Pictures.</summary>
    public DataSection Data { get; init; } = new();

    /// <summary>Architecture.</summary>
    public ModelSection Model { get; init; } = new();

    /// <summary>Stage 1.</summary>
    public ExtractorSection Extractor { get; init; } = new();

    /// <summary>Stage 1 without labels.</summary>
    public FedScSection FedSc { get; init; } = new();

    /// <summary>Stage 1 with two extractors a client.</summary>
    public PFedMoeSection PFedMoe { get; init; } = new();

    /// <summary>Stage 2.</summary>
    public ExpertSection Expert { get; init; } = new();

    /// <summary>Whom a client knows.</summary>
    public TopologySection Topology { get; init; } = new();

    /// <summary>Stage 3.</summary>
    public GateSection Gate { get; init; } = new();

    /// <summary>Stage 3 around a ring.</summary>
    public RollGateSection RollGate { get; init; } = new();

    /// <summary>Latents on their way between clients.</summary>
    public LatentSection Latent { get; init; } = new();

    /// <summary>Serving.</summary>
    public InferenceSection Inference { get; init; } = new();

    /// <summary>Where the aggregator runs.</summary>
    public AggregatorSection Aggregator { get; init; } = new();

    /// <summary>Links.</summary>
    public ChannelSection Channel { get; init; } = new();

    /// <summary>Devices.</summary>
    public DeviceSection Device { get; init; } = new();

    /// <summary>Who has another device than that: what stands below <c>mix</c>.</summary>
    public DeviceMix Mix { get; init; } = DeviceMix.None;

    /// <summary>Restarts.</summary>
    public SupervisionSection Supervision { get; init; } = new();

    /// <summary>What goes wrong.</summary>
    public FaultsSection Faults { get; init; } = new();

    /// <summary>Measurement, outside the world.</summary>
    public EvaluationSection Evaluation { get; init; } = new();

    /// <summary>Threads and store; not part of the configuration hash.</summary>
    public ComputeSection Compute { get; init; } = new();

    /// <summary>The device of those without a kind of their own.</summary>
    public DeviceKind OwnKind => new("", Device, Channel.Rates, Model.Expert) { Extractor = PFedMoe.Extractor };

    /// <summary>The kinds of devices that clients have: one where all are alike.</summary>
    public ImmutableArray<DeviceKind> Kinds => Mix.IsEmpty ? [OwnKind] : [.. Mix.Kinds.Cast<DeviceKind?>().Append(null).Where(kind => Mix.Clients(kind).Length > 0).Select(kind => kind ?? OwnKind)];

    /// <summary>A client's kind of device.</summary>
    public DeviceKind KindOf(int client) => Mix.Of(client) ?? OwnKind;

    /// <summary>Sustained speed of a device in FLOP/s: servers at the base station have the speed of <c>device.compute</c>, those on a client that client's.</summary>
    public double SpeedOf(DeviceId device) => !Mix.IsEmpty && Aggregator.AccessOf(device) is { IsClient: true } place ? KindOf(place.Number).Device.Compute : Device.Compute;

    /// <summary>Whether anything trains a gate: the clients, one place for all of them, or a centralised mixture.</summary>
    public bool TrainsAnyGate => Inference.Gates.Any(gate => Gates.Of(gate).Source is not null) || Evaluation.Asks(Reference.GlobalGate)
        || Evaluation is { Enabled: true } evaluation && evaluation.Baselines.Contains(Baseline.CentralisedMoe);
}

/// <summary>A set of values between the reference and an experiment's own (<c>hocon/profiles.conf</c>).</summary>
public enum Profile
{
    /// <summary>The reference alone.</summary>
    None,

    /// <summary>Sized for two cores.</summary>
    Cpu,

    /// <summary>The paper's set-up.</summary>
    Paper,
}
