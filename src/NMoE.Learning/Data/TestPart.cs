using NMoE.Chance;

namespace NMoE.Learning.Data;

/// <summary>Splits test pictures off a data set that comes without: the same share of each class, drawn by a key that is the same for every experiment, so that seeds are compared on one test set.</summary>
internal static class TestPart
{
    /// <summary>The share where none is asked for.</summary>
    public const double Usual = 0.2;

    private const ulong Key = 0x6E6D_6F65_7465_7374;

    /// <summary>Training and test pictures, each in their order.</summary>
    /// <param name="all">All pictures.</param>
    /// <param name="bytes">Bytes of a picture.</param>
    /// <param name="share">The share for tests, in (0, 1); of each class it is rounded, and neither part loses its only picture.</param>
    public static (HeldSplit Train, HeldSplit Test) Of(HeldSplit all, int bytes, double share)
    {
        var tests = new HashSet<int>();
        foreach (var rows in Enumerable.Range(0, all.Labels.Length).GroupBy(row => all.Labels[row]).Select(group => group.ToArray()))
        {
            var count = rows.Length == 1 ? 0 : Math.Clamp((int)Math.Round(share * rows.Length, MidpointRounding.AwayFromZero), 1, rows.Length - 1);
            tests.UnionWith(rows.Select((row, place) => (Draw: Draw(all.Labels[row], place), Row: row)).Order().Take(count).Select(pair => pair.Row));
        }

        int[] order = [.. Enumerable.Range(0, all.Labels.Length)];
        return (all.Only([.. order.Where(row => !tests.Contains(row))], bytes), all.Only([.. order.Where(tests.Contains)], bytes));
    }

    private static ulong Draw(int label, int place)
    {
        var block = Philox.Draw(Key, (uint)PhiloxPurpose.TestPart, (uint)label, (uint)place);
        return ((ulong)block.A << 32) | block.B;
    }
}
