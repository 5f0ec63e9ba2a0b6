using System.Text.Json.Nodes;
using NMoE.Cli.Running;
using Spectre.Console;

namespace NMoE.Cli.Tests.Running;

/// <summary>A short run of times alone, in which messages are lost, sent twice and cut off, in a folder of its own.</summary>
internal sealed class RehearsedSample : IDisposable
{
    private readonly DirectoryInfo _place = Directory.CreateTempSubdirectory("nmoe-rehearsed-");

    public string Place => _place.FullName;

    public void Dispose() => _place.Delete(recursive: true);

    /// <returns>The run's folder.</returns>
    public string Go()
    {
        var console = AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(TextWriter.Null) });
        var configuration = ExperimentFile.Reference(
        [
            $"compute.store.path={Path.Combine(Place, "store")}", "extractor.rounds=2", "gate.rounds=1", "data.partition=iid", "data.train-per-client=100", "data.test-per-client=10",
            "faults.rules=[\"drop 30 % of RoundUpdate\", \"duplicate 30 % of TrainRound by 1 s\"]", "faults.schedule=[\"at 1 s crash client-1 for 2 s\"]",
        ]);
        return new RehearsedRun(configuration, Path.Combine(Place, "runs"), new ConsoleView(console)).Go(CancellationToken.None).Folder;
    }

    /// <summary>Runs a command of nmoe in the folder.</summary>
    public Ended Command(params string[] words) => InProcess.Run(Place, words);

    /// <summary>Writes another value into a run's manifest.</summary>
    public static void Change(string run, string member, string value)
    {
        var path = Path.Combine(run, "manifest.json");
        var manifest = JsonNode.Parse(File.ReadAllText(path))!.AsObject();
        manifest[member] = value;
        File.WriteAllText(path, manifest.ToJsonString());
    }
}
