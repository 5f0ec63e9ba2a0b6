using NMoE.Chance;

namespace NMoE.Federation.Roles;

/// <summary>Choices from a sequence of draws.</summary>
/// <param name="draws">The sequence.</param>
internal sealed class Draw(Draws draws)
{
    /// <summary>Whether something of this probability happens.</summary>
    public bool Chance(double probability) => draws.Next() < probability;

    /// <summary>A whole number in least..most.</summary>
    public int Whole(int least, int most) => least + draws.Next(most - least + 1);

    /// <summary>One of these.</summary>
    public T Of<T>(params ReadOnlySpan<T> choices) => choices[draws.Next(choices.Length)];

    /// <summary>One of these, each as often as its weight says.</summary>
    public T Weighed<T>(params ReadOnlySpan<(int Weight, T Value)> choices)
    {
        var total = 0;
        foreach (var (weight, _) in choices)
        {
            total += weight;
        }

        var left = draws.Next(total);
        foreach (var (weight, value) in choices)
        {
            left -= weight;
            if (left < 0)
            {
                return value;
            }
        }

        return choices[^1].Value;
    }

    /// <summary>Whole milliseconds in least..most.</summary>
    public TimeSpan Time(int least, int most) => TimeSpan.FromMilliseconds(Whole(least, most));

    /// <summary>One of some numbers of milliseconds.</summary>
    public TimeSpan Milliseconds(params ReadOnlySpan<int> choices) => TimeSpan.FromMilliseconds(Of(choices));
}
