namespace NMoE.Simulation.Network.Paths;

/// <summary>What lies between two devices, in one direction.</summary>
/// <param name="Delay">Propagation delay, drawn for each transfer.</param>
/// <param name="Loss">How packets are lost.</param>
public sealed record PathConditions(DelayDistribution Delay, PacketLoss Loss)
{
    /// <summary>A path without delay and loss.</summary>
    public static PathConditions Ideal { get; } = new(new ConstantDelay(TimeSpan.Zero), new IndependentLoss(0));
}
