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

    public override ImmutableSortedSet<int> Pool(Plan plan, AggregatorMemory known) => known.Heard(Peopled(plan, known).Select(site => DeviceId.Edge(site).Number));

    public override (int Invited, int Target) Sizes(Plan plan, int pool) => (pool, pool);

    public override double Quorum(Plan plan) => plan.Settings.Topology.SiteQuorum;

    public override TimeSpan Deadline(Plan plan) => plan.Pipeline.Deadlines.Sites;

    public override IMessage Invitation(Plan plan, AggregatorMemory known, int client) =>
        (TrainRound)_stage.Invitation(plan, known, client) with { Sites = Served(plan, known, new DeviceId(client).Site) };

    public override bool IsLast(Plan plan, int round) => round >= plan.Pipeline.Rounds[Stage];

    /// <summary>Sites of which some client can take part, ascending.</summary>
    private ImmutableArray<int> Peopled(Plan plan, AggregatorMemory known)
    {
        var clients = _stage.Pool(plan, known);
        return [.. Enumerable.Range(0, plan.Sites.Count).Where(site => plan.Sites.Clients(site).Any(clients.Contains))];
    }

    /// <summary>An edge server's own site, and those of silent ones whose next it is: of those with a higher number the first that is heard, else the first of all.</summary>
    private ImmutableArray<int> Served(Plan plan, AggregatorMemory known, int own)
    {
        if (plan.Settings.Topology.SiteLoss == SiteLoss.Wait)
        {
            return [own];
        }

        var (all, heard) = (Peopled(plan, known), Pool(plan, known));
        ImmutableArray<int> there = [.. all.Where(site => heard.Contains(DeviceId.Edge(site).Number))];
        return [.. all.Where(site => site == own || (!there.Contains(site) && Next(there, site) == own))];
    }

    private static int Next(ImmutableArray<int> there, int silent) => there.Where(site => site > silent).Append(there[0]).First();
}
