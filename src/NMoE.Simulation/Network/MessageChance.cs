using System.Text;
using NMoE.Chance;

namespace NMoE.Simulation.Network;

/// <summary>
/// What chance has for one message: a function of the seed and of what the message is, never of when it was sent or of what was sent before, so that
/// the same message is delayed and lost alike in another experiment of the same seed.
/// </summary>
public readonly struct MessageChance
{
    private const uint DelayPurpose = 0x4E45_0001;
    private const uint LossPurpose = 0x4E45_0002;
    private const uint NumberPurpose = 0x4E45_0003;
    private const uint FaultPurpose = 0x4E45_0004;
    private const uint OccasionPurpose = 0x4E45_0005;
    private readonly ulong _key;

    /// <summary>Of a message.</summary>
    /// <param name="seed">Seed.</param>
    /// <param name="transfer">The message.</param>
    public MessageChance(ulong seed, Transfer transfer)
    {
        ArgumentNullException.ThrowIfNull(transfer);
        var name = Name(seed, transfer);
        var message = Philox.Block(
            new((uint)transfer.Number, (uint)(transfer.Number >> 32), (uint)transfer.Copy, NumberPurpose), (uint)name, (uint)(name >> 32));
        _key = Joined(message);
    }

    /// <summary>A number that messages have in common which only their attempts tell apart, and practically no others.</summary>
    /// <param name="transfer">One of them.</param>
    internal static ulong Name(Transfer transfer) => Name(0, transfer);

    /// <summary>The uniform number of its delay.</summary>
    public double Delay() => new Draws(_key, DelayPurpose, 0).NextOpen();

    /// <summary>Draws of the losses of a round.</summary>
    /// <param name="round">Round, from 0.</param>
    public Draws Losses(int round) => new(_key, LossPurpose, (uint)round);

    /// <summary>Draws of a fault rule.</summary>
    /// <param name="rule">The rule's place among the rules.</param>
    public Draws Fault(int rule) => new(_key, FaultPurpose, (uint)rule);

    private static ulong Name(ulong seed, Transfer transfer)
    {
        var name = Hash(transfer.Subject, Hash(transfer.Kind, Hash(transfer.Stage, 0xCBF2_9CE4_8422_2325)));
        var path = Philox.Block(
            new((uint)name, (uint)(name >> 32), (uint)transfer.From.Number, (uint)transfer.To.Number), (uint)seed, (uint)(seed >> 32));
        return Joined(Philox.Block(new((uint)transfer.Occasion.First, (uint)transfer.Occasion.Second, 0, OccasionPurpose), path.A, path.B));
    }

    private static ulong Joined(PhiloxBlock block) => ((ulong)block.B << 32) | block.A;

    /// <summary>FNV-1a (Fowler, Noll and Vo) of the name's UTF-8, and a last byte that ends it: strings' own hashes differ from process to process.</summary>
    private static ulong Hash(string name, ulong start)
    {
        var hash = start;
        Span<byte> units = stackalloc byte[Encoding.UTF8.GetMaxByteCount(name.Length)];
        foreach (var unit in units[..Encoding.UTF8.GetBytes(name, units)])
        {
            hash = (hash ^ unit) * 0x0000_0100_0000_01B3;
        }

        return (hash ^ 0xFF) * 0x0000_0100_0000_01B3;
    }
}
