using System.Security.Cryptography;
using System.Text.Json;
using NMoE.Reporting.Canonical;
using NMoE.Reporting.Records;
using NMoE.Reporting.Runs;

namespace NMoE.Reporting.Tests.Runs;

public class RunDirectorySpecs
{
    [Fact]
    public void A_finished_run_leaves_every_file_of_its_folder_and_nothing_else()
    {
        using var folder = new TemporaryFolder();
        var writer = new RunWriter(folder["run"]);

        writer.WriteEffectiveConfig("seed = 1\n");
        writer.WriteModel("extractor.safetensors", [1, 2, 3]);
        writer.WriteReport(Samples.FiveClients(), Manifests.Finished(), _ => { });
        writer.WriteManifest(Manifests.Finished());

        Assert.Equal(
            ["effective.conf", "figures", "ledger.csv", "manifest.json", "metrics.jsonl", "models", "report.html", "report.json"],
            Directory.GetFileSystemEntries(folder["run"]).Select(Path.GetFileName).Order(StringComparer.Ordinal));
        Assert.Equal([1, 2, 3], File.ReadAllBytes(Path.Combine(folder["run"], "models", "extractor.safetensors")));
    }

    [Fact]
    public void A_report_reads_back_as_it_was_written()
    {
        using var folder = new TemporaryFolder();
        var report = Samples.TenClients();
        new RunWriter(folder.Path).WriteReport(report, Manifests.Finished(), _ => { });

        var read = RunReader.Read(folder.Path);

        Assert.Equal(report.Name, read.Name);
        Assert.Equal(report.Rounds, read.Rounds.AsEnumerable());
        Assert.Equal(report.Comparisons, read.Comparisons.AsEnumerable());
        Assert.Equal(report.Ledger, read.Ledger.AsEnumerable());
        Assert.Equal(report.Passes.Select(pass => pass.Gate), read.Passes.Select(pass => pass.Gate));
        Assert.Equal(report.Passes[3].Routing[7].AsEnumerable(), read.Passes[3].Routing[7]);
        Assert.Null(read.Passes[3].MacroF1);
        Assert.Equal(CanonicalForm.Metrics(report), CanonicalForm.Metrics(read));
    }

    [Fact]
    public void A_loss_that_diverged_reads_back()
    {
        using var folder = new TemporaryFolder();
        var report = Samples.FiveClients();
        report = report with { Rounds = [report.Rounds[0] with { TrainLoss = double.NaN }] };
        new RunWriter(folder.Path).WriteReport(report, Manifests.Finished(), _ => { });

        Assert.True(double.IsNaN(RunReader.Read(folder.Path).Rounds[0].TrainLoss));
    }

    [Fact]
    public void Files_of_metrics_and_ledger_have_the_hashes_of_the_manifest()
    {
        using var folder = new TemporaryFolder();
        var report = Samples.TenClients();
        new RunWriter(folder.Path).WriteReport(report, Manifests.Finished(), _ => { });

        Assert.Equal(StateHash.Of(CanonicalForm.Metrics(report)), Sha256(folder["metrics.jsonl"]));
        Assert.Equal(StateHash.Of(CanonicalForm.Ledger(report.Ledger)), Sha256(folder["ledger.csv"]));
    }

    [Fact]
    public void Scripts_find_hashes_and_counts_of_jobs_at_the_top_of_the_manifest()
    {
        using var folder = new TemporaryFolder();
        new RunWriter(folder.Path).WriteManifest(Manifests.Finished());

        using var json = JsonDocument.Parse(File.ReadAllText(folder["manifest.json"]));
        var root = json.RootElement;

        Assert.Equal(
            [
                "name", "configHash", "stateHash", "traceHash", "modelHash", "metricsHash", "ledgerHash", "virtualSeconds", "events",
                "jobsRun", "jobsRemembered", "jobsRunByKind", "jobsRememberedByKind", "run",
            ],
            root.EnumerateObject().Select(member => member.Name));
        Assert.Equal("c0ffee", root.GetProperty("configHash").GetString());
        Assert.Equal(12, root.GetProperty("jobsRun").GetInt64());
        Assert.Equal(10, root.GetProperty("jobsRunByKind").GetProperty("train").GetInt64());
        Assert.Equal("finished", root.GetProperty("run").GetProperty("status").GetString());
        Assert.Equal("2026-03-01T12:00:00+00:00", root.GetProperty("run").GetProperty("startedUtc").GetString());
    }

    [Fact]
    public void A_manifest_is_rewritten_and_reads_back()
    {
        using var folder = new TemporaryFolder();
        var writer = new RunWriter(folder.Path);
        writer.WriteManifest(Manifests.Running());
        Assert.Null(RunReader.ReadManifest(folder.Path).StateHash);

        writer.WriteManifest(Manifests.Finished());

        var read = RunReader.ReadManifest(folder.Path);
        Assert.Equal(RunStatus.Finished, read.Run.Status);
        Assert.Equal(10, read.JobsRunByKind["train"]);
        Assert.Equal(["manifest.json"], Directory.GetFileSystemEntries(folder.Path).Select(Path.GetFileName));
    }

