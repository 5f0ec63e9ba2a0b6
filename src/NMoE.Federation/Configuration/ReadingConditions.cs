using System.Collections.Immutable;
using System.Text.RegularExpressions;
using NMoE.Compute.Blobs;
using NMoE.Federation.Algorithms;
using NMoE.Federation.Protocol;
using NMoE.Federation.Roles;
using NMoE.Federation.Settings;
using NMoE.Learning.Data;
using NMoE.Learning.Gates;
using NMoE.Learning.Jobs;
using NMoE.Learning.Models;
using NMoE.Learning.Partitions;
using NMoE.Simulation.Network;

namespace NMoE.Federation.Configuration;

/// <summary>
/// What the conditions mean that stand beside keys. <c>KEY = A, B or C</c> and <c>NAME in KEY</c> mean what they say; what only code can decide stands here by its words, such as
/// what a partition or a server optimiser reads, which it alone knows.
/// </summary>
internal static partial class ReadingConditions
{
    private static readonly ImmutableSortedDictionary<string, ReadingCondition> Coded = ImmutableArray.Create<ReadingCondition>(
        new("a data set that lies on disk", ["data.name"], asked => asked.Settings.Data.Name != GeneratedData.DataName),
        new("a residual network in model.extractor", ["model.extractor"], asked => Extractors.Of(asked.Settings.Model.Extractor).HasWidth),
        new("a GPU in compute.device", ["compute.device"], asked => !asked.Settings.Compute.Device.IsCpu),
        new("a size in data.size", ["data.size"], asked => asked.Settings.Data.Size is not null),
        new("data.partition = non-iid", ["data.partition"], Deals),
        new("data.partition = dirichlet", ["data.partition"], Deals),
        new(
            "extractor.method = fedce, or a baseline that is trained", ["extractor.method", "evaluation.enabled", "evaluation.baselines"],
            asked => TrainsPredictor(asked) || asked.Settings.Evaluation is { Enabled: true, Baselines.IsEmpty: false }),
        new("extractor.method = fedce", ["extractor.method"], TrainsPredictor),
        new(ExtractorSection.InRounds, ["extractor.method"], asked => Objectives.Of(asked.Settings.Extractor.Method) is not IRingStage),
        new("extractor.algorithm = fedprox", ["extractor.algorithm"], Steps),
        new("extractor.algorithm = fedavgm", ["extractor.algorithm"], Steps),
        new(
            "extractor.late = accept or extractor.aggregation = buffered", ["extractor.late", "extractor.aggregation"],
            asked => asked.Settings.Extractor.Cohort is { Late: LateUpdates.Accept } or { Aggregation: Aggregation.Buffered }),
        new(
            "fedgate in inference.gates, globalgate in evaluation.references or centralised-moe in evaluation.baselines",
            ["inference.gates", "evaluation.references", "evaluation.baselines", "evaluation.enabled"], asked => TrainsGate(asked) || IsCentralised(asked)),
        new(
            "a trained gate in inference.gates, globalgate in evaluation.references or centralised-moe in evaluation.baselines",
            ["inference.gates", "evaluation.references", "evaluation.baselines", "evaluation.enabled"], asked => asked.Settings.TrainsAnyGate),
        new("fedgate in inference.gates or globalgate in evaluation.references", ["inference.gates", "evaluation.references", "evaluation.enabled"], TrainsGate),
        new("fedgate in inference.gates", ["inference.gates"], asked => Serves(asked, Stages.Gate)),
        new(
            "a gate that is trained in rounds or draws: in inference.gates, or globalgate in evaluation.references",
            ["inference.gates", "gate.method", "evaluation.references", "evaluation.enabled"], asked => Seeds.DrawsForGates(asked.Settings)),
        new(
            "gate.noise-form = gaussian, or jitter where a gate is trained", ["gate.noise-form"],
            asked => asked.Settings.Gate.NoiseForm == RouterNoise.Gaussian || (asked.Settings.Gate.NoiseForm == RouterNoise.Jitter && TrainsGate(asked))),
        new("a gate that asks peers in inference.gates", ["inference.gates"], AsksPeers),
        new(
            "a gate that chooses: any but localgate in inference.gates, globalgate in evaluation.references or centralised-moe in evaluation.baselines",
            ["inference.gates", "evaluation.references", "evaluation.baselines", "evaluation.enabled"], asked => AsksPeers(asked) || IsGlobal(asked) || IsCentralised(asked)),
        new("sites in topology.sites", ["topology.sites"], asked => asked.Settings.Topology.Sites is not null),
        new("inference.k of at least 2", ["inference.k"], asked => asked.Settings.Inference.K > 1),
        new("a place in aggregator.standby", ["aggregator.standby"], asked => !asked.Settings.Aggregator.Standby.IsEmpty),
        new("channel.mobility.form = none, and clients that channel.trace does not name", ["channel.mobility.form", "channel.trace"], HasUsualClients),
        new(
            "a base station that channel.trace does not name", ["channel.trace"],
            asked => !asked.Settings.Channel.Traces.Conditions.ContainsKey(asked.Settings.Aggregator.AccessOf(DeviceId.Supervisor))),
        new(
            "a file in channel.trace or channel.intervals", ["channel.trace", "channel.intervals"],
            asked => asked.Settings.Channel.Traces is not { Conditions.IsEmpty: true, Intervals.IsEmpty: true }),
        new(
            "packets that can be lost, by channel.loss, channel.loss-form = bursts, channel.paths or channel.trace",
            ["channel.loss", "channel.loss-form", "channel.paths", "channel.trace"], LosesPackets),
        new("faults.crashes.share above 0", ["faults.crashes.share"], asked => asked.Settings.Faults.Crashes.Share > 0),
        new("faults.churn.up above 0", ["faults.churn.up"], asked => asked.Settings.Faults.Churn.Up > TimeSpan.Zero),
        new(
            "a global model that can be scored: norms that are not local, and under fedce a shared head", ["model.norm", "extractor.method", "extractor.head"], HasScores))
        .ToImmutableSortedDictionary(condition => condition.Words, condition => condition, StringComparer.Ordinal);

