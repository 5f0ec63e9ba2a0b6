using System.Collections.Immutable;
using NMoE.Reporting.Records;
using NMoE.Reporting.Runs;

namespace NMoE.Cli.Tests.StrangeInput;

/// <summary>Folders of runs that are read again. A row's <c>r</c> is a copy of a finished run, changed.</summary>
internal static class RunFolderRows
{
    private const string Smallest =
        "experiment.clients = 2\ndata { train-per-client = 20, test-per-client = 10 }\nextractor { rounds = 1, epochs = 1 }\nexpert.epochs = 1\ngate.rounds = 1";

    private static readonly Lazy<FinishedRun> s_finished = new(() => new FinishedRun());

    public static Row[] All =>
    [
        new("figures of a run that is not there", "plot nowhere", 4, "nowhere", "there is no such folder", "runs/NAME-HASH"),
        new("figures of a folder that is no run", "plot folder", 4, "folder/report.json", "Name a folder like") { Arranged = place => place.MakeFolder("folder") },
        new("figures of a file", "plot x.conf", 4, "x.conf", "Name a folder like"),
        Plot("a report of nothing", place => place.Write("r/report.json", ""), "r/report.json", "line 1"),
        Plot("a report cut short", place => Cut(place, "r/report.json"), "r/report.json", "line"),
        Plot("a report that is null", place => place.Write("r/report.json", "null"), "r/report.json", "null"),
        Plot("a report that is a list", place => place.Write("r/report.json", "[]"), "r/report.json", "line 1"),
        Plot("a folder in place of a report", place => { File.Delete(place.PathOf("r/report.json")); place.MakeFolder("r/report.json"); }, "r/report.json"),
        Plot("a time line with another head", place => place.Write("r/timeline.csv", "a,b\n"), "r/timeline.csv", "line 1 is not"),
        Plot("a time line of nothing", place => place.Write("r/timeline.csv", ""), "r/timeline.csv", "line 1 is not"),
        Plot("a time line with a wrong row", place => Append(place, "r/timeline.csv", "a,b\n"), "r/timeline.csv", "does not hold what line 1 says"),
        Plot("links with a wrong row", place => Append(place, "r/links.csv", "a,b\n"), "r/links.csv", "does not hold what line 1 says"),
        new("figures into a file", "plot r --out a-file", 4, "a-file") { Arranged = place => { Finished(place); PathRows.AFile(place); } },
        new("figures of two runs, one broken", "plot r s", 4, "s/report.json") { Arranged = place => { Finished(place); place.Write("s/report.json", "{"); } },
        Again("records of jobs that are torn", "records", path => File.WriteAllBytes(path, File.ReadAllBytes(path)[..^1])),
        Again("models that are empty", "blobs", path => File.WriteAllBytes(path, [])),
        Again("folders in place of records of jobs", "records", path =>
        {
            File.Delete(path);
            Directory.CreateDirectory(path);
        }),
        new("a list of what is not there", "list nowhere", 4, "nowhere", "the folder cannot be read"),
        new("a difference to what is not there", "diff r nowhere", 4, "nowhere", "there is no such folder") { Arranged = Finished },
        new("a difference to an unfinished run", "diff r s", 4, "s", "the run is unfinished", "Wait for its end") { Arranged = place => { Finished(place); Unfinished(place, RunWorld.Simulated); } },
        new("a comparison of one", "compare r", 2, "RUN", "1 folders are no pairs", "a simulated run and then a live one") { Arranged = Finished },
        new("a comparison with what is not there", "compare r nowhere", 4, "nowhere", "there is no such folder") { Arranged = Finished },
        new("a comparison with an unfinished run", "compare r s", 4, "s", "the run is unfinished", "Wait for its end") { Arranged = place => { Finished(place); Unfinished(place, RunWorld.Live); } },
        new("figures of rounds so far that are broken", "plot s", 4, "s/metrics.jsonl", "line 2") { Arranged = place => { Unfinished(place, RunWorld.Simulated); Append(place, "s/metrics.jsonl", "{\n"); } },
        new("figures of an unfinished run that kept no rounds", "plot s", 4, "s/metrics.jsonl", "No rounds were kept") { Arranged = place => { Unfinished(place, RunWorld.Simulated); File.Delete(place.PathOf("s/metrics.jsonl")); } },
        new("a comparison with a broken run", "compare r s", 4, "s/manifest.json", "Name a folder like") { Arranged = place => { Finished(place); place.Write("s/report.json", "{"); } },
    ];

    private static Row Plot(string name, Action<Place> damaged, params string[] says) => new(name, "plot r", 4, says)
    {
        Arranged = place =>
        {
            Finished(place);
            damaged(place);
        },
    };

    /// <summary>The run again, on what its store remembers, after harm: it computes what it must.</summary>
    private static Row Again(string name, string files, Action<string> harm) => new(name, "run x.conf", 0)
    {
        Leaves = ["runs"],
        Arranged = place =>
        {
            place.Write("x.conf", Smallest);
            place.CopyFrom(s_finished.Value.Cache, "cache");
            Array.ForEach(Directory.GetFiles(place.PathOf("cache/nmoe/store/" + files), "*", SearchOption.AllDirectories), harm);
        },
    };

    private static void Finished(Place place) => place.CopyFrom(s_finished.Value.Folder, "r");

    /// <summary>A run <c>s</c> that goes on, before its first round.</summary>
    private static void Unfinished(Place place, RunWorld world)
    {
        var writer = new RunWriter(place.PathOf("s"));
        writer.WriteManifest(new Manifest(
            "s", new string('c', 64), null, null, null, null, null, 0, 0, 0, 0, ImmutableSortedDictionary<string, long>.Empty, ImmutableSortedDictionary<string, long>.Empty,
            new ManifestRun(RunStatus.Running, null, DateTimeOffset.UnixEpoch, 1, 1, null, "0.1.0"))
        {
            World = world,
        });
        new MetricsSoFar(writer.Folder, _ => { }).Dispose();
    }

    private static void Cut(Place place, string name)
    {
        var bytes = File.ReadAllBytes(place.PathOf(name));
        place.Write(name, bytes[..(bytes.Length / 2)]);
    }

    private static void Append(Place place, string name, string text) => File.AppendAllText(place.PathOf(name), text);

    /// <summary>A run of the smallest experiment, made once and kept until the process ends.</summary>
    private sealed class FinishedRun
    {
        private readonly Place _place = new();

        public FinishedRun()
        {
            _place.Write("x.conf", Smallest);
            var ended = InProcess.Run(_place.Path, "run", "x.conf");
            Assert.True(ended.Code == 0, ended.Error);
            AppDomain.CurrentDomain.ProcessExit += (_, _) => _place.Dispose();
        }

        public string Cache => _place.PathOf("cache");

        public string Folder => Assert.Single(Directory.GetDirectories(_place.PathOf("runs")));
    }
}
