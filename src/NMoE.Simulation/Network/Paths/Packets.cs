namespace NMoE.Simulation.Network.Paths;

/// <summary>How a message is cut into packets, and how often lost ones are sent again.</summary>
public sealed record Packets
{
    /// <summary>Makes the rules.</summary>
    /// <param name="size">Bytes of a message that a packet carries, at least 1. The default value is 1500, what Ethernet carries.</param>
    /// <param name="rounds">How often the sender sends before it gives up, at least 1. The default value is 16.</param>
    /// <exception cref="ArgumentOutOfRangeException">A size or a number of rounds below 1.</exception>
    public Packets(int size = 1500, int rounds = 16)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(size);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(rounds);
        Size = size;
        Rounds = rounds;
    }

    /// <summary>Bytes of a message that a packet carries. Headers are not counted.</summary>
    public int Size { get; }

    /// <summary>How often the sender sends before it gives up.</summary>
    public int Rounds { get; }

    /// <summary>All of a message, as it is sent first.</summary>
    public PacketRow Of(long bytes)
    {
        var count = (bytes / Size) + (bytes % Size == 0 ? 0 : 1);
        return new(count, bytes, (int)(bytes - (Math.Max(0, count - 1) * Size)));
    }

    /// <summary>What must be sent again of a row.</summary>
    public PacketRow Again(PacketRow sent, LostPackets lost) => new(
        lost.Count, (lost.Count * Size) - (lost.IsLastLost ? Size - sent.LastBytes : 0), lost.IsLastLost ? sent.LastBytes : Size);
}

/// <summary>Packets that are sent in a row, all of one size but for the last.</summary>
/// <param name="Count">Number of packets.</param>
/// <param name="Bytes">Bytes of all.</param>
/// <param name="LastBytes">Bytes of the last.</param>
public readonly record struct PacketRow(long Count, long Bytes, int LastBytes);
