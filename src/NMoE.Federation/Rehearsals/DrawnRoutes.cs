using System.Collections.Immutable;
using NMoE.Chance;
using NMoE.Compute.Jobs;
using NMoE.Learning.Gates;
using NMoE.Learning.Jobs;

namespace NMoE.Federation.Rehearsals;

/// <summary>
/// Whom samples are sent to while no gate is trained: drawn by <c>inference.random-shares</c>, or evenly over the experts that are there. A client's own expert is chosen where that is the gate.
/// </summary>
/// <param name="route">What a job of the kind takes and leaves beside its choices.</param>
/// <param name="shares">One share a client, or none.</param>
internal sealed class DrawnRoutes(IJobFunction route, ImmutableArray<double> shares) : IJobFunction
{
    /// <summary>The kind of job that chooses experts.</summary>
    public const string RouteKind = "route";

    private const uint Purpose = 0x5245_0001;

    public string Kind => RouteKind;

    public JobOutput Run(JobContext context) => throw new NotSupportedException("No gate is trained, so none chooses.");

    public JobForecast Forecast(Job job)
    {
        // One choice of the client's own has the form of any other, and takes no time to make.
        var settings = LearningJob.Parameters<RouteParameters>(job);
        var own = LearningJob.Create(settings with { Gate = LocalGate.GateName }, job.Seed, job.Inputs.AsSpan());
        var forecast = route.Forecast(own);
        return Gates.Of(settings.Gate).StaysHome ? forecast : forecast with { Integers = [.. Enumerable.Range(0, forecast.Integers.Length).SelectMany(row => Row(settings, job.Seed, row))] };
    }

    /// <summary>k different experts; where shares leave too few, the rest evenly.</summary>
    private List<int> Row(RouteParameters settings, ulong seed, int row)
    {
        var draws = new Draws(seed, Purpose, (uint)row);
        var chosen = new List<int>(settings.K);
        while (chosen.Count < settings.K)
        {
            var expert = ByShares(settings, chosen, draws) ?? (settings.Experts is { } there ? there[draws.Next(there.Length)] : draws.Next(settings.Clients));
            if (!chosen.Contains(expert))
            {
                chosen.Add(expert);
            }
        }

        return chosen;
    }

    private int? ByShares(RouteParameters settings, List<int> chosen, Draws draws)
    {
        if (shares.IsEmpty)
        {
            return null;
        }

        var left = (settings.Experts ?? [.. Enumerable.Range(0, settings.Clients)]).Where(expert => ShareOf(settings, expert) > 0 && !chosen.Contains(expert)).ToArray();
        var point = draws.Next() * left.Sum(expert => ShareOf(settings, expert));
        return left.Length == 0 ? null : left.FirstOrDefault(expert => (point -= ShareOf(settings, expert)) < 0, left[^1]);
    }

    /// <summary>Where a client may ask some experts alone, a route knows them by their places among those.</summary>
    private double ShareOf(RouteParameters settings, int expert) =>
        settings.Rows is { } rows ? shares[rows[expert]] : settings.Shares.IsEmpty ? shares[expert] : settings.Shares[expert];
}
