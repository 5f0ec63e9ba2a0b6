namespace NMoE.Federation.Roles;

/// <summary>What changes from round to round of stage 1 in which clients train.</summary>
internal static class Schedule
{
    /// <summary>From the given rate towards zero along a cosine over the rounds.</summary>
    public static double LearningRate(Plan plan, int round) =>
        plan.Settings.Extractor.LearningRate * 0.5 * (1 + CosPi((round - 1) / (double)plan.Pipeline.LocalRounds));

    // The schedule enters job keys, so its bits must be the same on every machine: a series instead of the platform's cosine.
    private static double CosPi(double x)
    {
        var square = Math.PI * x * Math.PI * x;
        double term = 1, sum = 1;
        for (var k = 1; k <= 16; k++)
        {
            term *= -square / ((2.0 * k) * ((2.0 * k) - 1));
            sum += term;
        }

        return sum;
    }
}
