using System.Collections.Immutable;
using NMoE.Chance;
using NMoE.Compute.Blobs;
using NMoE.Compute.Jobs;
using NMoE.Federation.Protocol;
using NMoE.Federation.Roles;
using NMoE.Federation.Settings;
using NMoE.Learning.Gates;
using NMoE.Learning.Jobs;

namespace NMoE.Federation.Algorithms;

/// <summary>FedGate (Sec. III-C.3): clients train the gate in rounds on what their peers' experts say of their latents, or send sums from which it is solved (<c>gate.method</c>).</summary>
internal sealed class FedGateRounds : IRoundStage
{
    public string Stage => Stages.Gate;

    public ImmutableSortedSet<int> Pool(Plan plan, AggregatorMemory known) => known.Heard(known.Ready.Where(client => plan.Pipeline.Gate.Rows(plan.Deal.Rows(client)) > 0));

    /// <summary>70 % of all clients that train anew in each round (paper, Sec. III-C).</summary>
    public (int Invited, int Target) Sizes(Plan plan, int pool, int all)
    {
        var invited = Math.Max(1, Halves.Round(plan.Settings.Gate.Invited * all));
        return (invited, invited);
    }

    public ulong Lot(Plan plan, int client, int round) => plan.Seeds.GateKey("gate-cohort", client, round);

    public double Quorum(Plan plan) => plan.Settings.Gate.Quorum;

    public TimeSpan Deadline(Plan plan) => plan.Pipeline.Deadlines.Gate;

    public LeastTime Least(Plan plan) => new LeastTimes(plan).GateRound;

    public LateUpdates Late(Plan plan) => LateUpdates.Drop;

    public ImmutableArray<BlobRef> Model(AggregatorMemory known) => [known.Gates[Stage]];

    public IMessage Invitation(Plan plan, AggregatorMemory known, int client) => new TrainRound(Stage, known.Round, Model(known), [])
    {
        Moments = known.PooledMoments is { } moments ? [moments] : [],
        PartBytes = plan.Pipeline.Gate.PartBytes(plan.Asked.Rows(client), isSolved: false),
    };

    public AggregatorMemory Given(AggregatorMemory known, TrainRound round) =>
        known with { Gates = known.Gates.SetItem(Stage, round.Model[0]), PooledMoments = round.Moments.FirstOrDefault() };

    public bool IsWhole(Plan plan, AggregatorMemory known, RoundUpdate update) => update is { Model.Length: 1, Control.IsEmpty: true };

    public PublishModel? Publication(Plan plan, AggregatorMemory known, int client) => new(Stage, Model(known))
    {
        Experts = plan.Peers.IsFull ? plan.Deal.Named(known.Learned) : plan.Peers.Named(client, known.HasLearned),
        PartBytes = plan.Pipeline.Gate.PartBytes(plan.Peers.Rows(client), plan.Settings.Gate.Method == GateMethod.Discriminant),
    };

    public int CountSteps(Plan plan) => 1;

    public ImmutableArray<(Job Job, double Flops)> Steps(Plan plan, AggregatorMemory known, ByClient<RoundUpdate> updates, ImmutableArray<double> weights)
    {
        BlobRef[] models = [.. updates.Values.Select(update => update.Model[0])];
        ImmutableArray<ImmutableArray<int>>? rows = plan.Asked.IsFull ? null : [.. updates.Keys.Select(plan.Asked.Experts)];
        var job = plan.Settings.Gate.Method != GateMethod.Discriminant
            ? rows is { } some ? LearningJob.Create(new GateRowsAverageParameters(weights, some), 0, [.. models, .. Model(known)]) : LearningJob.Create(new AverageParameters(weights), 0, models)
            : LearningJob.Create(
                new DiscriminantParameters(plan.Model.Spec, plan.Deal.Clients, weights) { Features = plan.Pipeline.Gate.Features, Rows = rows }, 0,
                [.. models, .. plan.Pipeline.Gate.Features is null ? [] : ImmutableArray.Create(known.PooledMoments!)]);
        return [(job, Charges.Average(models[0].Bytes, models.Length))];
    }

    public AggregatorMemory Keep(AggregatorMemory known, ImmutableArray<ImmutableArray<BlobRef>> outputs, IEnumerable<KeyValuePair<int, int>> counted) =>
        known with { Gates = known.Gates.SetItem(Stage, outputs[0][0]) };

    public (Job Job, double Flops)? Local(RoundPart part)
    {
        if (part is not { Latents: { } latents, Opinions: { Count: > 0 } opinions, Plan: var plan, Round: var round, Client: var client })
        {
            return null;
        }

        var training = plan.Pipeline.Gate.Training([.. opinions.Keys.Select(expert => plan.Asked.Place(client, expert))], plan.Asked.Rows(client)) with
        {
            HoldoutSeed = plan.Pipeline.Gate.HoldoutSeed(client),
            Signals = plan.Settings.Inference.Gates.Contains(ChannelAwareGate.GateName) ? new AnalogTravel(plan).Learned(client) : null,
        };
        var job = plan.Settings.Gate.Method == GateMethod.Discriminant
            ? LearningJob.Create(
                new GateSumsParameters(training.Model, training.Clients, training.Experts)
                {
                    Holdout = training.Holdout,
                    HoldoutSeed = training.HoldoutSeed,
                    Features = plan.Pipeline.Gate.Features,
                },
                0, [latents, part.Shard, .. opinions.Values, .. round.Moments])
            : LearningJob.Create(training, plan.Seeds.GateKey("fedgate", client, round.Round), [round.Model[0], latents, part.Shard, .. opinions.Values, .. round.Moments]);
        return (job, new Charges(plan).Gate(plan.Deal.Rows(client), plan.Asked.Count(client)));
    }

    public RoundUpdate Update(Plan plan, int client, int round, ImmutableArray<BlobRef> outputs, double loss) =>
        new(Stage, round, outputs, plan.Pipeline.Gate.Rows(plan.Deal.Rows(client)), loss, []);
}
