using System.Collections.Immutable;
using NMoE.Federation.Protocol;
using NMoE.Federation.Roles;
using NMoE.Federation.Settings;
using NMoE.Simulation.Network;

namespace NMoE.Federation.Aggregator;

/// <summary>
/// A stage over sites as the aggregator leads it (HierFAVG, Liu et al., 2020): its members are the edge servers, and it averages their averages by samples. Which clients take part the edge servers draw.
/// </summary>
internal sealed class SiteRounds(IRoundStage stage) : StageOver(stage)
{
    private readonly IRoundStage _stage = stage;

    // Asked for each edge server of a round, of one state: found once.
    private (AggregatorMemory? Known, ImmutableSortedSet<int> Heard, ILookup<int, int> Served) _last = (null, [], Array.Empty<int>().ToLookup(site => site));

    public override ImmutableSortedSet<int> Pool(Plan plan, AggregatorMemory known) => Members(plan, known).Heard;

    public override (int Invited, int Target) Sizes(Plan plan, int pool, int all) => (pool, pool);

    public override double Quorum(Plan plan) => plan.Settings.Topology.SiteQuorum;

    public override TimeSpan Deadline(Plan plan) => plan.Pipeline.Deadlines.Sites[Stage];

    public override string DeadlineWords => $"{Stage}.deadline for each of topology.site-rounds, and the way between sites";

    public override IMessage Invitation(Plan plan, AggregatorMemory known, int client) =>
        (TrainRound)_stage.Invitation(plan, known, client) with { Sites = [.. Members(plan, known).Served[new DeviceId(client).Site]] };

    public override PublishModel? Publication(Plan plan, AggregatorMemory known, int client) => _stage.Publication(plan, known, client);

    public override bool IsLast(Plan plan, int round) => round >= plan.Pipeline.Rounds[Stage];

    /// <summary>
    /// The edge servers that are heard, of sites of which some client can take part, and the sites that each serves: its own, and where clients of silent ones do not wait those whose next it is: of those with a higher number
    /// the first that is heard, else the first of all.
    /// </summary>
    private (AggregatorMemory? Known, ImmutableSortedSet<int> Heard, ILookup<int, int> Served) Members(Plan plan, AggregatorMemory known)
    {
        if (ReferenceEquals(_last.Known, known))
        {
            return _last;
        }

        var clients = _stage.Pool(plan, known);
        int[] peopled = [.. Enumerable.Range(0, plan.Sites.Count).Where(site => plan.Sites.Clients(site).Any(clients.Contains))];
        var heard = known.Heard(peopled.Select(site => DeviceId.Edge(site).Number));
        int[] there = [.. heard.Select(edge => new DeviceId(edge).Site)];
        var served = peopled.Where(site => plan.Settings.Topology.SiteLoss == SiteLoss.Next || heard.Contains(DeviceId.Edge(site).Number)).ToLookup(site => FirstFrom(there, site));
        return _last = (known, heard, served);
    }

    private static int FirstFrom(int[] there, int site) => Array.BinarySearch(there, site) is var place && place >= 0 ? site : there[~place % there.Length];
}
