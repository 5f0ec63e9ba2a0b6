using System.Collections.Immutable;
using NMoE.Chance;
using NMoE.Federation.Algorithms;
using NMoE.Federation.Protocol;
using NMoE.Federation.Roles;
using NMoE.Federation.Settings;
using NMoE.Learning.Data;
using NMoE.Learning.Gates;
using NMoE.Learning.Jobs;
using NMoE.Learning.Models;
using NMoE.Learning.Partitions;

namespace NMoE.Federation.Fuzzing;

/// <summary>
/// Draws cases: what an experiment says stands as <see cref="CaseKeys"/> tells. Sizes are small and times alike: a client's round, its expert and its turn with a gate take about
/// a second each, so that faults meet all of them; deadlines are a few times that.
/// </summary>
/// <param name="experiment">The experiment; its faults are not used.</param>
public sealed class CaseDrawing(ExperimentSettings experiment)
{
    private const uint SettingsPurpose = 0x465A_0001;
    private const uint FaultPurpose = 0x465A_0002;
    private const uint StandbyPurpose = 0x465A_0003;
    private const uint OwnPurpose = 0x465A_0004;
    private const uint AimPurpose = 0x465A_0005;
    private const uint RecipePurpose = 0x465A_0006;
    private const uint MethodPurpose = 0x465A_0007;
    private const uint SizesPurpose = 0x465A_0008;
    private const uint PeerPurpose = 0x465A_0009;
    private const uint CompressionPurpose = 0x465A_000A;
    private const uint MixPurpose = 0x465A_000B;
    private const uint PackingPurpose = 0x465A_000F;
    private const uint LinkPurpose = 0x465A_000E;
    private const uint ServingPurpose = 0x465A_0012;
    private const uint HomePurpose = 0x465A_0011, SitePurpose = 0x465A_0010;
    private const int TrainRows = 8, MostEpochs = 1_000_000;

    /// <summary>The kinds of messages that faults are drawn for; without those between places and of links, which have draws of their own.</summary>
    public ImmutableArray<string> Kinds { get; init; } = [.. WireCodec.Kinds.Except(StandbyDrawing.Kinds).Except(LinkDrawing.Kinds)];

    /// <summary>Objectives that are drawn beside those that have a weight: all that there are, whatever they are.</summary>
    public ImmutableArray<IObjective> Others { get; init; } = [.. Objectives.All.Where(objective => objective.CaseWeight == 0)];

    /// <summary>Of the cases that could, the share whose updates travel compressed, and the share whose models do.</summary>
    public double Compressed { get; init; } = 0.4;

    /// <summary>The share of cases that have sites where they can.</summary>
    public double Sited { get; init; } = 0.3;

    /// <summary>The share of cases with a gate that looks at links.</summary>
    public double Sensing { get; init; } = 0.25;

    /// <summary>The share of cases with a gate that looks at groups, at whole requests or at what a sample is.</summary>
    public double Grouping { get; init; } = 0.25;

    /// <summary>Of the cases that could, the share with a mixture at home.</summary>
    public double AtHome { get; init; } = 0.25;

    /// <summary>The share of cases in which clients have different numbers of pictures.</summary>
    public double Uneven { get; init; } = 0.3;

    /// <summary>The share of cases in which clients have different devices.</summary>
    public double Mixed { get; init; } = 0.3;

    /// <summary>Kinds of peers that are drawn beside all: those that need no file and no places.</summary>
    public ImmutableArray<PeerRule> Peers { get; init; } = [PeerRule.Random, PeerRule.Ring];

    /// <summary>The case of a seed.</summary>
    public FuzzCase Of(ulong seed)
    {
        var drawn = WithoutAim(seed);
        var aimed = new AimedFault(new Draw(new Draws(seed, AimPurpose, 0))).In(drawn.Plan.Settings.Faults, drawn.Plan, seed);
        return drawn with { Plan = Plans.Of(drawn.Plan.Settings with { Faults = aimed }, drawn.Plan.Deal.Data) };
    }

