using System.Globalization;
using System.Text.RegularExpressions;
using NMoE.Cli.Running;
using NMoE.Compute.Execution;
using NMoE.Federation.Configuration;
using NMoE.Learning.Data;
using NMoE.Learning.Partitions;
using NMoE.Learning.Registry;
using NMoE.Reporting.Tables;

namespace NMoE.Cli.Tests.Running;

/// <summary>
/// Every key that takes a number, at both ends of its range: refused in words, or a small experiment with it is rehearsed to its end and its tables hold no number that is none. The ends are
/// those that the refusal of nonsense names, an open end the number next to it.
/// </summary>
public sealed partial class EdgesTests
{
    private static readonly string[] Small =
    [
        "experiment.clients=2", "data.train-per-client=3", "data.test-per-client=2", "extractor.rounds=2", "extractor.epochs=1", "gate.rounds=2", "gate.epochs=1", "expert.epochs=2",
        "rollgate.laps=2", "inference.gates=[fedgate, rangate, localgate, rollgate]", "inference.test-partitions=[same, iid]",
    ];

    // So many rounds, laps or clients take minutes and meet nothing that ten do not.
    private static readonly string[] LongAtTheirGreatest = ["experiment.clients", "extractor.rounds", "gate.rounds", "rollgate.laps"];

    public static TheoryData<string, string> Ends
    {
        get
        {
            var ends = new TheoryData<string, string>();
            foreach (var key in ExperimentReader.KnownKeys.Where(key => !key.StartsWith("compute.", StringComparison.Ordinal)))
            {
                foreach (var (value, greatest) in EndsOf(key))
                {
                    if (!greatest || !LongAtTheirGreatest.Contains(key))
                        ends.Add(key, value);
                }
            }

            return ends;
        }
    }

    [Fact]
    public void Most_keys_have_ends() => Assert.True(Ends.Count > 130, FormattableString.Invariant($"Only {Ends.Count} ends were found."));

    [Theory]
    [MemberData(nameof(Ends))]
    public void An_end_of_a_range_is_refused_in_words_or_runs_to_an_end_without_a_number_that_is_none(string key, string value)
    {
        try
        {
            var settings = ExperimentReader.Read("edge.conf", [.. Small, .. Context(key), $"{key}={value}"], _ => "").Settings;
            var catalog = new DataCatalog(null);
            var plan = Shards.Of(settings, catalog).Plan;
            var report = Rehearsal.Of(plan, new RehearsalExecutor(LearningFunctions.All(catalog), _ => null), CancellationToken.None).Outcome.Report;
            Assert.DoesNotMatch("NaN|\\u221E|Infinity", ReportTables.PlainText(report));
        }
        catch (Exception refusal) when (refusal is ConfigurationException or PartitionException or RehearsalFailedException)
        {
            Assert.Matches("^[^\\n]{20,1500}$", refusal.Message);
        }
    }

    /// <summary>What else must be said for a key to be read.</summary>
    private static string[] Context(string key) => key switch
    {
        "data.alpha" => ["data.partition=dirichlet"],
        "data.tau" => ["data.partition=non-iid"],
        "fedsc.epsilon" or "fedsc.delta" => ["extractor.method=fedsc", "fedsc.dimension=4", "fedsc.privacy=budget"],
        "fedsc.sigma" or "fedsc.cap" => ["extractor.method=fedsc", "fedsc.dimension=4", "fedsc.privacy=noise"],
        "extractor.buffer" => ["extractor.aggregation=buffered"],
        "extractor.proximal" => ["extractor.algorithm=fedprox"],
        "extractor.server-momentum" or "extractor.server-learning-rate" => ["extractor.algorithm=fedavgm"],
        "gate.k" => ["gate.mode=switch"],
        "aggregator.client" => ["channel.model=shared", "aggregator.place=client"],
        "aggregator.checkpoint-deadline" or "aggregator.max-silence" => ["aggregator.standby=[client-1]", "channel.model=shared"],
        "channel.bandwidth" => ["channel.model=fixed"],
        "channel.delay-spread" => ["channel.model=shared", "channel.delay-form=log-normal"],
        _ when key.StartsWith("fedsc.", StringComparison.Ordinal) => ["extractor.method=fedsc"],
        _ when key.StartsWith("channel.mobility.", StringComparison.Ordinal) => ["channel.model=shared", "channel.mobility.form=to-and-fro", "channel.mobility.until=1 h"],
        _ when key.StartsWith("channel.burst.", StringComparison.Ordinal) => ["channel.model=shared", "channel.loss-form=bursts"],
        _ when key.StartsWith("channel.", StringComparison.Ordinal) => ["channel.model=shared"],
        _ when key.StartsWith("faults.crashes.", StringComparison.Ordinal) && key != "faults.crashes.share" => ["faults.crashes.share=0.5"],
        _ when key.StartsWith("faults.churn.", StringComparison.Ordinal) && key != "faults.churn.up" => ["faults.churn.up=1 h", "faults.churn.until=1 h"],
        _ => [],
    };

    private static IEnumerable<(string Value, bool Greatest)> EndsOf(string key)
    {
        // A path may be anything.
        var legal = (Record.Exception(() => ExperimentReader.Read("edge.conf", [$"{key}=\"?\""], _ => "")) as ConfigurationException)?.Remedy ?? "";
        if (Whole().Match(legal) is { Success: true } whole)
            return [(whole.Groups[1].Value, false), (whole.Groups[2].Value, true)];
        if (Real().Match(legal) is { Success: true } real)
            return [(End(real.Groups[1].Value == "[", real.Groups[2].Value, Math.BitIncrement), false), (End(real.Groups[4].Value == "]", real.Groups[3].Value, Math.BitDecrement), true)];
        return Measure().Match(legal) is { Success: true } measure ? [(measure.Groups[1].Value, false), (measure.Groups[2].Value, true)] : [];
    }

    private static string End(bool included, string value, Func<double, double> next) =>
        included ? value : next(double.Parse(value, CultureInfo.InvariantCulture)).ToString("R", CultureInfo.InvariantCulture);

    [GeneratedRegex(@" in (\d+)\.\.(\d+)")]
    private static partial Regex Whole();

    [GeneratedRegex(@"a number in ([\[(])([^,]+), ([^\])]+)([\])])")]
    private static partial Regex Real();

    [GeneratedRegex(@"with its unit \([^)]*\) in (.+?) \.\. (.+)$")]
    private static partial Regex Measure();
}
