using NMoE.Reporting.Canonical;
using NMoE.Reporting.Records;
using NMoE.Reporting.Runs;

namespace NMoE.Reporting.Tests.Runs;

/// <summary>A finished result is never overwritten by another one, and files of one run belong together.</summary>
public sealed class RunFolderSpecs : IDisposable
{
    private const string Name = "quickstart-c0ffee";
    private static readonly RunInputs Inputs = new("code-1", "cifar10 data-1", "probe-1", null);
    private readonly TemporaryFolder _runs = new();

    public void Dispose() => _runs.Dispose();

    [Fact]
    public void A_run_in_progress_writes_apart_and_moves_in_at_its_end()
    {
        using var folder = RunFolder.Take(_runs.Path, Name, Leftovers.Removed);
        folder.Writer.WriteManifest(Manifests.Running());
        Assert.Equal([Name + ".unfinished"], Folders());

        folder.Writer.WriteReport(Samples.FiveClients(), Manifests.Finished(), _ => { });
        Assert.Null(folder.MoveIn());

        Assert.Equal([Name], Folders());
        Assert.Equal(Samples.FiveClients().Rounds, RunReader.Read(_runs[Name]).Rounds.AsEnumerable());
    }

    [Theory]
    [InlineData("cifar10 data-2", "code-1", "probe-1", null, "it is of other data")]
    [InlineData("cifar10 data-1", "code-2", "probe-1", null, "it is of other code")]
    [InlineData("cifar10 data-1", "code-1", "probe-2", null, "it is of other vector units or another libtorch")]
    [InlineData("cifar10 data-1", "code-1", "probe-1", "secret 7", "it is of another secret for noise")]
    [InlineData("cifar10 data-2", "code-2", "probe-1", null, "it is of other data and other code")]
    [InlineData("cifar10 data-1", "code-1", "probe-1", null, "it differs, though data, code and vector units are the same: see nmoe verify")]
    public void Another_result_of_the_configuration_is_put_aside_and_says_what_it_differs_in(string data, string code, string arithmetic, string? noise, string why)
    {
        Run(1, Inputs);

        var before = Run(2, new(code, data, arithmetic, noise));

        Assert.Equal(why, before?.Why);
        Assert.Equal(1, ModelOf(before!.Folder));
        Assert.Equal(2, ModelOf(_runs[Name]));
        Assert.StartsWith(_runs[Name] + ".aside-", before.Folder, StringComparison.Ordinal);
        Assert.Equal(2, Folders().Length);
    }

    [Fact]
    public void The_same_result_takes_its_place_whoever_made_it_and_keeps_what_else_lay_there()
    {
        Run(1, Inputs);
        File.WriteAllText(Path.Combine(_runs[Name], "notes.txt"), "mine");

        Assert.Null(Run(1, Inputs with { Code = "code-2" }));

        Assert.Equal([Name], Folders());
        Assert.Equal("mine", File.ReadAllText(Path.Combine(_runs[Name], "notes.txt")));
        Assert.Equal("code-2", RunReader.ReadManifest(_runs[Name]).Inputs?.Code);
    }

    [Fact]
    public void Results_that_take_turns_fill_no_disk()
    {
        foreach (var model in (byte[])[1, 2, 1, 2, 3, 1])
            Run(model, Inputs with { Data = $"cifar10 {model}" });

        Assert.Equal(3, Folders().Length);
        Assert.Equal([1, 2, 3], Folders().Select(folder => ModelOf(_runs[folder])).Order());
        Assert.Equal(1, ModelOf(_runs[Name]));
    }

    [Theory]
    [InlineData("a run of an older version", "it does not say what it followed from")]
    [InlineData("anything else", "it does not say what it followed from")]
    public void What_tells_nothing_of_itself_is_put_aside(string what, string why)
    {
        Directory.CreateDirectory(_runs[Name]);
        File.WriteAllText(Path.Combine(_runs[Name], "mine"), what);
        if (what == "a run of an older version")
            new RunWriter(_runs[Name]).WriteManifest(Manifests.Finished());

        var before = Run(1, Inputs);

        Assert.Equal((_runs[Name] + ".aside-1", why), (before?.Folder, before?.Why));
        Assert.Equal(what, File.ReadAllText(Path.Combine(before!.Folder, "mine")));
    }

    [Fact]
    public void A_live_run_is_put_aside_for_the_next_one()
    {
        Run(1, Inputs, RunWorld.Live);
        Assert.Equal("an earlier live run", Run(2, Inputs, RunWorld.Live)?.Why);
    }

