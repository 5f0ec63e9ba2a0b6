using System.Collections.Immutable;
using NMoE.Federation.Protocol;
using NMoE.Federation.Roles;
using NMoE.Federation.Settings;
using NMoE.Learning.Gates;
using NMoE.Simulation.Faults;
using NMoE.Simulation.Time;

namespace NMoE.Federation.Fuzzing;

/// <summary>Gates that look at links, in some of the cases, with clients that move where links are shared. It draws from a sequence of its own: other cases are what they would be without.</summary>
/// <param name="share">The share of cases that it changes.</param>
/// <param name="draw">Choices.</param>
internal sealed class LinkDrawing(double share, Draw draw)
{
    private static readonly ImmutableArray<double> s_shares = [10, 50, 100];

    private bool _changes;

    /// <summary>The kinds of messages that only such gates send.</summary>
    public static ImmutableArray<string> Kinds { get; } = [LinkReport.Form.Kind];

    /// <summary>The case with them.</summary>
    public ExperimentSettings In(ExperimentSettings settings)
    {
        _changes = share > 0 && draw.Chance(share);
        if (!_changes)
        {
            return settings;
        }

        var gate = draw.Of(DesGate.GateName, WdmoeGate.GateName);
        object keys = gate == DesGate.GateName
            ? new DesKeys { Relevance = draw.Of(0.1, 0.6, 0.9, 1), Most = draw.Whole(1, 4) }
            : new WdmoeKeys { Threshold = draw.Of(0, 0.5, 1), Most = draw.Whole(1, 3) };
        return settings with
        {
            Inference = settings.Inference with { Gates = settings.Inference.Gates.Add(gate), OfGates = settings.Inference.OfGates.SetItem(gate, keys) },
            Device = settings.Device with { Energy = new EnergySection { SentByte = 1e-6, Radio = draw.Of(0, 1.0), Flop = 1e-10 } },
            Channel = settings.Channel.Model == ChannelModel.Shared && draw.Chance(0.7) ? Moving(settings.Channel) : settings.Channel,
        };
    }

    /// <summary>More faults, of those that leave clients without reports.</summary>
    public FaultsSection Faults(FaultsSection faults)
    {
        if (!_changes || !draw.Chance(0.5))
        {
            return faults;
        }

        var verb = draw.Of(FaultVerb.Drop, FaultVerb.Duplicate, FaultVerb.Delay, FaultVerb.Reorder);
        var by = verb == FaultVerb.Drop ? TimeSpan.Zero : draw.Milliseconds(50, 1_000, 8_000);
        return faults with
        {
            Rules = faults.Rules.Add(new(verb, by, draw.Of(s_shares.AsSpan()), Kinds[0], DeviceGroup.Any, DeviceGroup.Any, VirtualTime.Zero, new VirtualTime(long.MaxValue))),
        };
    }

    /// <summary>Fast and wide, so that rates change from request to request and are of the size of those that clients have who stand.</summary>
    internal static ChannelSection Moving(ChannelSection channel) => channel with
    {
        Mobility = new MobilitySection
        {
            Form = MobilityForm.ToAndFro,
            Speed = 50,
            Interval = TimeSpan.FromMilliseconds(500),
            Until = TimeSpan.FromMinutes(2),
            Radio = new RadioSection { Bandwidth = 20e6 },
        },
    };
}
