using System.Collections.Immutable;
using NMoE.Compute.Blobs;
using NMoE.Compute.Jobs;
using NMoE.Federation.Protocol;
using NMoE.Federation.Roles;
using NMoE.Federation.Settings;

namespace NMoE.Federation.Algorithms;

/// <summary>Stage 1 in rounds: the objective says what clients minimise, the server optimiser what becomes of their updates.</summary>
internal sealed class ExtractorRounds : IRoundStage
{
    [ThreadStatic]
    private static (Plan? Plan, Dictionary<int, double> ByRows) s_flops;

    public string Stage => Stages.Extractor;

    public ImmutableSortedSet<int> Pool(Plan plan, AggregatorMemory known) =>
        known.Heard(known.Joined.Keys.Except(plan.Settings.Extractor.Absent.GetValueOrDefault(known.Round, [])));

    public (int Invited, int Target) Sizes(Plan plan, int pool, int all) => (plan.Settings.Extractor.Cohort.Invited(pool), plan.Settings.Extractor.Cohort.Target(pool));

    public ulong Lot(Plan plan, int client, int round) => plan.Seeds.Key("cohort", client, round);

    public double Quorum(Plan plan) => plan.Settings.Extractor.Quorum;

    public TimeSpan Deadline(Plan plan) => plan.Pipeline.Deadlines.Extractor;

    public LeastTime Least(Plan plan) => new LeastTimes(plan).Round;

    public bool IsBuffered(Plan plan) => plan.Settings.Extractor.Cohort.Aggregation == Aggregation.Buffered;

    public IExchange? Exchange(Plan plan) => plan.Pipeline.Objective.Exchange;

    public LateUpdates Late(Plan plan) => plan.Settings.Extractor.Cohort.Late;

    public ImmutableArray<BlobRef> Model(AggregatorMemory known) => known.Extractor;

    public IMessage Invitation(Plan plan, AggregatorMemory known, int client) => plan.Pipeline.Objective.Exchange is not null
        ? new Correlate(known.Round, known.Extractor)
        : new TrainRound(Stage, known.Round, known.Extractor, plan.Pipeline.HasControl && known.Control is { } control ? [control] : [])
        {
            Counted = plan.Pipeline.HasControl ? known.Counted.GetValueOrDefault(client) : 0,
        };

    public AggregatorMemory Given(AggregatorMemory known, TrainRound round) => known with { Extractor = round.Model };

    public (Job Job, double Flops)? Local(RoundPart part) => (part.Round.Model.Skip(1).FirstOrDefault() ?? part.Predictor) is { } head && part.Private.Length == (part.Plan.Pipeline.Objective.Private?.Count ?? 0)
        ? (part.Plan.Pipeline.Objective.Local(
            new LocalRound(part.Plan, part.Client, part.Round.Round, [part.Round.Model[0], head], part.Shard) { Control = part.Round.Control, OwnControl = part.Control, Private = part.Private }),
            part.Plan.Pipeline.Objective.Private?.Flops(part.Plan, part.Plan.Settings.KindOf(part.Client), part.Plan.Deal.Rows(part.Client)) ?? Flops(part.Plan, part.Client))
        : null;

    /// <summary>Control variates, the new one and its change, stand behind the model.</summary>
    public RoundUpdate Update(Plan plan, int client, int round, ImmutableArray<BlobRef> outputs, double loss) =>
        new(Stage, round, First(outputs, plan.Model.SharedParts.Length), plan.Deal.Rows(client), loss, plan.Pipeline.HasControl ? outputs[3..] : []);

    /// <summary>What a model takes is summed over its layers: once for each number of pictures, and not for each client in each round.</summary>
    private static double Flops(Plan plan, int client)
    {
        var rows = plan.Deal.Rows(client);
        if (plan.Settings.Extractor.ComputeWithin is not null)
        {
            return new Charges(plan).Local(rows, plan.Settings.KindOf(client).Device.Compute);
        }

        if (!ReferenceEquals(s_flops.Plan, plan))
        {
            s_flops = (plan, []);
        }

        if (!s_flops.ByRows.TryGetValue(rows, out var flops))
        {
            s_flops.ByRows[rows] = flops = plan.Pipeline.Objective.Flops(plan, rows);
        }

        return flops;
    }

    private static ImmutableArray<BlobRef> First(ImmutableArray<BlobRef> outputs, int count) => outputs.Length == count ? outputs : outputs[..count];

    public bool IsWhole(Plan plan, AggregatorMemory known, RoundUpdate update) =>
        update.Model.Length == known.Extractor.Length && update.Control.Length == (plan.Pipeline.HasControl ? 1 : 0);

    public int CountSteps(Plan plan) => plan.Model.SharedParts.Length + (plan.Pipeline.HasControl ? 1 : 0);

    public ImmutableArray<(Job Job, double Flops)> Steps(Plan plan, AggregatorMemory known, ByClient<RoundUpdate> updates, ImmutableArray<double> weights) =>
    [
        .. known.Extractor.Select((before, part) =>
        {
            ImmutableArray<BlobRef> models = [.. updates.Values.Select(update => update.Model[part])];
            return (
                plan.Pipeline.Optimiser.Step(plan.Settings.Extractor, new PartUpdates(before, weights, models, known.Velocity.Skip(part).FirstOrDefault())),
                Charges.Average(models[0].Bytes, models.Length));
        }),
        .. plan.Pipeline.Optimiser is IControlVariates control ? [Control(control, known, [.. updates.Values])] : ImmutableArray<(Job, double)>.Empty,
    ];

    public AggregatorMemory Keep(AggregatorMemory known, ImmutableArray<ImmutableArray<BlobRef>> outputs, IEnumerable<KeyValuePair<int, int>> counted) => known with
    {
        Extractor = [.. outputs.Take(known.Extractor.Length).Select(step => step[0])],
        Velocity = [.. outputs.SelectMany(step => step.Skip(1))],
        Control = outputs.Length > known.Extractor.Length ? outputs[^1][0] : null,
        Counted = known.Counted.SetItems(counted),
    };

    /// <summary>The server's control variate moves by the clients' changes, those that were away counting as none.</summary>
    private static (Job Job, double Flops) Control(IControlVariates variates, AggregatorMemory known, ImmutableArray<RoundUpdate> updates)
    {
        ImmutableArray<BlobRef> changes = [.. updates.Select(update => update.Control[0])];
        var job = variates.Control(changes, known.Joined.Count, known.Control);
        return (job, Charges.Average(changes[0].Bytes, job.Inputs.Length));
    }
}
