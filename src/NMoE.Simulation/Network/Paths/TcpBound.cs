namespace NMoE.Simulation.Network.Paths;

/// <summary>
/// How fast TCP's congestion avoidance lets a long transfer go on a path that loses packets, whatever its links let through: 1.22 x segment / (round trip x sqrt(loss)) (Mathis, Semke, Mahdavi and Ott, "The
/// macroscopic behavior of the TCP congestion avoidance algorithm", 1997, equation 3 with C = sqrt(3/2)). It holds for Reno and its like while losses are told by duplicate acknowledgements: with many losses timeouts
/// make TCP slower still.
/// </summary>
public static class TcpBound
{
    private const double C = 1.22;
    private const double BitsPerByte = 8;

    /// <summary>The bound in bit/s; positive infinity where nothing is lost or the path takes no time.</summary>
    /// <param name="segment">Bytes of a packet.</param>
    /// <param name="roundTrip">There and back.</param>
    /// <param name="loss">Share of packets that is lost in the long run.</param>
    public static double BitsPerSecond(int segment, TimeSpan roundTrip, double loss) =>
        loss > 0 && roundTrip > TimeSpan.Zero ? C * BitsPerByte * segment / (roundTrip.TotalSeconds * Math.Sqrt(loss)) : double.PositiveInfinity;
}
