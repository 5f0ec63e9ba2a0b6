namespace NMoE.Simulation.Tests.Network;

/// <summary>What <c>FairSharing</c> must come to, computed the plain way: every rate and every bit anew at every event, in doubles.</summary>
internal static class FluidReference
{
    /// <summary>Max-min fair rates by progressive filling: again and again the link with the least left for each of its flows stops them.</summary>
    /// <param name="capacities">Bit/s of each link.</param>
    /// <param name="flows">The two links of each flow.</param>
    public static double[] Rates(double[] capacities, (int Up, int Down)[] flows)
    {
        var rates = new double[flows.Length];
        var open = Enumerable.Range(0, flows.Length).ToList();
        var left = capacities.ToArray();
        while (open.Count > 0)
        {
            var (share, link) = Enumerable.Range(0, left.Length)
                .Select(item => (Flows: open.Count(flow => Uses(flows[flow], item)), Link: item))
                .Where(item => item.Flows > 0)
                .Min(item => (Math.Max(0, left[item.Link]) / item.Flows, item.Link));
            foreach (var flow in open.Where(flow => double.IsPositiveInfinity(share) || Uses(flows[flow], link)).ToArray())
            {
                rates[flow] = share;
                open.Remove(flow);
                if (!double.IsPositiveInfinity(share))
                {
                    left[flows[flow].Up] -= share;
                    left[flows[flow].Down] -= share;
                }
            }
        }

        return rates;
    }

    /// <summary>The tick at which each flow is over.</summary>
    /// <param name="capacities">Bit/s of each link.</param>
    /// <param name="flows">The two links of each flow, the tick of its start and its bits.</param>
    public static long[] Ends(double[] capacities, (int Up, int Down, long Start, long Bits)[] flows)
    {
        var left = flows.Select(flow => (double)flow.Bits).ToArray();
        var ends = new long[flows.Length];
        for (long now = 0; ;)
        {
            var running = Enumerable.Range(0, flows.Length).Where(i => flows[i].Start <= now && left[i] > 0).ToArray();
            var rates = Rates(capacities, [.. running.Select(i => (flows[i].Up, flows[i].Down))]);
            var next = flows.Where(flow => flow.Start > now).Select(flow => flow.Start - now).DefaultIfEmpty(long.MaxValue).Min();
            var needs = running.Select((flow, i) => (long)Math.Ceiling((left[flow] / rates[i] * 1e7) - 1e-3)).ToArray();
            var step = needs.Append(next).Min();
            if (step == long.MaxValue)
            {
                return ends;
            }

            now += step;
            foreach (var (i, flow) in running.Index())
            {
                left[flow] = needs[i] <= step ? 0 : left[flow] - (rates[i] * step / 1e7);
                ends[flow] = left[flow] == 0 ? now : ends[flow];
            }
        }
    }

    private static bool Uses((int Up, int Down) flow, int link) => flow.Up == link || flow.Down == link;
}
