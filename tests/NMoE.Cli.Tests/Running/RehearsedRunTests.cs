using NMoE.Cli.Running;
using NMoE.Reporting.Records;
using NMoE.Reporting.Runs;
using Spectre.Console;

namespace NMoE.Cli.Tests.Running;

/// <summary>A run for its times alone, from the configuration to the folder.</summary>
public sealed class RehearsedRunTests : IDisposable
{
    private readonly DirectoryInfo _place = Directory.CreateTempSubdirectory("nmoe-rehearsed-");

    public void Dispose() => _place.Delete(recursive: true);

    [Fact]
    public void It_says_everywhere_that_nothing_was_learned_and_makes_no_store()
    {
        var (said, done) = Go("experiment.clients=40", "extractor.rounds=2", "gate.rounds=1", "data.train-per-client=2500", "data.test-per-client=10");
        Assert.EndsWith("-rehearsed", done.Folder);
        Assert.Contains("nothing is learned", said);
        Assert.Contains("drawn evenly", said);
        Assert.Equal(RunWorld.Rehearsed, RunReader.ReadManifest(done.Folder).World);
        Assert.True(RunReader.Read(done.Folder).TimesAlone);
        Assert.StartsWith("{\"line\":\"rehearsed\"", File.ReadAllText(Path.Combine(done.Folder, "metrics.jsonl")));
        Assert.Contains("(rehearsed)</h1>", File.ReadAllText(Path.Combine(done.Folder, "report.html")));
        Assert.False(Directory.Exists(Path.Combine(done.Folder, "models")));
        Assert.False(Directory.Exists(Path.Combine(_place.FullName, "store")));
        Assert.Equal("rehearsed", Assert.Single(RunListing.Of(Path.Combine(_place.FullName, "runs"))).State);
        string[] figures = [.. Directory.GetFiles(Path.Combine(done.Folder, "figures"), "*.svg").Select(file => Path.GetFileNameWithoutExtension(file)!)];
        Assert.Contains("links-aggregator", figures);
        Assert.Contains("timeline-extractor-1", figures);
        Assert.DoesNotContain(figures, name => name.StartsWith("accuracy", StringComparison.Ordinal) || name.StartsWith("gating", StringComparison.Ordinal));
    }

    [Fact]
    public void The_same_experiment_gives_the_same_state()
    {
        string[] sets = ["extractor.rounds=1", "gate.rounds=1"];
        Assert.Equal(Go(sets).Done.Manifest.StateHash, Go(sets).Done.Manifest.StateHash);
    }

    private (string Said, FinishedRun Done) Go(params string[] sets)
    {
        using var said = new StringWriter();
        var console = AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(said), Ansi = AnsiSupport.No, Interactive = InteractionSupport.No });
        var configuration = ExperimentFile.Reference([$"compute.store.path={Path.Combine(_place.FullName, "store")}", .. sets]);
        var done = new RehearsedRun(configuration, Path.Combine(_place.FullName, "runs"), new ConsoleView(console)).Go(CancellationToken.None);
        return (said.ToString(), done);
    }
}
