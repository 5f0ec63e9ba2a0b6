using NMoE.Chance;

namespace NMoE.Simulation.Network.Paths;

/// <summary>What became of a row of packets.</summary>
/// <param name="Count">How many were lost.</param>
/// <param name="IsLastLost">Whether the last of them, which may be shorter than the others, was lost.</param>
public readonly record struct LostPackets(long Count, bool IsLastLost);

/// <summary>
/// How packets of a path are lost. Losses are counted exactly without a draw for each packet: between two of them lies a geometric number of packets, one draw
/// (Devroye, "Non-Uniform Random Variate Generation", 1986, chapter X.2).
/// </summary>
public abstract record PacketLoss
{
    /// <summary>The share of packets that is lost in the long run.</summary>
    public abstract double StationaryLoss { get; }

    /// <summary>Sends a row of packets.</summary>
    /// <param name="packets">How many.</param>
    /// <param name="draws">Draws of this row.</param>
    public abstract LostPackets Send(long packets, Draws draws);

    /// <summary>This loss with another beside it that does not depend on it.</summary>
    /// <param name="loss">Probability of the other, in [0, 1).</param>
    public abstract PacketLoss Beside(double loss);

    /// <summary>Packets from one event of a probability to the next: at least 1, at most <paramref name="bound"/> + 1.</summary>
    private protected static long Gap(double probability, long bound, Draws draws)
    {
        if (probability <= 0 || 1 - probability == 1)
        {
            return bound + 1;
        }

        if (probability >= 1)
        {
            return 1;
        }

        var gap = Normal.Log(draws.NextOpen()) / Normal.Log(1 - probability);
        return gap >= bound ? bound + 1 : 1 + (long)gap;
    }

    /// <summary>Counts losses with one probability.</summary>
    private protected static LostPackets Count(long packets, double probability, Draws draws)
    {
        var (count, last) = (0L, 0L);
        for (var at = Gap(probability, packets, draws); at <= packets; at += Gap(probability, packets, draws))
        {
            (count, last) = (count + 1, at);
        }

        return new(count, packets > 0 && last == packets);
    }

    private protected static double Either(double first, double second) => 1 - ((1 - first) * (1 - second));

    private protected static void CheckProbability(double value, string name)
    {
        if (!(value is >= 0 and <= 1))
        {
            throw new ArgumentOutOfRangeException(name, value, "A probability must be in [0, 1].");
        }
    }
}

/// <summary>Each packet is lost with the same probability, whatever became of the others.</summary>
public sealed record IndependentLoss : PacketLoss
{
    /// <summary>Makes it.</summary>
    /// <param name="probability">In [0, 1).</param>
    /// <exception cref="ArgumentOutOfRangeException">No such probability.</exception>
    public IndependentLoss(double probability)
    {
        if (!(probability is >= 0 and < 1))
        {
            throw new ArgumentOutOfRangeException(nameof(probability), probability, "The probability of a loss must be in [0, 1).");
        }

        Probability = probability;
    }

    /// <summary>Of a loss.</summary>
    public double Probability { get; }

    /// <inheritdoc/>
    public override double StationaryLoss => Probability;

    /// <inheritdoc/>
    public override LostPackets Send(long packets, Draws draws) => Count(packets, Probability, draws);

    /// <inheritdoc/>
    public override PacketLoss Beside(double loss) => loss == 0 ? this : new IndependentLoss(Either(Probability, loss));
}

/// <summary>
/// Losses in bursts: a path is good or bad, passes from one to the other after each packet with a probability, and loses packets with a probability of
/// its state (Gilbert, 1960; Elliott, 1963). Each row of packets begins in the stationary distribution: a round trip lies between two rows.
/// </summary>
public sealed record GilbertElliottLoss : PacketLoss
{
    /// <summary>Makes it.</summary>
    /// <param name="goodToBad">Probability to turn bad after a packet, in [0, 1].</param>
    /// <param name="badToGood">Probability to turn good after a packet, in (0, 1].</param>
    /// <param name="lossInGood">Probability of a loss while good, in [0, 1).</param>
    /// <param name="lossInBad">Probability of a loss while bad, in [0, 1].</param>
    /// <exception cref="ArgumentOutOfRangeException">A probability out of range, or nothing would ever arrive.</exception>
    public GilbertElliottLoss(double goodToBad, double badToGood, double lossInGood, double lossInBad)
    {
        CheckProbability(goodToBad, nameof(goodToBad));
        CheckProbability(badToGood, nameof(badToGood));
        CheckProbability(lossInGood, nameof(lossInGood));
        CheckProbability(lossInBad, nameof(lossInBad));
        if (badToGood == 0 || lossInGood == 1)
        {
            throw new ArgumentOutOfRangeException(
                nameof(badToGood), badToGood, "A path must turn good again, and let packets through then: badToGood must be above 0, lossInGood below 1.");
        }

        (GoodToBad, BadToGood, LossInGood, LossInBad) = (goodToBad, badToGood, lossInGood, lossInBad);
    }

    /// <summary>Probability to turn bad after a packet.</summary>
    public double GoodToBad { get; }

    /// <summary>Probability to turn good after a packet.</summary>
    public double BadToGood { get; }

    /// <summary>Probability of a loss while good.</summary>
    public double LossInGood { get; }

    /// <summary>Probability of a loss while bad.</summary>
    public double LossInBad { get; }

    /// <summary>The share of packets that meet a bad path.</summary>
    public double ShareBad => GoodToBad / (GoodToBad + BadToGood);

    /// <inheritdoc/>
    public override double StationaryLoss => ((1 - ShareBad) * LossInGood) + (ShareBad * LossInBad);

    /// <inheritdoc/>
    public override LostPackets Send(long packets, Draws draws)
    {
        ArgumentNullException.ThrowIfNull(draws);
        var bad = draws.NextOpen() < ShareBad;
        var lost = default(LostPackets);
        for (var left = packets; left > 0; bad = !bad)
        {
            var stay = Math.Min(left, Gap(bad ? BadToGood : GoodToBad, left, draws));
            var here = Count(stay, bad ? LossInBad : LossInGood, draws);
            lost = new(lost.Count + here.Count, here.IsLastLost);
            left -= stay;
        }

        return lost;
    }

    /// <inheritdoc/>
    public override PacketLoss Beside(double loss) => loss == 0
        ? this
        : new GilbertElliottLoss(GoodToBad, BadToGood, Either(LossInGood, loss), Either(LossInBad, loss));
}
