using NMoE.Chance;
using NMoE.Federation.Settings;
using NMoE.Simulation.Network.Access;
using NMoE.Simulation.Time;

namespace NMoE.Federation.Channels;

/// <summary>Where clients are, and what their accesses are like there.</summary>
internal static class ClientTracks
{
    private const uint Purpose = 0x4D4F_0001;

    /// <summary>The distance from the base station at which a client begins, in metres.</summary>
    public static double Start(ExperimentSettings settings, int client) => ToAndFro(settings.Channel.Mobility, Drawn(settings, client)).First().Metres;

    /// <summary>The access of a client on its way.</summary>
    /// <param name="settings">The experiment.</param>
    /// <param name="client">The client: the place where it begins follows from its number and the seed.</param>
    public static AccessSchedule Access(ExperimentSettings settings, int client)
    {
        var mobility = settings.Channel.Mobility;
        var radio = mobility.Radio;
        var up = new RadioLink(radio.Bandwidth, radio.TransmitPower, radio.PathLossExponent, radio.ReferenceLoss) { NoiseFigure = radio.NoiseFigure };
        return Mobility.Schedule(
            ToAndFro(mobility, Drawn(settings, client)),
            mobility.Interval, up, up with { TransmitPower = radio.ServerTransmitPower });
    }

    private static double Drawn(ExperimentSettings settings, int client) => new Draws(Seeds.Of(settings).Key("mobility", client), Purpose, 0).NextOpen();

    /// <summary>The turns of a client that goes to and fro.</summary>
    /// <param name="mobility">How it moves.</param>
    /// <param name="start">Where it begins, as a share in [0, 1) of the way from the least distance out and back.</param>
    public static IEnumerable<TrackPoint> ToAndFro(MobilitySection mobility, double start)
    {
        var way = mobility.Far - mobility.Near;
        var gone = 2 * way * start;
        var (outward, left) = gone < way ? (true, way - gone) : (false, (2 * way) - gone);
        var at = VirtualTime.Zero;
        yield return new(at, outward ? mobility.Far - left : mobility.Near + left);
        for (; way > 0 && at.Ticks < mobility.Until.Ticks; (outward, left) = (!outward, way))
        {
            at += Duration.Of(left, mobility.Speed);
            yield return new(at, outward ? mobility.Far : mobility.Near);
        }
    }
}