    [Fact]
    public void A_run_that_is_stopped_leaves_the_finished_one_alone()
    {
        Run(1, Inputs);
        using (var stopped = RunFolder.Take(_runs.Path, Name, Leftovers.Removed))
        {
            stopped.Writer.WriteModel("extractor.safetensors", [2]);
            stopped.Writer.WriteManifest(Manifests.Running());
        }

        Assert.Equal(1, ModelOf(_runs[Name]));
        Assert.Equal([Name, Name + ".unfinished"], Folders());
        Assert.Null(Run(1, Inputs));
        Assert.Equal([Name], Folders());
    }

    [Fact]
    public void A_run_that_was_killed_before_it_could_move_in_moves_in_with_the_next()
    {
        using (var killed = RunFolder.Take(_runs.Path, Name, Leftovers.Removed))
            Write(killed, 1, Inputs, RunWorld.Simulated);
        Assert.Equal([Name + ".unfinished"], Folders());

        var before = Run(2, Inputs with { Data = "cifar10 data-2" });

        Assert.Equal(1, ModelOf(before!.Folder));
    }

    [Fact]
    public void A_second_command_in_one_folder_is_told_who_writes_there()
    {
        using var first = RunFolder.Take(_runs.Path, Name, Leftovers.Removed);

        var refused = Assert.Throws<FolderBusyException>(() => RunFolder.Take(_runs.Path, Name, Leftovers.Removed));

        Assert.StartsWith(
            FormattableString.Invariant($"Another nmoe writes to '{_runs[Name]}' now: process {Environment.ProcessId} on {Environment.MachineName}, since "), refused.Message, StringComparison.Ordinal);
        Assert.EndsWith("Wait for its end, or choose another folder (--out DIR).", refused.Message, StringComparison.Ordinal);
        first.Writer.WriteManifest(Manifests.Running());
        using var elsewhere = RunFolder.Take(_runs.Path, "another", Leftovers.Removed);
    }

    [Theory]
    [InlineData("report.json")]
    [InlineData("timeline.csv")]
    [InlineData("metrics.jsonl")]
    [InlineData("ledger.csv")]
    [InlineData("effective.conf")]
    [InlineData("models/extractor.safetensors")]
    public void Files_of_two_runs_in_one_folder_are_not_drawn(string mixed)
    {
        WriteWith("one", 1);
        WriteWith("other", 2);
        File.Copy(_runs[$"other/{mixed}"], _runs[$"one/{mixed}"], overwrite: true);

        var refused = Assert.Throws<RunUnreadableException>(() => RunReader.Read(_runs["one"]));

        Assert.Contains($"Cannot read '{_runs["one"]}/{mixed}': it is not the file of the run that 'manifest.json' beside it tells of", refused.Message, StringComparison.Ordinal);
        RunReader.Read(_runs["other"]);
    }

    [Fact]
    public void A_table_that_another_run_left_is_not_read()
    {
        WriteWith("one", 1);
        Run(1, Inputs);
        Assert.Empty(RunReader.Read(_runs[Name]).Timeline);
        File.Copy(_runs["one/timeline.csv"], _runs[$"{Name}/timeline.csv"]);

        Assert.Empty(RunReader.Read(_runs[Name]).Timeline);
    }

    private void WriteWith(string folder, int number)
    {
        var writer = new RunWriter(_runs[folder]);
        writer.WriteEffectiveConfig($"seed = {number}\n");
        writer.WriteModel("extractor.safetensors", [(byte)number]);
        var report = Samples.FiveClients() with { Passes = [] };
        report = report with
        {
            Rounds = [report.Rounds[0] with { BytesSoFar = number, TrainLoss = double.NaN, Accuracy = null }],
            Ledger = [report.Ledger[0] with { Sent = number }],
            Timeline = [new("extractor", 1, "client-0", "send", "x", 0, number, 2)],
        };
        writer.WriteReport(report, Manifests.Finished(), _ => { });
    }

    private PutAside? Run(byte model, RunInputs inputs, RunWorld world = RunWorld.Simulated)
    {
        using var folder = RunFolder.Take(_runs.Path, Name, Leftovers.Removed);
        Write(folder, model, inputs, world);
        return folder.MoveIn();
    }

    private static void Write(RunFolder folder, byte model, RunInputs inputs, RunWorld world)
    {
        folder.Writer.WriteEffectiveConfig($"compute.threads = {Guid.NewGuid()}\n");
        folder.Writer.WriteModel("extractor.safetensors", [model]);
        folder.Writer.WriteReport(
            Samples.FiveClients() with { Rounds = [], Passes = [] }, Manifests.Finished() with { Inputs = inputs, World = world, StateHash = StateHash.Of([model]) }, _ => { });
    }

    private static int ModelOf(string folder) => File.ReadAllBytes(Path.Combine(folder, "models", "extractor.safetensors"))[0];

    private string[] Folders() => [.. Directory.GetDirectories(_runs.Path).Select(path => Path.GetFileName(path)).Order(StringComparer.Ordinal)];
}