    /// <summary>The case of a seed without a fault that is aimed at a state: it follows from the seed alone, however roles name what they do.</summary>
    public FuzzCase WithoutAim(ulong seed)
    {
        var draw = new Draw(new Draws(seed, SettingsPurpose, 0));
        var standby = new StandbyDrawing(new Draw(new Draws(seed, StandbyPurpose, 0)));
        var own = new OwnChoices(experiment, new Draw(new Draws(seed, OwnPurpose, 0)));
        var recipe = new Draw(new Draws(seed, RecipePurpose, 0));
        var drawn = own.Stand ? own.In(Drawn(draw, seed)) : WithMethod(WithRecipe(own.In(Drawn(draw, seed)), recipe), new Draw(new Draws(seed, MethodPurpose, 0)));
        drawn = own.Stand ? drawn : WithPeers(drawn, new Draw(new Draws(seed, PeerPurpose, 0)));
        var compression = new CompressionDrawing(Compressed);
        drawn = own.Stand ? drawn : compression.Down(compression.Up(drawn, new Draw(new Draws(seed, CompressionPurpose, 0))), new Draw(new Draws(seed, PackingPurpose, 0)));
        var links = new LinkDrawing(own.Stand ? 0 : Sensing, new Draw(new Draws(seed, LinkPurpose, 0)));
        drawn = new ServingDrawing(own.Stand ? 0 : Grouping, new Draw(new Draws(seed, ServingPurpose, 0))).In(links.In(drawn));
        drawn = new HomeDrawing(own.Stand ? 0 : AtHome, new Draw(new Draws(seed, HomePurpose, 0))).In(drawn);
        drawn = Objectives.Of(drawn.Extractor.Method).Fitted(drawn);
        var timed = Timed(new SizesDrawing(Uneven, new Draw(new Draws(seed, SizesPurpose, 0))).In(drawn), draw);
        timed = own.Stand ? timed : standby.Places(timed);
        var sites = new SitesDrawing(own.Stand ? 0 : Sited, new Draw(new Draws(seed, SitePurpose, 0)));
        timed = new MixDrawing(Mixed, new Draw(new Draws(seed, MixPurpose, 0))).In(sites.In(timed));
        var plan = Plans.Of(timed, new DataSpec(GeneratedData.DataName, GeneratedSource.Version, seed));
        var faults = links.Faults(new FaultDrawing(new Draw(new Draws(seed, FaultPurpose, 0)), Kinds, plan.Deal.Clients, timed.Aggregator, timed.Topology.Sites ?? 0, Length(plan)).Faults());
        return new FuzzCase(seed, Plans.Of(timed with { Faults = sites.Faults(standby.Faults(faults, timed, Length(plan)), timed, Length(plan)) }, plan.Deal.Data), seed);
    }

    private ExperimentSettings Drawn(Draw draw, ulong seed)
    {
        var clients = draw.Whole(1, 5);
        var extractor = Extractor(draw, clients);
        var delay = draw.Milliseconds(0, 5, 20, 300);
        var learned = experiment with
        {
            Seed = seed,
            Profile = Profile.None,
            Experiment = experiment.Experiment with { Name = "fuzz", Clients = clients, RetireServers = draw.Chance(0.75) },
            Data = new DataSection
            {
                Name = GeneratedData.DataName,
                Partition = IidPartition.PartitionName,
                TrainPerClient = TrainRows,
                TestPerClient = draw.Whole(3, 6),
            },
            Model = experiment.Model with { Extractor = ResNet18.ModelName, Expert = Mlp4.ModelName, Width = 16, Norm = draw.Weighed((8, NormRule.Group), (1, NormRule.Batch), (2, NormRule.BatchLocal)) },
            Extractor = extractor,
            PFedMoe = new PFedMoeSection(),
            Topology = new TopologySection(),
            Mix = DeviceMix.None,
        };
        var gated = OwnSettings(CaseSettings.OfObjectives, learned, draw) with
        {
            Expert = experiment.Expert with { Start = ExpertStart.FineTune, Epochs = 1, Holdout = 0.25, Deadline = draw.Milliseconds(6_000, 12_000) },
            Gate = Gate(draw),
        };
        return OwnSettings(CaseSettings.OfRings, gated, draw) with
        {
            Latent = new LatentSection { Precision = draw.Of(LatentPrecision.Fp32, LatentPrecision.Fp16, LatentPrecision.Int8) },
            Inference = Inference(draw, clients, delay),
            Aggregator = experiment.Aggregator with { Place = AggregatorPlace.BaseStation, Client = 0, Standby = [] },
            Channel = Channel(draw, delay, clients),
            Supervision = new SupervisionSection
            {
                Backoff = draw.Milliseconds(200, 1_000),
                MaxRestarts = draw.Whole(0, 4),
                Patience = (2 * delay) + draw.Milliseconds(800, 2_000, 5_000),
                MaxSilence = draw.Whole(2, 6),
            },
            Evaluation = new EvaluationSection { Enabled = false },
        };
    }

