using NMoE.Cli.Running;
using NMoE.Cli.Tests.StrangeInput;
using NMoE.Compute.Store;
using NMoE.Federation.Devices;
using NMoE.Federation.Sweeps;
using Spectre.Console;

namespace NMoE.Cli.Tests.Running;

/// <summary>Successive halving: whom it stops, and what that saves.</summary>
[Collection(OneProcess.Name)]
public sealed class HalvingTests : IDisposable
{
    private const int Rounds = 16;

    private const string Text = """
        experiment { name = rates, clients = 2 }
        data { size = 8, classes = 4, train-per-client = 100, test-per-client = 500 }
        model { extractor = linear, expert = linear }
        expert.start = reuse
        extractor { rounds = 16, epochs = 1, batch = 20, momentum = 0, augmentation = none }
        inference.gates = [localgate]
        sweep.search = halving
        """;

    private const string Rates = "extractor.learning-rate=0.0001,0.0002,0.0005,0.001,0.002,0.005,0.01,0.02,0.05,0.1,0.2,0.5,1,2,5,10";

    private readonly Place _place = new();

    public void Dispose() => _place.Dispose();

    [Fact]
    public void The_best_of_sixteen_learning_rates_is_that_of_the_grid_for_less_than_half_of_the_jobs()
    {
        var plan = SweepReader.Read("rates.conf", [$"compute.store.path={_place.PathOf("store")}"], [Rates], _ => Text);
        using var place = PlaceOf(plan);
        var view = new ConsoleView(AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(TextWriter.Null) }));
        double? Measure(int number, int round, CancellationToken stop) => new Trial(plan.Points[number].Configuration, place).Measure(HalvingMeasure.Accuracy, round, view, stop).Value;

        var (record, left) = new Halving(plan, plan.Halving!, 2, Measure, _ => { }).Go(CancellationToken.None);
        Measure(Assert.Single(left), Rounds - 1, CancellationToken.None);
        var halved = place.Executor.Counts.Run;
        var grid = plan.Points.Select((_, number) => Measure(number, Rounds - 1, CancellationToken.None)!.Value).ToArray();

        Assert.Equal([(1, 16), (4, 4)], record.Rungs.Select(rung => (rung.Round, rung.Cells.Length)));
        Assert.Equal("0.2", plan.Points[left[0]].Labels[0]);
        Assert.Equal(left[0], Array.IndexOf(grid, grid.Max()));
        Assert.InRange(halved, 1, place.Executor.Counts.Run / 2);
    }

    [Theory]
    [InlineData(HalvingMeasure.Accuracy, "3", "3 4")]
    [InlineData(HalvingMeasure.Loss, "1", "1 2")]
    public void Repeats_go_or_stay_together_by_their_mean_and_those_that_failed_or_diverged_go_first(HalvingMeasure measure, string best, string second)
    {
        // Four combinations with two seeds each; means 1.5, 2.5, 4.5 and 4.25, the last with a seed that is better than all; the fifth failed, the sixth diverged.
        double?[] values = [1, 2, 2, 3, 4, 5, 2.5, 6, null, 9, 9, double.NaN];
        var plan = SweepReader.Read("rates.conf", ["sweep.halving.first-round=4", "sweep.halving.eta=2"], ["extractor.batch=1..6", "seed=1..2"], _ => Text);
        var said = new List<string>();

        var (record, left) = new Halving(plan, plan.Halving! with { Measure = measure }, 3, (number, _, _) => values[number], said.Add).Go(CancellationToken.None);

        string Cells(int rung) => string.Join(' ', record.Rungs[rung].Cells.Where(cell => cell.Stays).Select(cell => (cell.Points[0] / 2) + 1));
        Assert.Equal([4, 8], record.Rungs.Select(rung => rung.Round));
        Assert.Equal(second + (measure == HalvingMeasure.Accuracy ? " 2" : " 4"), Cells(0));
        Assert.Equal(best, Cells(1));
        Assert.Equal([(int.Parse(best) - 1) * 2, (int.Parse(best) * 2) - 1], left.AsEnumerable());
        Assert.All(record.Rungs[0].Cells[^2..], cell => Assert.Equal((null, false), (cell.Value, cell.Stays)));
        Assert.StartsWith("after round 4 of 16: 3 of 6 go on, the best of them ", said[0], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(null)]
    [InlineData(double.NaN)]
    public void Where_none_is_left_it_is_said_so(double? value)
    {
        var plan = SweepReader.Read("rates.conf", ["sweep.halving.first-round=4", "sweep.halving.eta=2"], ["extractor.batch=1..4"], _ => Text);

        var ended = Assert.Throws<ExperimentFailedException>(() => new Halving(plan, plan.Halving!, 2, (_, _, _) => value, _ => { }).Go(CancellationToken.None));

        Assert.Equal("no combination is left after round 4 of 16: each failed, or its measure (accuracy) is no number", ended.Message);
    }

    private static Workplace PlaceOf(SweepPlan plan)
    {
        var settings = plan.Points.Select(point => point.Configuration.Settings).ToArray();
        var catalog = Places.Catalog(settings[0]);
        return Workplace.Open(
            plan.Name, [.. settings.Select(one => Shards.Of(one, catalog).Plan)], catalog, new JobStore(Places.Store(settings[0])), null, _ => { }, CancellationToken.None);
    }
}
