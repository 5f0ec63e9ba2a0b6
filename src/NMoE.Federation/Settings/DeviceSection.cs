using NMoE.Learning.Keys;
using NMoE.Simulation.Network;

namespace NMoE.Federation.Settings;

/// <summary>A client's device.</summary>
[Section("device", "A client's device. Servers have its speed; what else stands here does not concern them.")]
public sealed record DeviceSection
{
    [Key("A set of values between this reference and the experiment's own: none, phone, raspberry-pi-4, jetson-nano or laptop. See hocon/devices.conf.")]
    public string Profile { get; init; } = "none";

    [Key("1 kFLOP/s..1000 TFLOP/s", "Sustained speed that virtual durations are counted with. {range}. The default is a phone's CPU.")]
    public double Compute { get; init; } = 20e9;

    [Key("1 B..1024 TiB", """
        What training may take. {range}, or unlimited. A mini-batch of stage 1 that takes more is refused at start: parameters, gradients and momentum (and two
        control variates), 4 bytes each, and two numbers an output of each convolution, one of each linear layer, and the picture, for each picture and view.
        """, Word = "unlimited")]
    public long Memory { get; init; } = long.MaxValue;

    /// <summary>What its radio and its computing cost.</summary>
    public EnergySection Energy { get; init; } = new();

    /// <summary>Whether anything that it does costs energy.</summary>
    public bool SpendsEnergy => Energy != new EnergySection();
}

/// <summary>What a device spends. All 0: nobody counts.</summary>
[Section("energy", "What it spends; 0 of everything counts nothing. A run whose devices spend energy leaves energy.csv.")]
public sealed record EnergySection
{
    [Key("0 J..1 J", "A floating-point operation. {range}.")]
    public double Flop { get; init; } = 0;

    [Key("0 J..1 J", "A byte that leaves it, those sent again included. {range}.")]
    public double SentByte { get; init; } = 0;

    [Key("0 J..1 J", "A byte of what is delivered to it, those sent again included. {range}.")]
    public double ReceivedByte { get; init; } = 0;

    [Key("0 W..1 kW", "Its radio, beside that, while at least one transfer from or to it is in flight. {range}.")]
    public double Radio { get; init; } = 0;

    [Key("0 W..1 kW", "Its radio after a transfer, while it listens whether another one comes. {range}.")]
    public double Tail { get; init; } = 0;

    [Key("0 ms..1 h", "How long it listens. {range}. The next transfer ends it, and begins it anew when it ends itself.")]
    public TimeSpan TailFor { get; init; } = TimeSpan.Zero;

    [Key("0 W..1 kW", "Its radio at all other times, asleep but for looking for calls. {range}.")]
    public double Sleep { get; init; } = 0;

    [Key("0 W..1 kW", "The device itself from the run's beginning to its end, whatever it does beside. {range}.")]
    public double Idle { get; init; } = 0;

    /// <summary>The same as the network counts it.</summary>
    public EnergyProfile Profile => new(SentByte, ReceivedByte, Radio, Flop) { Tail = Tail, TailFor = TailFor, Sleep = Sleep, Idle = Idle };
}