    private static ExperimentSettings OwnSettings(ImmutableArray<ICaseSettings> algorithms, ExperimentSettings settings, Draw draw) =>
        algorithms.Aggregate(settings, (drawn, algorithm) => algorithm.Draw(drawn, draw));

    private ChannelSection Channel(Draw draw, TimeSpan delay, int clients)
    {
        var rate = draw.Of(20e6, 100e6, 1e9);
        return experiment.Channel with
        {
            Model = draw.Of(ChannelModel.Fixed, ChannelModel.Shared),
            Delay = Delay(delay),
            Bandwidth = rate,
            Rates = new RatesSection { Up = rate, Down = rate, ServerUp = 10 * rate, ServerDown = 10 * rate },
            Paths = OwnChoices.Paths(experiment.Channel.Paths, clients),
            Mobility = experiment.Channel.Mobility with { Form = MobilityForm.None },
            Traces = ChannelTraces.None,
        };
    }

    /// <summary>As wide for its length as the experiment's; without length there is nothing to be wide, and a log-normal one has none.</summary>
    private DelaySection Delay(TimeSpan value)
    {
        var own = experiment.Channel.Delay;
        return value > TimeSpan.Zero && own.Value > TimeSpan.Zero
            ? own with { Value = value, Spread = value * (own.Spread / own.Value) }
            : new DelaySection { Value = value, Form = DelayForm.Constant, Spread = TimeSpan.Zero };
    }

    private GateSection Gate(Draw draw) => experiment.Gate with
    {
        Seed = null,
        SampledPeers = null,
        Features = 0,
        Rounds = draw.Whole(1, 2),
        Epochs = 1,
        K = 1,
        Mode = GateMode.DenseMixture,
        NoiseForm = RouterNoise.Gaussian,
        Participation = draw.Of(0.7, 1),
        Quorum = draw.Of(0.3, 0.5, 1),
        Data = draw.Of(GateData.Train, GateData.Holdout),
        Deadline = draw.Milliseconds(3_000, 6_000),
    };

    /// <summary>Draws of their own: what a seed's case is otherwise stays as it is.</summary>
    private static ExperimentSettings WithRecipe(ExperimentSettings settings, Draw draw) => settings with
    {
        Gate = settings.Gate with
        {
            Input = draw.Of(InputForm.Latent, InputForm.Normalised),
            Method = draw.Weighed((3, GateMethod.Rounds), (1, GateMethod.Discriminant)),
        },
        Inference = draw.Chance(0.3) ? settings.Inference with { Gates = settings.Inference.Gates.Add(PriorGate.GateName) } : settings.Inference,
    };

    /// <summary>Likewise. What every objective can be used with stands beside one of the others.</summary>
    private ExperimentSettings WithMethod(ExperimentSettings settings, Draw draw) => Others.IsEmpty || !draw.Chance(0.15) ? settings : settings with
    {
        Model = settings.Model with { Norm = NormRule.Group },
        Extractor = settings.Extractor with
        {
            Method = draw.Of([.. Others.Select(objective => objective.Name)]),
            Algorithm = FedAvg.OptimiserName,
            Head = HeadSharing.Shared,
            Cohort = settings.Extractor.Cohort with { Late = LateUpdates.Drop, Aggregation = Aggregation.Synchronous },
        },
    };

    /// <summary>Likewise.</summary>
    private ExperimentSettings WithPeers(ExperimentSettings settings, Draw draw)
    {
        var others = settings.Experiment.Clients - 1;
        return Peers.IsEmpty || others < 1 || !draw.Chance(0.4) ? settings : settings with
        {
            Topology = new TopologySection { Peers = draw.Chance(0.7) ? draw.Of([.. Peers]) : PeerRule.All, Count = draw.Whole(1, others) },
            Gate = settings.Gate with { SampledPeers = draw.Chance(0.4) ? draw.Whole(1, others) : null },
        };
    }

