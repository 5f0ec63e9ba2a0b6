using NMoE.Federation.Settings;
using NMoE.Learning.Cost;
using NMoE.Learning.Gates;
using NMoE.Learning.Models;
using NMoE.Learning.Quantisation;

namespace NMoE.Federation.Roles;

/// <summary>What something takes at the least: a device alone on the network, no loss, the best rates that it ever has.</summary>
/// <param name="Seconds">Virtual seconds; infinite where nothing passes.</param>
/// <param name="Because">Size, rate and time of each part, in words.</param>
internal sealed record LeastTime(double Seconds, string Because);

/// <summary>Times that no round, request or turn of an experiment falls below, for those who set or miss a deadline.</summary>
/// <param name="Plan">The experiment.</param>
internal sealed record LeastTimes(Plan Plan)
{
    private readonly Charges _charges = new(Plan);
    private readonly SlowestDevice _slowest = new(Plan);

    /// <summary>A round of stage 1; with an exchange before its training the longer of the two.</summary>
    public LeastTime Round
    {
        get
        {
            var model = Plan.Model.SharedParts.Sum(Bytes);
            if (Plan.Pipeline.Objective.Exchange is not { } exchange)
            {
                var travel = new UpdateTravel(Plan);
                return Sum(
                    Down(travel.IsExactDown ? model : Plan.Model.SharedParts.Sum(travel.DownBytesOf), "the model"),
                    Compute((_, rows, speed) => travel.PackFlops + _charges.Local(rows, speed) + _charges.Compress, "to train"),
                    Up(travel.IsExact ? model : Plan.Model.SharedParts.Sum(travel.BytesOf), "to send it back"));
            }

            var matrix = 4.0 * exchange.Numbers(Plan);
            var first = Sum(Down(model, "the model"), Compute((_, rows) => _charges.Exchange(rows), "to correlate"), Up(matrix, "to send its matrix"));
            var second = Sum(Down(matrix, "the others' matrices"), Compute((_, rows, speed) => _charges.Local(rows, speed), "to train"), Up(model, "to send the model back"));
            return first.Seconds > second.Seconds ? first : second;
        }
    }

    /// <summary>A client's expert.</summary>
    public LeastTime Expert => Sum(Compute((_, rows) => _charges.Latents(rows), "to look at its pictures"), Compute(_charges.Expert, "to train its expert for all epochs"));

    /// <summary>A client's training latents on their way to all that it asks.</summary>
    public LeastTime Sharing =>
        Sum(ToPeers(Plan.Deal.MostRows * (Settings.Channel.Model == ChannelModel.Fixed ? 1.0 : Plan.Asked.Most - 1), "to send its latents to the others"));

    /// <summary>A round of FedGate.</summary>
    public LeastTime GateRound => Sum(Down(Bytes(ModelPart.Gate, Plan.Asked.Most), "the gate"), Compute((_, rows) => _charges.Gate(rows, Plan.Asked.Most), "to train it"), Up(Plan.Pipeline.Gate.Features is null ? Bytes(ModelPart.Gate, Plan.Asked.Most) : Plan.Pipeline.Gate.SumsBytes(Plan.Asked.Most), "to send it back"));

    /// <summary>A request, its samples spread evenly over all experts.</summary>
    public LeastTime Request
    {
        get
        {
            var rows = Math.Min(Settings.Inference.Batch, Settings.Data.TestPerClient);
            var away = (double)rows * Settings.Inference.K * (Plan.Peers.Most - 1) / Plan.Peers.Most;
            return Sum(ToPeers(Settings.Channel.Model == ChannelModel.Fixed ? away / Plan.Peers.Most : away, FormattableString.Invariant($"to send the latents of {rows} samples to peers")));
        }
    }

    /// <summary>A turn in a ring.</summary>
    public LeastTime Turn(IRingStage ring) => Sum(Transfer(ring.Parts.Sum(Bytes), Math.Min(ClientUp, ClientDown), "to get the model"), Compute((_, rows) => ring.Flops(Plan, rows), "to train it"));

    /// <summary>What the aggregator keeps, on its way to the next place.</summary>
    public LeastTime Checkpoint => Sum(Transfer(Plan.Model.SharedParts.Sum(Bytes), ServerUp, "to send a checkpoint"));

    private ExperimentSettings Settings => Plan.Settings;

    /// <summary>A duration as people say it.</summary>
    public static string Words(double seconds) => seconds switch
    {
        double.PositiveInfinity => "for ever",
        < 1 => FormattableString.Invariant($"{1000 * seconds:0.#} ms"),
        < 60 => FormattableString.Invariant($"{seconds:0.#} s"),
        < 3600 => FormattableString.Invariant($"{Math.Floor(seconds / 60):0} min {Math.Floor(seconds % 60):0} s"),
        _ => FormattableString.Invariant($"{Math.Floor(seconds / 3600):#,0} h {Math.Floor(seconds % 3600 / 60):0} min"),
    };