    [Fact]
    public void What_a_killed_process_left_beside_a_file_is_overwritten()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder[".manifest.json.tmp"], "{ \"name\": half");

        new RunWriter(folder.Path).WriteManifest(Manifests.Finished());

        Assert.Equal(["manifest.json"], Directory.GetFileSystemEntries(folder.Path).Select(Path.GetFileName));
    }

    [Fact]
    public void A_folder_that_cannot_be_made_is_refused_at_once_with_its_path()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder["taken"], "a file");

        var error = Assert.Throws<OutputNotWritableException>(() => new RunWriter(Path.Combine(folder["taken"], "run")));

        Assert.Contains(Path.Combine(folder["taken"], "run"), error.Message);
        Assert.Contains("--out DIR", error.Message);
        Assert.Equal("a file", File.ReadAllText(folder["taken"]));
    }

    [Fact]
    public void A_file_that_cannot_be_replaced_leaves_nothing_half_written()
    {
        using var folder = new TemporaryFolder();
        var writer = new RunWriter(folder.Path);
        Directory.CreateDirectory(folder["manifest.json"]);

        var error = Assert.Throws<OutputNotWritableException>(() => writer.WriteManifest(Manifests.Finished()));

        Assert.Equal(folder["manifest.json"], error.Path);
        Assert.Empty(Directory.GetFiles(folder.Path));
    }

    [Fact]
    public void A_full_disk_is_reported_and_keeps_what_was_there()
    {
        if (!OperatingSystem.IsLinux())
            return;
        using var folder = new TemporaryFolder();
        var writer = new RunWriter(folder.Path);
        writer.WriteEffectiveConfig("seed = 1\n");
        // Whatever is written beside the file goes to the device that is always full.
        File.CreateSymbolicLink(folder[".effective.conf.tmp"], "/dev/full");

        var error = Assert.Throws<OutputNotWritableException>(() => writer.WriteEffectiveConfig("seed = 2\n"));

        Assert.Contains("No space left on device", error.Message);
        Assert.Contains(folder["effective.conf"], error.Message);
        Assert.Equal("seed = 1\n", File.ReadAllText(folder["effective.conf"]));
        Assert.Equal(["effective.conf"], Directory.GetFileSystemEntries(folder.Path).Select(Path.GetFileName));
    }

    [Theory]
    [InlineData("../extractor.safetensors")]
    [InlineData("a/b")]
    [InlineData(".hidden")]
    [InlineData("")]
    public void A_model_is_not_written_outside_its_folder(string name)
    {
        using var folder = new TemporaryFolder();

        Assert.Throws<UnusableNameException>(() => new RunWriter(folder.Path).WriteModel(name, [1]));
        Assert.Empty(Directory.GetFileSystemEntries(folder.Path));
    }

    [Fact]
    public void A_folder_that_is_not_there_is_named()
    {
        var error = Assert.Throws<RunUnreadableException>(() => RunReader.Read("runs/never-was"));

        Assert.Equal("Cannot read 'runs/never-was': there is no such folder. Name a folder like runs/NAME-HASH.", error.Message);
    }

    [Theory]
    [InlineData(RunStatus.Running, "running")]
    [InlineData(RunStatus.Interrupted, "interrupted")]
    [InlineData(RunStatus.Failed, "failed")]
    public void A_run_that_has_not_finished_is_refused(RunStatus status, string says)
    {
        using var folder = new TemporaryFolder();
        var running = Manifests.Running();
        new RunWriter(folder.Path).WriteManifest(running with { Run = running.Run with { Status = status } });

        var error = Assert.Throws<RunUnreadableException>(() => RunReader.Read(folder.Path));

        Assert.Equal(
            $"Cannot read '{folder.Path}': the run is unfinished: 'manifest.json' says {says}. Wait for its end, or start it again: the same command goes on from there. Until then nmoe plot draws its rounds so far.",
            error.Message);
    }

    [Theory]
    [InlineData("\"run\": {", "\"surprise\": {}, \"run\": {", "surprise")]
    [InlineData("\"events\": 5,", "", "events")]
    [InlineData("\"events\": 5", "\"events\": \"five\"", "events")]
    [InlineData("\"finished\"", "\"done\"", "status")]
    [InlineData("{", "", "line 2")]
    public void A_malformed_manifest_is_refused_with_its_line(string whole, string broken, string named)
    {
        using var folder = new TemporaryFolder();
        new RunWriter(folder.Path).WriteManifest(Manifests.Finished());
        var text = File.ReadAllText(folder["manifest.json"]);
        var at = text.IndexOf(whole, StringComparison.Ordinal);
        File.WriteAllText(folder["manifest.json"], text[..at] + broken + text[(at + whole.Length)..]);

        var error = Assert.Throws<RunUnreadableException>(() => RunReader.ReadManifest(folder.Path));

        Assert.Contains(folder["manifest.json"], error.Message);
        Assert.Contains(named, error.Message);
        Assert.Contains("line ", error.Message);
    }

    [Fact]
    public void A_routing_that_is_not_square_is_refused()
    {
        using var folder = new TemporaryFolder();
        var report = Samples.FiveClients();
        var ragged = report.Passes[0].Routing.SetItem(2, [0.5, 0.5]);
        new RunWriter(folder.Path).WriteReport(report with { Passes = [] }, Manifests.Finished(), _ => { });
        var text = JsonSerializer.Serialize(
            report with { Passes = [report.Passes[0] with { Routing = ragged }] }, JsonSerializerOptions.Web);
        File.WriteAllText(folder["report.json"], text);

        var error = Assert.Throws<RunUnreadableException>(() => RunReader.Read(folder.Path));

        Assert.Contains("pass 1 (fedgate, iid): routing is not a square matrix", error.Message);
    }

    private static string Sha256(string path) => Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(path)));
}
