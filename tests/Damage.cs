using System.Text;

namespace NMoE;

/// <summary>Ways in which files come to harm on disks, in editors and on their way between machines. Everything follows from the number of the case.</summary>
internal static class Damage
{
    /// <summary>Cases of each kind of file.</summary>
    public const int Cases = 10_000;

    // What a reader may take for one small file, so that no number in it becomes an allocation.
    private const long MostBytes = 64L << 20;

    private static readonly Func<Random, byte[], byte[]>[] s_kinds = [Cut, Flip, Overwrite, Duplicate, Swap, Insert, Remove, Zero, Lines, Encode];

    /// <summary>Reads the file as it is hurt in each case, and names the case in which the reader does anything but read it or refuse it.</summary>
    /// <typeparam name="TRefusal">What the reader refuses with.</typeparam>
    /// <param name="whole">The file.</param>
    /// <param name="read">Reads a hurt one, and looks at what it says.</param>
    /// <param name="says">What each refusal's sentence must hold, such as the file's name.</param>
    /// <returns>How many were refused.</returns>
    public static int Read<TRefusal>(byte[] whole, Action<byte[]> read, params string[] says)
        where TRefusal : Exception => Read<TRefusal>(Cases, whole, read, says);

    /// <summary>Likewise for one of several files of a kind, which share the cases.</summary>
    /// <param name="cases">This file's.</param>
    /// <param name="whole">The file.</param>
    /// <param name="read">Reads a hurt one, and looks at what it says.</param>
    /// <param name="says">What each refusal's sentence must hold.</param>
    public static int Read<TRefusal>(int cases, byte[] whole, Action<byte[]> read, params string[] says)
        where TRefusal : Exception
    {
        var refused = 0;
        for (var number = 0; number < cases; number++)
        {
            var hurt = Of(whole, number);
            var before = GC.GetAllocatedBytesForCurrentThread();
            try
            {
                read(hurt);
            }
            catch (TRefusal refusal)
            {
                refused++;
                Assert.All(says, phrase => Assert.True(refusal.Message.Contains(phrase, StringComparison.Ordinal), $"Case {number} is refused without '{phrase}': {refusal.Message}"));
            }
            catch (Exception other)
            {
                Assert.Fail($"Case {number} ends with {other}\n{Encoding.Latin1.GetString(hurt.AsSpan(0, Math.Min(hurt.Length, 2000)))}");
            }

            var taken = GC.GetAllocatedBytesForCurrentThread() - before;
            Assert.True(taken < MostBytes, $"Case {number} takes {taken} bytes of memory.");
        }

        return refused;
    }

    /// <summary>A file hurt once, or a few times.</summary>
    public static byte[] Of(byte[] whole, int number)
    {
        var random = new Random(number);
        var hurt = whole;
        for (var times = random.Next(4) == 0 ? 1 + random.Next(4) : 1; times > 0; times--)
            hurt = s_kinds[random.Next(s_kinds.Length)](random, hurt);
        return hurt;
    }

    private static byte[] Cut(Random random, byte[] bytes) => random.Next(8) == 0 ? [] : bytes[..random.Next(bytes.Length + 1)];

    private static byte[] Flip(Random random, byte[] bytes) => Changed(bytes, copy =>
    {
        for (var bits = 1 + random.Next(3); bits > 0; bits--)
            copy[random.Next(copy.Length)] ^= (byte)(1 << random.Next(8));
    });

    private static byte[] Overwrite(Random random, byte[] bytes) => Changed(bytes, copy =>
    {
        var (from, to) = Range(random, copy.Length);
        random.NextBytes(copy.AsSpan(from, Math.Min(to - from, 16)));
    });

    private static byte[] Zero(Random random, byte[] bytes) => Changed(bytes, copy =>
    {
        var (from, to) = Range(random, copy.Length);
        copy.AsSpan(from, to - from).Clear();
    });

    private static byte[] Duplicate(Random random, byte[] bytes)
    {
        var (from, to) = Range(random, bytes.Length);
        return [.. bytes[..to], .. bytes[from..]];
    }

    private static byte[] Remove(Random random, byte[] bytes)
    {
        var (from, to) = Range(random, bytes.Length);
        return [.. bytes[..from], .. bytes[to..]];
    }

    private static byte[] Swap(Random random, byte[] bytes)
    {
        var (from, to) = Range(random, bytes.Length);
        var middle = from + random.Next(to - from + 1);
        return [.. bytes[..from], .. bytes[middle..to], .. bytes[from..middle], .. bytes[to..]];
    }

    private static byte[] Insert(Random random, byte[] bytes)
    {
        var place = random.Next(bytes.Length + 1);
        var more = new byte[1 + random.Next(8)];
        random.NextBytes(more);
        ReadOnlySpan<string> words = ["\"", ",", "\n", "-", "9", "999999999999999999999", "1e999", "NaN", "null", "{", "}", "[", "]", "\0", "é", "../", "💥"];
        return [.. bytes[..place], .. random.Next(2) == 0 ? more : Encoding.UTF8.GetBytes(words[random.Next(words.Length)]), .. bytes[place..]];
    }

    /// <summary>Lines that are dealt anew: swapped, twice there, or gone.</summary>
    private static byte[] Lines(Random random, byte[] bytes)
    {
        var lines = Encoding.Latin1.GetString(bytes).Split('\n').ToList();
        var (one, other) = (random.Next(lines.Count), random.Next(lines.Count));
        switch (random.Next(3))
        {
            case 0:
                (lines[one], lines[other]) = (lines[other], lines[one]);
                break;
            case 1:
                lines.Insert(one, lines[other]);
                break;
            default:
                lines.RemoveAt(one);
                break;
        }

        return Encoding.Latin1.GetBytes(string.Join('\n', lines));
    }

    /// <summary>As an editor saves it that knows better.</summary>
    private static byte[] Encode(Random random, byte[] bytes)
    {
        var text = Encoding.UTF8.GetString(bytes);
        return random.Next(6) switch
        {
            0 => [.. Encoding.Unicode.Preamble, .. Encoding.Unicode.GetBytes(text)],
            1 => [.. Encoding.BigEndianUnicode.Preamble, .. Encoding.BigEndianUnicode.GetBytes(text)],
            2 => Encoding.Unicode.GetBytes(text),
            3 => [.. Encoding.UTF8.Preamble, .. bytes],
            4 => Encoding.UTF8.GetBytes(text.Replace("\n", "\r\n", StringComparison.Ordinal)),
            _ => Encoding.Latin1.GetBytes(text + "ü"),
        };
    }

    private static byte[] Changed(byte[] bytes, Action<byte[]> change)
    {
        byte[] copy = [.. bytes];
        if (copy.Length > 0)
            change(copy);
        return copy;
    }

    private static (int From, int To) Range(Random random, int length)
    {
        var (one, other) = (random.Next(length + 1), random.Next(length + 1));
        return random.Next(2) == 0 ? (Math.Min(one, other), Math.Max(one, other)) : (one, Math.Min(length, one + random.Next(12)));
    }
}
