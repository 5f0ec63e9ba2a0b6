using System.Diagnostics;
using System.Text.Json;
using NMoE.Reporting.Runs;

namespace NMoE.Processes.Tests;

/// <summary>A result stays what it is, and each process of a command reads what the command read.</summary>
public sealed class ResultSpecs : IDisposable
{
    private const string Tiny = """
        experiment { name = tiny, clients = 2 }
        data { train-per-client = 20, test-per-client = 20 }
        extractor { rounds = 1, epochs = 1, batch = 20 }
        expert.epochs = 1
        inference.gates = [localgate]
        """;

    private readonly CommandLine _line = new();

    public void Dispose() => _line.Dispose();

    [Fact]
    public void What_other_vector_units_gave_is_put_aside_and_the_command_says_so()
    {
        var file = _line.Write("x.conf", Tiny);
        Assert.Equal(0, _line.RunApart(_line.RunArguments(file)).Code);
        var (place, first) = (Assert.Single(Directory.GetDirectories(_line.PathOf("runs"))), _line.Manifest());

        using var other = _line.Start(
            new() { ["ATEN_CPU_CAPABILITY"] = "default", ["ONEDNN_MAX_CPU_ISA"] = "SSE41", ["MKL_CBWR"] = "COMPATIBLE" }, _line.RunArguments(file));
        var output = other.StandardOutput.ReadToEnd();
        other.WaitForExit();

        Assert.Equal(0, other.ExitCode);
        var aside = Assert.Single(Directory.GetDirectories(_line.PathOf("runs")), folder => folder != place);
        Assert.Contains($"put aside  {aside}: what was there before (it is of other vector units or another libtorch)", output, StringComparison.Ordinal);
        Assert.Equal(first.GetProperty("stateHash").GetString(), RunReader.ReadManifest(aside).StateHash);
        Assert.NotEqual(first.GetProperty("stateHash").GetString(), RunReader.ReadManifest(place).StateHash);
        Assert.Contains(RunReader.ReadManifest(place).Inputs!.Arithmetic, File.ReadAllText(Path.Combine(place, "report.html")), StringComparison.Ordinal);
    }

    [Fact]
    public void Sweeps_of_other_overrides_lie_apart_and_a_folder_in_use_is_refused()
    {
        var file = _line.Write("x.conf", Tiny + "\nevaluation.enabled = off\nsweep.axes.rounds { 1 { extractor.rounds = 1 }, 2 { extractor.rounds = 2 } }");
        string[] Arguments(int seed) =>
            ["sweep", file, "--out", _line.PathOf("runs"), "--set", $"compute.store.path={_line.PathOf("store")}", "--set", FormattableString.Invariant($"seed={seed}")];
        Assert.Equal((0, 0), (_line.Run(Arguments(1)).Code, _line.Run(Arguments(2)).Code));
        var folders = Directory.GetDirectories(_line.PathOf("runs"));
        Assert.Equal(2, folders.Length);
        Assert.All(folders, folder => Assert.True(File.Exists(Path.Combine(folder, "tables.md"))));

        using var used = RunFolder.Take(_line.PathOf("runs"), Path.GetFileName(folders[0]), Leftovers.Kept);
        using var also = RunFolder.Take(_line.PathOf("runs"), Path.GetFileName(folders[1]), Leftovers.Kept);
        var refused = _line.Run(Arguments(1));

        Assert.Equal(4, refused.Code);
        Assert.StartsWith("error: Another nmoe writes to '", refused.Error, StringComparison.Ordinal);
        Assert.Contains(FormattableString.Invariant($"process {Environment.ProcessId} on {Environment.MachineName}, since "), refused.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void A_pipe_is_read_once_and_each_run_of_a_verification_reads_what_the_command_read()
    {
        var file = _line.Write("x.conf", Tiny + "\nevaluation.enabled = off");
        var start = new ProcessStartInfo("bash") { RedirectStandardOutput = true };
        start.ArgumentList.Add("-c");
        start.ArgumentList.Add("exec dotnet \"$0\" verify <(cat \"$1\") --threads 1 --json --set compute.store.path=\"$2\"");
        foreach (var argument in new[] { Path.Combine(AppContext.BaseDirectory, "NMoE.Cli.dll"), file, _line.PathOf("store") })
            start.ArgumentList.Add(argument);
        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();

        Assert.Equal(0, process.ExitCode);
        using var found = JsonDocument.Parse(output);
        Assert.Equal("tiny", found.RootElement.GetProperty("name").GetString());

        // A run of the defaults has another length: five clients, and more rounds.
        Assert.Equal(0, _line.Run(_line.RunArguments(file)).Code);
        Assert.All(
            found.RootElement.GetProperty("runs").EnumerateArray().Where(run => run.GetProperty("lacking").ValueKind == JsonValueKind.Null),
            run => Assert.Equal(_line.Manifest().GetProperty("stateHash").GetString(), run.GetProperty("hashes").GetProperty("state").GetString()));
    }
}
