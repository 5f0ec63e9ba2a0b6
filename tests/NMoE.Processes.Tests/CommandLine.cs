using System.Diagnostics;
using System.Text;
using System.Text.Json;

namespace NMoE.Processes.Tests;

/// <summary>The program in a folder of its own: as a process of its own, or where no process is what a spec is about, in this one, which has no start to wait for.</summary>
internal sealed class CommandLine : IDisposable
{
    private static readonly TimeSpan Patience = Waiting.Longest;
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("nmoe-cli-");

    /// <summary>A run of seconds: two clients, four rounds, all stages.</summary>
    public const string Small = """
        experiment { name = small, clients = 2 }
        data { train-per-client = 60, test-per-client = 20 }
        extractor { rounds = 4, epochs = 1, batch = 20 }
        expert.epochs = 2
        gate.rounds = 2
        """;

    public string PathOf(string name) => Path.Combine(_folder.FullName, name);

    public string Write(string name, string text)
    {
        File.WriteAllText(PathOf(name), text);
        return PathOf(name);
    }

    /// <summary>Starts the program.</summary>
    public Process Start(params string[] arguments) => Start([], arguments);

    /// <summary>Starts the program with variables of its own.</summary>
    public Process Start(Dictionary<string, string> environment, string[] arguments) => StartAt(AppContext.BaseDirectory, environment, arguments);

    /// <summary>Starts the program that lies in a folder.</summary>
    public Process StartAt(string program, Dictionary<string, string> environment, string[] arguments)
    {
        // Who runs the tests may ignore signals, as nohup does, and processes take that over: each is as at the start.
        var start = new ProcessStartInfo("env")
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = _folder.FullName,
        };
        foreach (var argument in (string[])["--default-signal", "dotnet", Path.Combine(program, arguments[0] == "bench" ? "NMoE.Bench.dll" : "NMoE.Cli.dll"), .. arguments])
            start.ArgumentList.Add(argument);
        foreach (var (name, value) in environment)
            start.Environment[name] = value;
        return Process.Start(start) ?? throw new InvalidOperationException("dotnet did not start.");
    }

    /// <summary>Runs the program to its end, in this process.</summary>
    public Ended Run(params string[] arguments)
    {
        var ended = InProcess.Run(_folder.FullName, arguments);
        return ended with { Error = ended.Error.Trim() };
    }

    /// <summary>Runs the program to its end as a process of its own: it starts others, or what it is started with or loaded from matters.</summary>
    public Ended RunApart(params string[] arguments) => RunApart([], arguments);

    /// <summary>Likewise, with variables of its own.</summary>
    public Ended RunApart(Dictionary<string, string> environment, string[] arguments)
    {
        using var process = Start(environment, arguments);
        var error = new StringBuilder();
        process.ErrorDataReceived += (_, line) => error.AppendLine(line.Data);
        process.BeginErrorReadLine();
        var output = process.StandardOutput.ReadToEnd();
        if (!process.WaitForExit(Patience))
        {
            process.Kill(entireProcessTree: true);
            throw new TimeoutException($"nmoe {string.Join(' ', arguments)} did not end.");
        }

        process.WaitForExit();
        return new(process.ExitCode, output, error.ToString().Trim());
    }

    /// <summary>Runs an experiment file with the store and the runs of this folder.</summary>
    public Ended RunExperiment(string text, params string[] sets) => Run(RunArguments(Write("x.conf", text), sets));

    public string[] RunArguments(string file, params string[] sets) =>
    [
        "run", file, "--out", PathOf("runs"), "--set", $"compute.store.path={PathOf("store")}",
        .. sets.SelectMany(set => new[] { "--set", set }),
    ];

    /// <summary>The manifest of the one run that there is.</summary>
    public JsonElement Manifest()
    {
        var folder = Assert.Single(Directory.GetDirectories(PathOf("runs")));
        using var document = JsonDocument.Parse(File.ReadAllText(Path.Combine(folder, "manifest.json")));
        return document.RootElement.Clone();
    }

    /// <summary>Jobs of a kind that the manifest's process computed.</summary>
    public static long JobsRun(JsonElement manifest, string kind) =>
        manifest.GetProperty("jobsRunByKind").TryGetProperty(kind, out var jobs) ? jobs.GetInt64() : 0;

    /// <summary>Starts the run and kills it, with no chance to clean up, once this process has finished a job of the kind.</summary>
    public void KillAfter(string kind, string file)
    {
        using var process = Start(RunArguments(file));
        process.OutputDataReceived += (_, _) => { };
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        try
        {
            var patience = DateTime.UtcNow + Patience;
            while (!process.HasExited && !HasRun(kind))
            {
                Assert.True(DateTime.UtcNow < patience, $"No '{kind}' job ended.");
                Thread.Sleep(5);
            }
        }
        finally
        {
            process.Kill(entireProcessTree: true);
            process.WaitForExit();
        }
    }

    private bool HasRun(string kind)
    {
        try
        {
            return Directory.Exists(PathOf("runs")) && Directory.GetDirectories(PathOf("runs")).Length > 0 && JobsRun(Manifest(), kind) > 0;
        }
        catch (Exception e) when (e is IOException or JsonException or KeyNotFoundException)
        {
            return false;
        }
    }

    public void Dispose() => _folder.Delete(recursive: true);
}
