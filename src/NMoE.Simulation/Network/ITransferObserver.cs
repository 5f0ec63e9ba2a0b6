using NMoE.Simulation.Time;

namespace NMoE.Simulation.Network;

/// <summary>What became of a transfer.</summary>
public enum TransferEnd
{
    /// <summary>Its receiver has it.</summary>
    Delivered,

    /// <summary>It reached nobody.</summary>
    Lost,
}

/// <summary>Sees transfers, from outside the world: nothing that it does reaches back.</summary>
public interface ITransferObserver
{
    /// <summary>A transfer has begun.</summary>
    /// <param name="at">Now.</param>
    /// <param name="number">Tells it from all others of its network.</param>
    /// <param name="transfer">What is sent.</param>
    void Began(VirtualTime at, long number, Transfer transfer);

    /// <summary>A transfer has ended.</summary>
    /// <param name="at">Now.</param>
    /// <param name="number">As it was when it began.</param>
    /// <param name="end">What became of it.</param>
    /// <param name="air">What left its sender for it: nothing where both ends are in one place, or where the path was cut.</param>
    void Ended(VirtualTime at, long number, TransferEnd end, AirBytes air);
}
