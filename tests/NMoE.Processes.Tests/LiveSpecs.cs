using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text.Json;

namespace NMoE.Processes.Tests;

/// <summary>Live runs as processes of their own, on loopback ports that are free.</summary>
public sealed class LiveSpecs : IDisposable
{
    private const string Quick = CommandLine.Small + "\nchannel.profile = ideal\nsupervision { patience = 3 s, max-silence = 20 }\ncompute.threads = 1\ninference.gates = [localgate]";
    private static readonly TimeSpan Patience = Waiting.Longest;
    private readonly CommandLine _line = new();

    public void Dispose() => _line.Dispose();

    [Fact]
    public void A_live_run_leaves_what_a_simulated_one_does_and_its_rounds_beside_it()
    {
        var file = _line.Write("x.conf", Quick);
        var live = _line.RunApart("live", file, "--out", _line.PathOf("runs"), "--listen", $"127.0.0.1:{FreePort()}");
        Assert.True(live.Code == 0, live.Error);
        Assert.Contains("The run has ended.", live.Output, StringComparison.Ordinal);
        var measured = Assert.Single(Directory.GetDirectories(_line.PathOf("runs"), "*-live"));
        Assert.Equal(
            ["clients.csv", "effective.conf", "ledger.csv", "manifest.json", "metrics.jsonl", "report.html", "report.json", "rounds.csv"],
            Directory.GetFiles(measured).Select(Path.GetFileName).Order(StringComparer.Ordinal));
        Assert.Equal(1 + 4, File.ReadAllLines(Path.Combine(measured, "rounds.csv")).Length);
        Assert.EndsWith("-live", measured, StringComparison.Ordinal);

        Assert.Equal(0, _line.RunApart(_line.RunArguments(file)).Code);
        var predicted = Assert.Single(Directory.GetDirectories(_line.PathOf("runs")), folder => !folder.StartsWith(measured, StringComparison.Ordinal));
        var compared = _line.Run("compare", predicted, measured, "--json", "--out", _line.PathOf("figures"));

        Assert.Equal(0, compared.Code);
        using var checks = JsonDocument.Parse(compared.Output);
        Assert.Equal(4, checks.RootElement[0].GetProperty("rounds").GetArrayLength());
        Assert.Equal(["predicted-measured.pdf", "predicted-measured.png", "predicted-measured.svg"], Directory.GetFiles(_line.PathOf("figures")).Select(Path.GetFileName).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void A_node_on_one_processor_runs_to_the_end_without_a_wait_for_what_was_lost_at_the_start()
    {
        var file = _line.Write("x.conf", Quick + "\nsupervision { patience = 1 h, max-silence = 20 }");
        using var node = _line.Start(new() { ["DOTNET_PROCESSOR_COUNT"] = "1" }, ["live", file, "--out", _line.PathOf("runs"), "--listen", $"127.0.0.1:{FreePort()}"]);
        using var running = new RunningNode(node);
        Assert.Equal(0, running.EndCode());
        Assert.Contains("The run has ended.", running.Lines);
        var rounds = File.ReadAllLines(Path.Combine(Assert.Single(Directory.GetDirectories(_line.PathOf("runs"), "*-live")), "rounds.csv"));
        Assert.All(rounds[1..], round => Assert.InRange(long.Parse(round.Split(',')[4], CultureInfo.InvariantCulture), 1, long.MaxValue));
    }

    [Fact]
    public void A_node_that_waits_says_for_whom_answers_how_it_stands_and_gives_up()
    {
        var port = FreePort();
        using var node = new RunningNode(_line.Start(
        [
            "live", _line.Write("x.conf", Quick), "--out", _line.PathOf("runs"), "--nodes", "2", "--listen", $"localhost:{port}", "--patience", "30 s",
        ]));
        node.Expect($"waiting: 1 of 2 nodes here (127.0.0.1:{port}), 1 missing, for ");

        var status = _line.Run("status", "--join", $"127.0.1.1:{port}");
        Assert.True(status.Code == 0, status.Error);
        Assert.StartsWith("experiment small, stage waiting for 2 nodes, t = 0.0 s\nmember     127.0.0.1:", status.Output, StringComparison.Ordinal);

        Assert.Equal(1, node.EndCode());
        Assert.Contains(node.Lines, line => line.StartsWith($"error: The run did not begin: 1 of 2 nodes here (127.0.0.1:{port}), 1 missing, and 30 s are over (--patience).", StringComparison.Ordinal));
    }

    [Fact]
    public void When_the_servers_process_is_killed_the_next_node_goes_on_and_no_round_is_lost()
    {
        var file = _line.Write("x.conf", Quick + "\nextractor.rounds = 6");
        var first = FreePort();
        using var servers = Node(file, first, null);
        using var one = Node(file, FreePort(), first);
        using var other = Node(file, FreePort(), first);
        servers.Expect("extractor round 2:");

        servers.Kill();

        Assert.Equal((0, 0), (one.EndCode(), other.EndCode()));
        var leader = Assert.Single(new[] { one, other }, node => node.Lines.Contains("The run has ended."));
        Assert.Equal(
            Enumerable.Range(1, 6).Select(round => $"extractor round {round}:"),
            leader.Lines.Where(line => line.Contains("extractor round", StringComparison.Ordinal)).Select(line => line[line.IndexOf("extractor", StringComparison.Ordinal)..(line.IndexOf(':', StringComparison.Ordinal) + 1)]));
    }

    [Fact]
    public void A_calibration_is_a_device_that_an_experiment_includes()
    {
        var file = _line.Write("x.conf", CommandLine.Small);
        var measured = _line.Run("calibrate", file, "--repeats", "1");
        Assert.Equal((0, ""), (measured.Code, measured.Error));
        _line.Write("this-machine.conf", measured.Output);

        var used = _line.Run("config", _line.Write("y.conf", "include \"this-machine.conf\"\n" + CommandLine.Small));

        Assert.Equal((0, ""), (used.Code, used.Error));
        var line = used.Output.Split('\n').Single(text => text.StartsWith("device.compute = ", StringComparison.Ordinal));
        Assert.Contains("this-machine.conf", line, StringComparison.Ordinal);
        Assert.InRange(double.Parse(line.Split(' ')[2], CultureInfo.InvariantCulture), double.Epsilon, double.MaxValue);
    }

    [Theory]
    [InlineData(2, "channel.loss cannot be had in a live run: lost packets are not made live.", "live", "x.conf", "--set", "channel.profile=lossy")]
    [InlineData(2, "--listen: 'here' is no address of a run. Write HOST:PORT, as in 127.0.0.1:4000.", "live", "x.conf", "--listen", "here")]
    [InlineData(2, "--nodes: '0' is not possible. Write a whole number in 1..1024.", "live", "x.conf", "--nodes", "0")]
    [InlineData(2, "--threads: 3 clients cannot train at the same time. The experiment has 2: give 1 to 2.", "calibrate", "x.conf", "--threads", "3")]
    [InlineData(2, "RUN: 1 folders are no pairs.", "compare", "runs/a")]
    [InlineData(4, "Cannot read 'runs/a': there is no such folder.", "compare", "runs/a", "runs/b")]
    public void What_makes_no_sense_is_refused(int code, string message, params string[] arguments)
    {
        _line.Write("x.conf", CommandLine.Small);

        var ended = _line.Run(arguments);

        Assert.Equal(code, ended.Code);
        Assert.StartsWith("error: " + message, ended.Error, StringComparison.Ordinal);
    }

    private RunningNode Node(string file, int port, int? join) => new(_line.Start(
    [
        "live", file, "--out", _line.PathOf("runs"), "--nodes", "3", "--listen", $"127.0.0.1:{port}",
        .. join is { } seed ? ["--join", $"127.0.0.1:{seed}"] : Array.Empty<string>(),
    ]));

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    private sealed class RunningNode : IDisposable
    {
        private readonly Process _process;
        private readonly BlockingCollection<string> _new = [];
        private readonly ConcurrentQueue<string> _lines = new();

        public RunningNode(Process process)
        {
            _process = process;
            process.OutputDataReceived += (_, line) => Add(line.Data);
            process.ErrorDataReceived += (_, line) => Add(line.Data);
            process.BeginOutputReadLine();
            process.BeginErrorReadLine();
        }

        public IEnumerable<string> Lines => _lines;

        public void Expect(string text)
        {
            using var limit = new CancellationTokenSource(Patience);
            Assert.Contains(_new.GetConsumingEnumerable(limit.Token), line => line.Contains(text, StringComparison.Ordinal));
        }

        public void Kill() => _process.Kill(entireProcessTree: true);

        public int EndCode()
        {
            Assert.True(_process.WaitForExit(Patience), "A node did not end: " + string.Join('\n', _lines));
            _process.WaitForExit();
            return _process.ExitCode;
        }

        public void Dispose()
        {
            if (!_process.HasExited)
            {
                Kill();
            }

            _process.WaitForExit();
            _process.Dispose();
            _new.Dispose();
        }

        private void Add(string? line)
        {
            if (line is not null)
            {
                _lines.Enqueue(line);
                _new.Add(line);
            }
        }
    }
}
