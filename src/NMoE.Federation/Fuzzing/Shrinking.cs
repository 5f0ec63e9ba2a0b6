namespace NMoE.Federation.Fuzzing;

/// <summary>Leaves out of a failing case what it fails without.</summary>
public static class Shrinking
{
    /// <summary>A case with as few faults as can be got by leaving out one after the other, in which the same invariant fails.</summary>
    /// <param name="failing">How it ended; there must be a violation.</param>
    /// <param name="run">Runs a case.</param>
    public static FuzzResult Shrink(FuzzResult failing, Func<FuzzCase, FuzzResult> run)
    {
        ArgumentNullException.ThrowIfNull(failing);
        ArgumentNullException.ThrowIfNull(run);
        var smallest = failing;
        while (smallest.Case.WithOneFaultLess().Select(run).FirstOrDefault(less => less.Violation?.Invariant == failing.Violation!.Invariant) is { } smaller)
        {
            smallest = smaller;
        }

        return smallest;
    }
}