    /// <summary>The condition that words mean.</summary>
    /// <exception cref="NotSupportedException">They mean none.</exception>
    public static ReadingCondition Of(string words)
    {
        if (Coded.GetValueOrDefault(words) is { } coded)
            return coded;
        if (Equality().Match(words) is { Success: true } equal)
        {
            var (key, values) = (equal.Groups["key"].Value, Separators().Split(equal.Groups["values"].Value));
            return new(words, [key], asked => values.Contains(asked.Text(key)));
        }

        if (Membership().Match(words) is { Success: true } member)
        {
            var (key, name) = (member.Groups["key"].Value, member.Groups["name"].Value);
            return new(words, [key], asked => asked.Text(key).Trim('[', ']').Split(", ").Contains(name));
        }

        throw new NotSupportedException($"No condition is written '{words}'.");
    }

    /// <summary>Whether the partition makes another shard of another value of the key: it alone knows which it reads.</summary>
    private static bool Deals(Asked asked) => Dealt(asked.Settings) != Dealt(Changed(asked));

    private static PartitionSpec Dealt(ExperimentSettings settings) => Deal.Partition(settings);

    /// <summary>Whether the server optimiser makes another step of another value, likewise.</summary>
    private static bool Steps(Asked asked)
    {
        var optimiser = ServerOptimisers.Of(asked.Settings.Extractor.Algorithm);
        var nothing = new BlobRef(new BlobHash(new string('0', 64)), 0);
        (double, string) Step(ExtractorSection of) => (optimiser.Proximal(of), optimiser.Step(of, new PartUpdates(nothing, [1], [nothing], null)).Parameters);
        return Step(asked.Settings.Extractor) != Step(Changed(asked).Extractor);
    }

    /// <summary>The experiment with another value of the key.</summary>
    private static ExperimentSettings Changed(Asked asked)
    {
        var now = Keys.Root.Read(asked.Settings).ToDictionary(pair => pair.Key, pair => pair.Value);
        now[asked.Key] = now[asked.Key] switch
        {
            double number => number == 0 ? 0.5 : number / 2,
            Enum choice => Enum.GetValues(choice.GetType()).Cast<object>().First(other => !other.Equals(choice)),
            var other => throw new NotSupportedException($"Nobody knows another value than {other} of {asked.Key.Path}."),
        };
        return (ExperimentSettings)Keys.Root.Make(key => now[key]);
    }

    private static bool TrainsPredictor(Asked asked) => Objectives.Of(asked.Settings.Extractor.Method).Parts.Contains(ModelPart.Expert);

    private static bool Serves(Asked asked, string stage) => asked.Settings.Inference.Gates.Any(gate => Gates.Of(gate).Source == stage);

    private static bool IsGlobal(Asked asked) => asked.Settings.Evaluation.Asks(Reference.GlobalGate);

    private static bool IsCentralised(Asked asked) => asked.Settings.Evaluation is { Enabled: true } evaluation && evaluation.Baselines.Contains(Baseline.CentralisedMoe);

    private static bool TrainsGate(Asked asked) => Serves(asked, Stages.Gate) || IsGlobal(asked);

    private static bool AsksPeers(Asked asked) => asked.Settings.Inference.Gates.Any(gate => !Gates.Of(gate).StaysHome);

    private static bool HasScores(Asked asked) =>
        asked.Settings.Model.Norm != NormRule.BatchLocal && (!TrainsPredictor(asked) || asked.Settings.Extractor.Head == HeadSharing.Shared);

    private static bool HasUsualClients(Asked asked) => asked.Settings.Channel.Mobility.Form == MobilityForm.None
        && Enumerable.Range(0, asked.Settings.Experiment.Clients).Any(client => !asked.Settings.Channel.Traces.Conditions.ContainsKey(new DeviceId(client)));

    private static bool LosesPackets(Asked asked)
    {
        var channel = asked.Settings.Channel;
        return channel.Loss is { Probability: > 0 } or { Form: LossForm.Bursts } || channel.Paths.Any(path => path.LossPercent > 0)
            || channel.Traces.Conditions.Values.Any(access => access.Steps.Any(step => step.Conditions.Loss > 0));
    }

    [GeneratedRegex(@"^(?<key>[a-z0-9.-]+) = (?<values>[a-z0-9-]+(?:(?:, | or )[a-z0-9-]+)*)$")]
    private static partial Regex Equality();

    [GeneratedRegex(@"^(?<name>[a-z0-9-]+) in (?<key>[a-z0-9.-]+)$")]
    private static partial Regex Membership();

    [GeneratedRegex(", | or ")]
    private static partial Regex Separators();
}
