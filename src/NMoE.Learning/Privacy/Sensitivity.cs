namespace NMoE.Learning.Privacy;

/// <summary>When two data sets count as neighbours.</summary>
public enum Neighbours
{
    /// <summary>One record is another.</summary>
    ReplaceOne,

    /// <summary>One record counts for nothing.</summary>
    ZeroOut,
}

/// <summary>How far one record can move R = (1/n) sum_x M_x in Frobenius norm, where M_x is positive semidefinite with trace at most mu.</summary>
public static class Sensitivity
{
    /// <summary>sqrt(2) mu / n for replacing a record, which two orthogonal rows of full length reach; mu / n for leaving one out.</summary>
    /// <param name="neighbours">The relation.</param>
    /// <param name="cap">mu: rows are scaled down to a squared norm of at most this.</param>
    /// <param name="samples">n.</param>
    public static double Of(Neighbours neighbours, double cap, int samples)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(cap);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(samples);
        return (neighbours == Neighbours.ReplaceOne ? Math.Sqrt(2) : 1) * cap / samples;
    }
}
