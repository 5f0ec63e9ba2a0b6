using System.Collections.Immutable;
using NMoE.Compute.Blobs;
using NMoE.Compute.Jobs;
using NMoE.Federation.Protocol;
using NMoE.Federation.Roles;
using NMoE.Federation.Settings;

namespace NMoE.Federation.Aggregator;

/// <summary>A stage in rounds with an edge server between its clients and the aggregator: what is the same for both servers.</summary>
/// <param name="stage">The stage.</param>
internal abstract class StageOver(IRoundStage stage) : IRoundStage
{
    public string Stage => stage.Stage;

    public abstract ImmutableSortedSet<int> Pool(Plan plan, AggregatorMemory known);

    public abstract (int Invited, int Target) Sizes(Plan plan, int pool, int all);

    public virtual int All(Plan plan, AggregatorMemory known) => plan.Deal.Learners.Length;

    public ulong Lot(Plan plan, int client, int round) => stage.Lot(plan, client, round);

    public abstract double Quorum(Plan plan);

    public abstract TimeSpan Deadline(Plan plan);

    public virtual string DeadlineWords => $"{Stage}.deadline";

    public LeastTime Least(Plan plan) => stage.Least(plan);

    public LateUpdates Late(Plan plan) => LateUpdates.Drop;

    public ImmutableArray<BlobRef> Model(AggregatorMemory known) => stage.Model(known);

    public abstract IMessage Invitation(Plan plan, AggregatorMemory known, int client);

    public AggregatorMemory Given(AggregatorMemory known, TrainRound round) => stage.Given(known, round);

    public (Job Job, double Flops)? Local(RoundPart part) => stage.Local(part);

    public RoundUpdate Update(Plan plan, int client, int round, ImmutableArray<BlobRef> outputs, double loss) => stage.Update(plan, client, round, outputs, loss);

    public bool IsWhole(Plan plan, AggregatorMemory known, RoundUpdate update) => stage.IsWhole(plan, known, update);

    public virtual PublishModel? Publication(Plan plan, AggregatorMemory known, int client) => null;

    public abstract bool IsLast(Plan plan, int round);

    public virtual Observation Seen(RoundEnded ended) => ended;

    public int CountSteps(Plan plan) => stage.CountSteps(plan);

    public ImmutableArray<(Job Job, double Flops)> Steps(Plan plan, AggregatorMemory known, ByClient<RoundUpdate> updates, ImmutableArray<double> weights) => stage.Steps(plan, known, updates, weights);

    public AggregatorMemory Keep(AggregatorMemory known, ImmutableArray<ImmutableArray<BlobRef>> outputs, IEnumerable<KeyValuePair<int, int>> counted) => stage.Keep(known, outputs, counted);
}
