using System.Collections.Immutable;
using NMoE.Federation.Protocol;
using NMoE.Federation.Roles;
using NMoE.Simulation.Network;

namespace NMoE.Federation.Aggregator;

/// <summary>
/// A stage over sites as an edge server leads it: rounds with its own clients, as many as belong to one of the aggregator. They are numbered through, so that of two rounds the later one has the higher number wherever
/// a client hears of them.
/// </summary>
internal sealed class EdgeRounds(IRoundStage stage, DeviceId self, int rounds) : StageOver(stage)
{
    private readonly IRoundStage _stage = stage;

    /// <summary>Who is absent is so in a round of the aggregator.</summary>
    public override ImmutableSortedSet<int> Pool(Plan plan, AggregatorMemory known) => _stage.Pool(plan, known with { Round = Above(known.Round) });

    public override (int Invited, int Target) Sizes(Plan plan, int pool, int all) => _stage.Sizes(plan, pool, all);

    public override int All(Plan plan, AggregatorMemory known) => known.Joined.Count;

    public override double Quorum(Plan plan) => _stage.Quorum(plan);

    public override TimeSpan Deadline(Plan plan) => _stage.Deadline(plan);

    public override IMessage Invitation(Plan plan, AggregatorMemory known, int client) => _stage.Invitation(plan, known, client);

    public override bool IsLast(Plan plan, int round) => round % rounds == 0;

    public override Observation Seen(RoundEnded ended) => new SiteRoundEnded(self, ended);

    /// <summary>The edge server's first round in one of the aggregator.</summary>
    public int First(int round) => ((round - 1) * rounds) + 1;

    /// <summary>The aggregator's round that one of the edge server belongs to.</summary>
    private int Above(int round) => ((round - 1) / rounds) + 1;
}