    private double Bytes(ModelPart part) => Bytes(part, Plan.Deal.Clients);

    private double Bytes(ModelPart part, int experts) => 4.0 * (part == ModelPart.Gate
        ? GateLayout.Of(Plan.Model.GateSpec, experts, Settings.Gate.NoiseForm).Sum(shape => shape.Count)
        : LearningCost.Parameters(Plan.Model.Spec, part, Plan.Model.Dimension));

    private LeastTime Down(double bytes, string what) => Transfer(bytes, Math.Min(ServerUp, ClientDown), $"to get {what}");

    private LeastTime Up(double bytes, string what) => Transfer(bytes, Math.Min(ClientUp, ServerDown), what);

    private LeastTime ToPeers(double rows, string what) =>
        Transfer(rows * QuantisedLatents.RowBytes(Settings.Latent.Precision, Plan.Model.Spec.Latent), Math.Min(ClientUp, ClientDown), what);

    private LeastTime Compute(Func<ModelSpec, int, double> flops, string what) => Compute((expert, rows, _) => flops(expert, rows), what);

    private LeastTime Compute(Func<ModelSpec, int, double, double> flops, string what)
    {
        var (seconds, speed) = _slowest.Of(flops);
        return new(seconds, FormattableString.Invariant($"{Words(seconds)} {what} at {speed / 1e9:0.###} GFLOP/s"));
    }

    private LeastTime Transfer(double bytes, double rate, string what)
    {
        var seconds = Settings.Channel.Delay.Form == DelayForm.Constant ? (8 * bytes / rate) + Settings.Channel.Delay.Value.TotalSeconds : 8 * bytes / rate;
        return new(seconds, FormattableString.Invariant($"{Words(seconds)} {what}, {Size(bytes)} at {Rate(rate)}"));
    }

    private static LeastTime Sum(params ReadOnlySpan<LeastTime> parts)
    {
        var (seconds, words) = (0.0, new List<string>());
        foreach (var part in parts)
        {
            seconds += part.Seconds;
            words.Add(part.Because);
        }

        return new(seconds, string.Join("; ", words));
    }

    private static string Size(double bytes) => bytes < 1e6 ? FormattableString.Invariant($"{bytes / 1e3:0.#} kB") : FormattableString.Invariant($"{bytes / 1e6:0.#} MB");

    private static string Rate(double rate) => rate switch
    {
        double.PositiveInfinity => "no limit",
        < 1e3 => FormattableString.Invariant($"{rate:0.#} bit/s"),
        < 1e6 => FormattableString.Invariant($"{rate / 1e3:0.#} kbit/s"),
        _ => FormattableString.Invariant($"{rate / 1e6:0.#} Mbit/s"),
    };

    private double ClientUp => Client(rates => rates.Up, access => access.Up);

    private double ClientDown => Client(rates => rates.Down, access => access.Down);

    private double ServerUp => Server(rates => rates.ServerUp, access => access.Up, ClientUp);

    private double ServerDown => Server(rates => rates.ServerDown, access => access.Down, ClientDown);

    /// <summary>The best that any client ever has. Of one that moves nothing is known: it may come near.</summary>
    private double Client(Func<RatesSection, double> rate, Func<Simulation.Network.Access.AccessConditions, double> access)
    {
        var channel = Settings.Channel;
        if (channel.Model == ChannelModel.Fixed)
        {
            return channel.Bandwidth;
        }

        var traced = channel.Traces.Conditions.Where(pair => pair.Key.IsClient).ToArray();
        var best = traced.SelectMany(pair => pair.Value.Steps).Select(step => access(step.Conditions)).DefaultIfEmpty(0).Max();
        return traced.Length == Plan.Deal.Clients ? best
            : Math.Max(best, channel.Mobility.Form == MobilityForm.None ? Settings.Kinds.Max(kind => rate(kind.Rates)) : double.PositiveInfinity);
    }

    private double Server(Func<RatesSection, double> rate, Func<Simulation.Network.Access.AccessConditions, double> access, double client)
    {
        var channel = Settings.Channel;
        var station = channel.Model == ChannelModel.Fixed ? channel.Bandwidth
            : channel.Traces.Conditions.TryGetValue(Settings.Aggregator.AccessOf(Simulation.Network.DeviceId.Aggregator), out var traced) ? traced.Steps.Max(step => access(step.Conditions))
            : rate(channel.Rates);
        return Settings.Aggregator.Place == AggregatorPlace.BaseStation && Settings.Aggregator.Standby.IsEmpty ? station : Math.Max(station, client);
    }
}
