using NMoE.Learning.Jobs;
using static NMoE.Federation.Protocol.WireValues;

namespace NMoE.Federation.Protocol;

/// <summary>Client to those who may ask its expert: what my access is like now.</summary>
/// <param name="Access">What it measured.</param>
public sealed record LinkReport(SensedAccess Access) : IMessage
{
    /// <summary>On the wire, and when it is possible.</summary>
    internal static MessageForm Form { get; } = MessageForm.Of<LinkReport, Wire.LinkReport>(
        "LinkReport",
        Write,
        read => new(new SensedAccess(Count(read.Up), Count(read.Down))
        {
            UpSignal = read.HasUpSignal ? read.UpSignal : null,
            DownSignal = read.HasDownSignal ? read.DownSignal : null,
        }),
        (m, from, bounds) => bounds.IsClient(from) && IsRate(m.Access.Up) && IsRate(m.Access.Down) && IsSignal(m.Access.UpSignal) && IsSignal(m.Access.DownSignal));

    private static Wire.LinkReport Write(LinkReport message)
    {
        var written = new Wire.LinkReport { Up = (uint)message.Access.Up, Down = (uint)message.Access.Down };
        if (message.Access.UpSignal is { } up)
        {
            written.UpSignal = up;
        }

        if (message.Access.DownSignal is { } down)
        {
            written.DownSignal = down;
        }

        return written;
    }

    private static bool IsRate(int step) => step is >= 0 and <= LinkSteps.Fastest;

    private static bool IsSignal(int? step) => step is null or (>= -LinkSteps.Clearest and <= LinkSteps.Clearest);
}
