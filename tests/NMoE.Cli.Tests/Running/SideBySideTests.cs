using System.Globalization;
using System.Security.Cryptography;
using NMoE.Cli.Running;
using NMoE.Cli.Tests.StrangeInput;
using NMoE.Federation.Sweeps;
using NMoE.Reporting.Files;
using NMoE.Reporting.Records;
using NMoE.Reporting.Runs;
using Spectre.Console;

namespace NMoE.Cli.Tests.Running;

/// <summary>Experiments of a sweep that run together leave what they leave one after the other.</summary>
[Collection(OneProcess.Name)]
public sealed class SideBySideTests : IDisposable
{
    // The larger models do not fit into the store: those experiments fail.
    private const string Text = """
        experiment { name = pair, clients = 2 }
        data { train-per-client = 20, test-per-client = 10 }
        model.expert = linear
        expert.start = reuse
        extractor { rounds = 2, epochs = 1, batch = 20 }
        gate.rounds = 1
        inference.gates = [fedgate]
        compute.store.max-size = 4 MiB
        """;

    private const string Axes = """

        sweep.axes { model { small { model.extractor = mlp-8 }, large { model.extractor = mlp-512 } }, k { 1 { inference.k = 1 }, 2 { inference.k = 2 } } }
        """;

    private readonly Place _place = new();

    public void Dispose() => _place.Dispose();

    [Fact]
    public void Stopped_and_gone_on_with_four_at_once_leave_the_files_of_one_after_the_other_and_no_job_is_run_twice()
    {
        using var stop = new CancellationTokenSource();
        Assert.ThrowsAny<OperationCanceledException>(() => Go(4, RunWorld.Simulated, line =>
        {
            if (line.Contains("  extractor ", StringComparison.Ordinal))
                stop.Cancel();
        }, stop.Token));
        var finished = Directory.GetFiles(_place.PathOf("store/records"), "*.json", SearchOption.AllDirectories).Length;
        var (together, said) = Go(4);
        var files = TakeFiles();
        Directory.Delete(_place.PathOf("store"), recursive: true);
        var (alone, _) = Go(1);

        Assert.Equal([], TakeFiles().Except(files).Select(file => file.Key));
        Assert.Equal(["large, 1", "large, 2"], together.Result.Failures.Keys.Select(number => string.Join(", ", together.Result.Plan.Points[number].Labels)));
        Assert.Equal(alone.Result.Failures, together.Result.Failures);
        Assert.Equal(alone.Run, finished + together.Run);
        Assert.Contains("4 experiments, 4 at once\n", said, StringComparison.Ordinal);
        Assert.Contains("\n[2/4] ", said, StringComparison.Ordinal);
        Assert.Contains("\nexperiment 3 failed: ", said, StringComparison.Ordinal);
    }

    [Fact]
    public void Rehearsed_ones_have_a_folder_of_their_own_and_no_accuracy()
    {
        var (together, _) = Go(2, RunWorld.Rehearsed, axes: "inference.k=1,2");
        Assert.Empty(together.Result.Failures);
        var folder = Assert.Single(Directory.GetDirectories(_place.PathOf("runs")));
        Assert.EndsWith("-rehearsed", folder, StringComparison.Ordinal);
        Assert.Equal(RunWorld.Rehearsed, RunReader.ReadManifest(folder).World);
        Assert.Equal(2, Directory.GetDirectories(folder, "pair-*" + "-rehearsed").Length);
        Assert.False(Directory.Exists(_place.PathOf("store")));
        string[][] rows = [.. File.ReadAllLines(Path.Combine(folder, "results.csv")).Select(line => line.Split(','))];
        Assert.All(rows[1..], row => Assert.Equal(("", true), (row[Array.IndexOf(rows[0], "accuracy")], double.Parse(row[Array.IndexOf(rows[0], "sentBytes")], CultureInfo.InvariantCulture) > 0)));
    }

    private (FinishedSweep Done, string Said) Go(
        int atOnce, RunWorld world = RunWorld.Simulated, Action<string>? look = null, CancellationToken cancellation = default, params string[] axes)
    {
        using var said = new Lines(look ?? (_ => { }));
        var console = AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(said), Ansi = AnsiSupport.No, Interactive = InteractionSupport.No });
        string[] sets = [FormattableString.Invariant($"sweep.parallel={atOnce}"), $"compute.store.path={_place.PathOf("store")}"];
        var plan = SweepReader.Read("pair.conf", sets, axes, _ => axes.Length == 0 ? Text + Axes : Text);
        return (new SweepRun(plan, _place.PathOf("runs"), console) { World = world }.Go(cancellation), said.ToString());
    }

    /// <summary>Hashes of all files that are functions of the experiments, by their places; the folder is gone then.</summary>
    private Dictionary<string, string> TakeFiles()
    {
        var folder = _place.PathOf("runs");
        var files = Directory.GetFiles(folder, "*", SearchOption.AllDirectories).Where(file => Path.GetFileName(file) != RunFiles.Manifest && !Path.GetFileName(file).StartsWith('.'))
            .ToDictionary(file => Path.GetRelativePath(folder, file), file => Convert.ToHexString(SHA256.HashData(File.ReadAllBytes(file))));
        Directory.Delete(folder, recursive: true);
        return files;
    }

    private sealed class Lines(Action<string> look) : StringWriter(CultureInfo.InvariantCulture)
    {
        public override void WriteLine(string? value)
        {
            base.WriteLine(value);
            look(value ?? "");
        }
    }
}
