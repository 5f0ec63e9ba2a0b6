using System.Diagnostics;
using Xunit.Abstractions;

namespace NMoE.Processes.Tests;

/// <summary>python/nmoe.py and its notebook read a run; where Python has no pandas the test says so and compares nothing.</summary>
public sealed class PandasSpecs(ITestOutputHelper output) : IDisposable
{
    private const int NoPandas = 77;
    private readonly CommandLine _line = new();

    public void Dispose() => _line.Dispose();

    [Fact]
    public async Task Pandas_reads_a_run_and_the_cells_of_the_notebook_go()
    {
        const string Python = "/usr/bin/python3";
        if (!File.Exists(Python))
        {
            output.WriteLine("python3 is not installed here: nothing was compared.");
            return;
        }

        Assert.Equal(0, _line.RunExperiment(CommandLine.Small).Code);
        var run = Assert.Single(Directory.GetDirectories(_line.PathOf("runs")));
        using var python = Process.Start(new ProcessStartInfo(Python, ["-B", Path.Combine(Top(), "python", "test_nmoe.py"), run]) { RedirectStandardOutput = true, RedirectStandardError = true })!;
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

    private static string Top()
    {
        var folder = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(folder, "NMoE.sln")))
            folder = Path.GetDirectoryName(folder)!;
        return folder;
    }
}
