using System.Collections.Immutable;
using System.Globalization;
using NMoE.Federation.Fuzzing;
using NMoE.Federation.Tests.Fuzzing;

namespace NMoE.Federation.Tests.Golden;

/// <summary>
/// A thousand rehearsed experiments, of every algorithm, fault and move, end with the events and the models that <c>cases.txt</c> says. Learning is replaced by made-up results,
/// so they are the same on any machine: whoever rebuilds a role sees here whether it still does what it did.
/// </summary>
public sealed class GoldenCases : FuzzSpec
{
    private const int Seeds = 1000;
    private const string FileName = "cases.txt";

    /// <summary>What rules of faults were drawn from when the file was made: a kind of message that comes later would draw all of them anew.</summary>
    private static readonly ImmutableArray<string> Kinds =
    [
        "BeginServing", "BeginTraining", "Correlate", "Correlated", "ExpertOutputs", "ExpertReady", "GateDataReady", "Join", "NothingNew", "PublishModel", "Rejoin",
        "RollingGate", "RollingGateTaken", "RoundUpdate", "RouteLatents", "ServingBegun", "ShareLatents", "TrainAgainst", "TrainRound", "TrainingFinished",
        "TrainingLatents", "TrainingLogits",
    ];

    private static readonly CaseDrawing Frozen = new(Configuration.Experiments.Read("").Settings) { Kinds = Kinds, Others = [], Compressed = 0, Uneven = 0, Mixed = 0, Sensing = 0, Grouping = 0, AtHome = 0, Sited = 0, Peers = [] };

    [Fact]
    public async Task A_thousand_cases_have_the_events_and_the_models_that_they_had()
    {
        var now = new string[Seeds];

        // Threads of their own, as a search has: a world waits for its ActorSystem, which starts on the pool, and pool threads that all wait leave none for it.
        var workers = Environment.ProcessorCount;
        await Task.WhenAll(Enumerable.Range(0, workers).Select(worker => Task.Factory.StartNew(
            () =>
            {
                for (var seed = worker; seed < Seeds; seed += workers)
                    now[seed] = Line(Run(Frozen.WithoutAim((ulong)seed)));
            },
            CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default)));
        var folder = Path.Combine(AppContext.BaseDirectory, "golden");
        await File.WriteAllLinesAsync(Path.Combine(folder, "cases.now.txt"), now);
        var then = await File.ReadAllLinesAsync(Path.Combine(folder, FileName));
        var others = Enumerable.Range(0, Seeds).Where(seed => then.ElementAtOrDefault(seed) != now[seed]).ToArray();
        Assert.True(
            others.Length == 0,
            $"{others.Length} of {Seeds} cases have other events or models than before, first seeds {string.Join(", ", others.Take(10))}; "
                + $"{others.Count(seed => Model(then.ElementAtOrDefault(seed) ?? "") != Model(now[seed]))} other models. All lines as they are now: {folder}/cases.now.txt");
    }

    private static string Line(FuzzResult result)
    {
        Assert.True(result.TraceHash.Length > 0, $"Case {result.Case.Seed} did not start: {result.Violation?.What}");
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{result.Case.Seed} {result.Events} {result.TraceHash[..16]} {result.ModelHash?[..16] ?? "-"}{(result.Violation is { } wrong ? $" {wrong.Invariant}" : "")}");
    }

    private static string Model(string line) => line.Split(' ').ElementAtOrDefault(3) ?? "";
}
