using NMoE.Federation.Records;
using NMoE.Reporting.Records;
using NMoE.Reporting.Runs;

namespace NMoE.Reporting.Tests.Runs;

/// <summary>A folder of runs at a glance, and two runs beside each other.</summary>
public sealed class RunListingSpecs : IDisposable
{
    private readonly TemporaryFolder _runs = new();

    public void Dispose() => _runs.Dispose();

    [Fact]
    public void Each_run_says_how_it_stands_and_what_came_out()
    {
        Finished("a-1", Samples.TenClients(), "");
        new RunWriter(_runs["b-2.unfinished"]).WriteManifest(Manifests.Running());
        using var held = RunFolder.Take(_runs.Path, "c-3", Leftovers.Removed);
        held.Writer.WriteManifest(Manifests.Running());
        new RunWriter(_runs["d-4.unfinished"]).WriteManifest(Manifests.Running() with { Run = Manifests.Running().Run with { Status = RunStatus.Failed, Reason = "no quorum" } });
        Directory.CreateDirectory(_runs["no-run"]);
        Directory.CreateDirectory(_runs["e-5"]);
        File.WriteAllText(Path.Combine(_runs["e-5"], "manifest.json"), "{");

        var runs = RunListing.Of(_runs.Path);

        Assert.Equal(
            ["a-1 finished", "b-2.unfinished killed", "c-3.unfinished running", "d-4.unfinished failed no quorum", "e-5 unreadable"],
            runs.Select(run => $"{run.Folder} {run.State} {(run.State == "unreadable" ? "" : run.Remark)}".TrimEnd()));
        Assert.Equal(("fedgate", "same", Samples.TenClients().Passes[0].Accuracy), (runs[0].Gate, runs[0].Test, runs[0].Accuracy));
        Assert.Contains("70.13  FedGate, same", RunListing.PlainText(runs, 1000), StringComparison.Ordinal);
        Assert.Contains("e-5", runs[4].Remark, StringComparison.Ordinal);
    }

    /// <summary>The sentence was a column, and every list with an interrupted run fell apart into a line a cell at 120 columns.</summary>
    [Fact]
    public void A_run_has_one_line_at_120_columns_and_what_is_to_be_said_of_it_stands_below()
    {
        const string name = "quickstart-0123456789ab.unfinished", why = "it was stopped; the same command goes on from there";
        new RunWriter(_runs[name]).WriteManifest(Manifests.Running() with { Run = Manifests.Running().Run with { Status = RunStatus.Interrupted, Reason = why } });

        var lines = RunListing.PlainText(RunListing.Of(_runs.Path), 120).Split('\n');

        Assert.Single(lines, line => line.StartsWith(name, StringComparison.Ordinal) && line.Contains("interrupted", StringComparison.Ordinal));
        Assert.Equal($"{name}: {why}", lines[^2]);
    }

    [Fact]
    public void A_sweep_counts_its_runs_and_lists_them_from_its_own_folder()
    {
        Finished("sweep-1/one-2", Samples.TenClients(), "");
        Finished("sweep-1/two-3", Samples.FiveClients(), "");
        new RunWriter(_runs["sweep-1"]).WriteManifest(Manifests.Finished());
        Assert.Equal(2, Assert.Single(RunListing.Of(_runs.Path)).Runs);
        Assert.Equal(["one-2", "two-3"], RunListing.Of(_runs["sweep-1"]).Select(run => run.Folder));
    }

    [Fact]
    public void Looking_at_a_run_takes_nothing_from_it()
    {
        using (var held = RunFolder.Take(_runs.Path, "c-3", Leftovers.Removed))
            held.Writer.WriteManifest(Manifests.Running());
        Assert.Equal("killed", Assert.Single(RunListing.Of(_runs.Path)).State);
        RunFolder.Take(_runs.Path, "c-3", Leftovers.Removed).Dispose();
    }

    [Fact]
    public void Two_runs_differ_in_keys_that_either_reads_and_in_numbers()
    {
        Finished("a-1", Samples.TenClients(), "channel.delay = 35 ms  // reference.conf:1\n// channel.loss = 0  // reference.conf:2, not read\ngate.k = 1  // f.conf:1\ncompute.threads = 1  // --set\n");
        var other = Samples.TenClients();
        other = other with { Passes = [other.Passes[0] with { Accuracy = 0.5 }, .. other.Passes.Skip(1)] };
        Finished("b-2", other, "channel.delay = 20 ms  // --set\nchannel.loss = 0.1  // --set\ngate.k = 1  // other.conf:7\ncompute.threads = 2  // --set\n");

        var difference = RunDifference.Of(_runs["a-1"], _runs["b-2"]);

        Assert.Equal([new KeyDifference("channel.delay", "35 ms", "20 ms"), new KeyDifference("channel.loss", null, "0.1")], difference.Keys.AsEnumerable());
        Assert.Equal(new ResultDifference("fedgate, same", "accuracy", Samples.TenClients().Passes[0].Accuracy, 0.5), Assert.Single(difference.Results, row => row.First != row.Second));
        Assert.Contains("Results that differ (1 of ", difference.PlainText(200), StringComparison.Ordinal);
    }

    [Fact]
    public void Equal_runs_are_said_to_be_equal()
    {
        Finished("a-1", Samples.TenClients(), "gate.k = 1  // f.conf:1\n");
        var text = RunDifference.Of(_runs["a-1"], _runs["a-1"]).PlainText(80);
        Assert.Contains("No key differs\n", text, StringComparison.Ordinal);
        Assert.Contains("No result differs", text, StringComparison.Ordinal);
    }

    private void Finished(string name, RunReport report, string keys)
    {
        var writer = new RunWriter(_runs[name]);
        writer.WriteEffectiveConfig(keys);
        writer.WriteReport(report, Manifests.Finished(), _ => { });
    }
}
