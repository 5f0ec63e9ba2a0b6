using System.Diagnostics;
using System.Text;
using NMoE.Reporting.Canonical;
using NMoE.Reporting.Files;
using NMoE.Reporting.Runs;
using Xunit.Abstractions;

namespace NMoE.Reporting.Tests.Exports;

/// <summary>python/nmoe.py and its notebook read a run; where Python has no pandas the test says so and compares nothing.</summary>
public sealed class PandasSpecs(ITestOutputHelper output) : IDisposable
{
    private const int NoPandas = 77;
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Pandas_reads_a_run_and_the_cells_of_the_notebook_go()
    {
        var start = new ProcessStartInfo("/usr/bin/python3", ["-B", Path.Combine(Top(), "python", "test_nmoe.py"), Run()]) { RedirectStandardOutput = true, RedirectStandardError = true };
        if (!File.Exists(start.FileName))
        {
            output.WriteLine("python3 is not installed here: nothing was compared.");
            return;
        }

        using var python = Process.Start(start)!;
        var error = python.StandardError.ReadToEndAsync();
        var printed = await python.StandardOutput.ReadToEndAsync();
        await python.WaitForExitAsync();
        if (python.ExitCode == NoPandas)
        {
            output.WriteLine("python3 has no pandas here: nothing was compared.");
            return;
        }

        Assert.Equal((0, "well\n", ""), (python.ExitCode, printed, await error));
    }

    private string Run()
    {
        var (report, run) = (Samples.Watched(), _folder["quickstart-0123456789ab"]);
        var writer = new RunWriter(run);
        writer.WriteText(RunFiles.Metrics, Encoding.UTF8.GetString(CanonicalForm.Metrics(report)));
        writer.WriteText(RunFiles.Ledger, Encoding.UTF8.GetString(CanonicalForm.Ledger(report.Ledger)));
        writer.WriteText(RunFiles.Timeline, SpanFile.Write(report.Timeline));
        writer.WriteText(RunFiles.Links, LinkFile.Write(report.Links));
        writer.WriteEffectiveConfig("seed = 1  // reference.conf:1\nextractor.rounds = 7  // x.conf:2\n");
        writer.WriteManifest(Manifests.Finished());
        return run;
    }

    private static string Top()
    {
        var folder = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(folder, "NMoE.sln")))
            folder = Path.GetDirectoryName(folder)!;
        return folder;
    }
}