    private ExtractorSection Extractor(Draw draw, int clients)
    {
        var method = draw.Weighed<IObjective>([.. Objectives.All.Where(objective => objective.CaseWeight > 0).Select(objective => (objective.CaseWeight, objective))]);
        var learns = method.Parts.Contains(ModelPart.Expert);
        var algorithm = ServerOptimisers.Of(learns ? draw.Weighed((5, "fedavg"), (1, "fedprox"), (2, "fedavgm"), (3, "scaffold")) : draw.Of("fedavg", "fedavgm"));
        var plain = learns && algorithm.IsPlainAverage;
        return experiment.Extractor with
        {
            Method = method.Name,
            Algorithm = algorithm.Name,
            Rounds = draw.Whole(2, 3),
            Epochs = 1,
            Momentum = 0,
            Head = learns && algorithm is not IControlVariates && draw.Chance(0.3) ? HeadSharing.Personal : HeadSharing.Shared,
            Quorum = draw.Of(0.3, 0.5, 1),
            Deadline = draw.Milliseconds(5_000, 9_000),
            Absent = ImmutableSortedDictionary<int, ImmutableSortedSet<int>>.Empty,
            Compression = new(),
            Cohort = new CohortSection
            {
                Participation = draw.Weighed((2, 1.0), (1, 0.6), (1, 0.4)),
                OverCommit = draw.Of(0, 0.5, 1),
                Late = plain ? draw.Of(LateUpdates.Drop, LateUpdates.Accept) : LateUpdates.Drop,
                Staleness = draw.Of(Staleness.None, Staleness.SquareRoot, Staleness.Linear),
                Aggregation = plain && draw.Chance(0.35) ? Aggregation.Buffered : Aggregation.Synchronous,
                Buffer = draw.Whole(1, clients),
            },
        };
    }

    private InferenceSection Inference(Draw draw, int clients, TimeSpan delay)
    {
        ImmutableArray<string> gates = [.. new[] { (FedGate.GateName, 0.6), (Stages.Rolling, 0.5), (RanGate.GateName, 0.4), (LocalGate.GateName, 0.15) }
            .Where(gate => draw.Chance(gate.Item2)).Select(gate => gate.Item1)];
        return experiment.Inference with
        {
            Gates = gates.IsEmpty ? [RanGate.GateName] : gates,
            TestPartitions = draw.Chance(0.7) ? [TestPartition.Same] : [TestPartition.Same, TestPartition.Iid],
            K = draw.Whole(1, Math.Min(2, clients)),
            RandomShares = [],
            Batch = draw.Whole(2, 4),
            Deadline = delay + draw.Milliseconds(300, 1_500),
            Retries = draw.Whole(0, 2),
            Alternatives = draw.Whole(0, 2),
        };
    }

    /// <summary>A device so fast that a round takes about a second, and so many epochs of all else that it does too.</summary>
    private static ExperimentSettings Timed(ExperimentSettings settings, Draw draw)
    {
        var charges = new Charges(Plans.Of(settings, new DataSpec(GeneratedData.DataName, GeneratedSource.Version, settings.Seed)));
        var rows = charges.Plan.Deal.MostRows;
        var round = charges.Local(rows);
        int Epochs(double one) => (int)Math.Clamp(round * draw.Of(0.3, 0.6, 1) / one, 1, MostEpochs);
        var timed = settings with
        {
            Device = settings.Device with { Compute = Math.Ceiling(round / draw.Of(0.3, 1, 1.5)) },
            Expert = settings.Expert with { Epochs = Epochs(charges.Expert(charges.Plan.Model.Spec, rows)) },
            Gate = settings.Gate with { Epochs = Epochs(charges.Gate(rows, charges.Plan.Asked.Most)) },
        };
        return CaseSettings.All.Aggregate(timed, (drawn, algorithm) => algorithm.Timed(drawn, charges.Plan, Epochs));
    }

    /// <summary>About how long it takes if nothing goes wrong; faults are drawn from a little more.</summary>
    private static TimeSpan Length(Plan plan)
    {
        var (charges, settings, rows) = (new Charges(plan), plan.Settings, plan.Deal.MostRows);
        var requests = plan.Pipeline.Serving.Passes.Sum(pass => Math.Ceiling(plan.Deal.TestRows(0, pass.Test) / (double)settings.Inference.Batch));
        var work = (settings.Extractor.Rounds * charges.Local(rows)) + charges.Expert(plan.Model.Spec, rows)
            + (plan.Pipeline.TrainsGate ? settings.Gate.Exchanges * charges.Gate(rows, plan.Asked.Most) : 0)
            + plan.Pipeline.Rings.Sum(ring => ring.Rules(settings).Laps * plan.Deal.Clients * ring.Flops(plan, rows))
            + (requests * charges.Latents(settings.Inference.Batch));
        var messages = 2 * (settings.Extractor.Rounds + plan.Deal.Clients + requests + 4);
        return TimeSpan.FromSeconds((work / settings.Device.Compute) + 1) + (messages * settings.Channel.Delay.Value);
    }
}
