using System.Diagnostics;
using System.Globalization;
using System.Text.Json;

namespace NMoE.Processes.Tests;

/// <summary>INT, TERM and HUP alike stop every long command: with its code, a true last line, and nothing of it left running.</summary>
public sealed class SignalSpecs : IDisposable
{
    private readonly CommandLine _line = new();

    /// <summary>A signal, its code, and how the last line begins.</summary>
    private static readonly (string Name, int Code, string Words)[] s_signals = [("INT", 130, "Interrupted."), ("TERM", 143, "Stopped by SIGTERM."), ("HUP", 129, "Stopped by SIGHUP.")];

    /// <summary>A command, what it writes once it works, what is true when it was stopped, and the signals that it is sent: one place listens for all of them, for every command.</summary>
    private static readonly (string Command, string Begun, string Left, string[] Signals)[] s_commands =
    [
        ("run", "extractor", "What is done is kept; the same command goes on from there.", ["INT", "TERM", "HUP"]),
        ("sweep", "extractor", "What is done is kept; the same command goes on from there.", ["HUP"]),
        ("verify", "extractor", "Nothing was kept; the same command begins anew.", ["TERM"]),
        ("bench blobs", "%", "Nothing was kept; the same command begins anew.", ["INT"]),
    ];

    public static TheoryData<string, string, string, int, string> Stops { get; } = Table();

    public void Dispose() => _line.Dispose();

    [Theory]
    [MemberData(nameof(Stops))]
    public void A_signal_stops_a_command(string command, string begun, string signal, int code, string last)
    {
        using var process = _line.Start(Arguments(command));
        var written = Watch(process);
        written.WaitFor(begun, process);

        Kill(signal, process.Id);

        Assert.True(process.WaitForExit(Waiting.Longest));
        process.WaitForExit();
        Assert.Equal(code, process.ExitCode);
        Assert.Equal(last, written.Errors.Trim().Split('\n')[^1]);
        Assert.Empty(ChildrenOf(process.Id));
        if (command == "run")
        {
            Assert.Equal("interrupted", _line.Manifest().GetProperty("run").GetProperty("status").GetString());
        }
    }

    [Fact]
    public void A_child_of_verify_ends_with_it_even_when_it_is_killed()
    {
        using var process = _line.Start(Arguments("verify"));
        Watch(process).WaitFor("extractor", process);
        var child = Assert.Single(ChildrenOf(process.Id));

        process.Kill();
        process.WaitForExit();

        Assert.True(SpinWait.SpinUntil(() => !Directory.Exists($"/proc/{child}"), Waiting.Longest));
    }

    [Fact]
    public void A_search_that_is_stopped_reports_the_seeds_that_have_run()
    {
        using var process = _line.Start("fuzz", _line.Write("x.conf", CommandLine.Small), "--seeds", "1000000000", "--threads", "1", "--json");
        var written = Watch(process);
        // It says nothing before its end, so that it is stopped where it may be: from the listening on, each place is right. TERM is caught by the runtime
        // from its own start on; HUP is the last that a command listens for.
        Assert.True(SpinWait.SpinUntil(() => Catches(process.Id, signal: 1), Waiting.Longest));

        Kill("TERM", process.Id);

        Assert.True(process.WaitForExit(Waiting.Longest));
        process.WaitForExit();
        Assert.Equal(143, process.ExitCode);
        Assert.Equal("Stopped by SIGTERM. The seeds above have run; the same command begins anew.", written.Errors.Trim());
        using var report = JsonDocument.Parse(written.Output);
        Assert.Equal(JsonValueKind.Object, report.RootElement.ValueKind);
    }

    private static TheoryData<string, string, string, int, string> Table()
    {
        var table = new TheoryData<string, string, string, int, string>();
        foreach (var (command, begun, left, signals) in s_commands)
        {
            foreach (var (signal, code, words) in s_signals.Where(signal => signals.Contains(signal.Name)))
                table.Add(command, begun, signal, code, $"{words} {left}");
        }

        return table;
    }

    private string[] Arguments(string command) => command switch
    {
        "bench blobs" => ["bench", "blobs", "--rounds", "60", "--megabytes", "45"],
        "sweep" => ["sweep", _line.Write("s.conf", Endless + "\nsweep.axes.seed { 1 { seed = 1 }, 2 { seed = 2 } }"), .. Places],
        "verify" => ["verify", _line.Write("x.conf", Endless), "--threads", "1", .. Places[2..]],
        _ => [command, _line.Write("x.conf", Endless), .. Places],
    };

    private string[] Places => ["--out", _line.PathOf("runs"), "--set", $"compute.store.path={_line.PathOf("store")}"];

    /// <summary>Rounds that take much longer than it takes to stop them.</summary>
    private static string Endless => CommandLine.Small.Replace("rounds = 4, epochs = 1", "rounds = 60, epochs = 3", StringComparison.Ordinal);

    private static Written Watch(Process process)
    {
        var written = new Written();
        process.OutputDataReceived += (_, line) => written.Add(line.Data, toErrors: false);
        process.ErrorDataReceived += (_, line) => written.Add(line.Data, toErrors: true);
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        return written;
    }

    private static void Kill(string signal, int process)
    {
        using var kill = Process.Start("kill", ["-" + signal, process.ToString(CultureInfo.InvariantCulture)]);
        kill.WaitForExit();
    }

    private static int[] ChildrenOf(int process) =>
    [
        .. Directory.GetDirectories("/proc").Select(Path.GetFileName).Where(name => name!.All(char.IsAsciiDigit)).Select(name => int.Parse(name!, CultureInfo.InvariantCulture))
            .Where(other => ParentOf(other) == process),
    ];

    private static int ParentOf(int process)
    {
        try
        {
            var stat = File.ReadAllText($"/proc/{process}/stat");
            return int.Parse(stat[(stat.LastIndexOf(')') + 2)..].Split(' ')[1], CultureInfo.InvariantCulture);
        }
        catch (IOException)
        {
            return 0;
        }
    }

    private static bool Catches(int process, int signal)
    {
        var mask = File.ReadLines($"/proc/{process}/status").First(line => line.StartsWith("SigCgt:", StringComparison.Ordinal)).Split('\t')[1];
        return (ulong.Parse(mask, NumberStyles.HexNumber, CultureInfo.InvariantCulture) >> (signal - 1) & 1) == 1;
    }

    /// <summary>What a process writes, as it comes.</summary>
    private sealed class Written
    {
        private readonly Lock _lock = new();
        private readonly System.Text.StringBuilder _output = new();
        private readonly System.Text.StringBuilder _errors = new();

        public string Output => Text(_output);

        public string Errors => Text(_errors);

        public void Add(string? line, bool toErrors)
        {
            lock (_lock)
            {
                (toErrors ? _errors : _output).AppendLine(line);
            }
        }

        public void WaitFor(string text, Process process)
        {
            SpinWait.SpinUntil(() => (Output + Errors).Contains(text, StringComparison.Ordinal) || process.HasExited, Waiting.Longest);
            Assert.True(!process.HasExited, $"It ended before '{text}' came: {Output} {Errors}");
        }

        private string Text(System.Text.StringBuilder text)
        {
            lock (_lock)
            {
                return text.ToString();
            }
        }
    }
}
