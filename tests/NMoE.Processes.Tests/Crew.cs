using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;

namespace NMoE.Processes.Tests;

/// <summary>A run and its workers, each a process of its own on this machine. Whatever becomes of a test, none is left behind.</summary>
internal sealed class Crew : IDisposable
{
    public static readonly TimeSpan Patience = Waiting.Longest;
    private readonly List<Member> _members = [];
    private int _workers;

    public Crew() => Port = FreePort();

    public CommandLine Line { get; } = new();

    public int Port { get; }

    public string Place => At(Port);

    /// <summary>Starts the run of <c>x.conf</c>, or goes on with it.</summary>
    public Member Run(string text, params string[] more) => RunAt(Port, text, more);

    /// <summary>Starts it at another port than the crew's.</summary>
    public Member RunAt(int port, string text, params string[] more) =>
        Add([.. Line.RunArguments(Line.Write("x.conf", text)), "--cluster", At(port), .. more], null);

    /// <summary>Keys of the jobs that the run's store remembers now.</summary>
    public string[] Recorded() => Directory.Exists(Records)
        ? [.. Directory.EnumerateFiles(Records, "*.json", SearchOption.AllDirectories).Select(file => Path.GetFileNameWithoutExtension(file))]
        : [];

    private string Records => Path.Combine(Line.PathOf("store"), "records");

    /// <summary>Starts a worker with a store of its own.</summary>
    public Member Worker(Dictionary<string, string>? environment = null) => Worker(Port, environment, []);

    /// <summary>Starts one that joins at another port than the crew's.</summary>
    public Member WorkerOf(int port, params string[] more) => Worker(port, null, more);

    /// <summary>Starts one that ended again: the same command, with the same store.</summary>
    public Member Again(Member ended) => Add(ended.Arguments, null);

    private static string At(int port) => string.Create(CultureInfo.InvariantCulture, $"127.0.0.1:{port}");

    private Member Worker(int port, Dictionary<string, string>? environment, string[] more) => Add(
        ["worker", "--join", At(port), "--threads", "1", "--json", "--store", Line.PathOf($"worker-{_workers++}"), .. more], environment);

    private Member Add(string[] arguments, Dictionary<string, string>? environment)
    {
        var member = new Member(Line.Start(environment ?? [], arguments), arguments);
        _members.Add(member);
        return member;
    }

    public void Dispose()
    {
        foreach (var member in _members)
            member.Dispose();
        Line.Dispose();
    }

    public static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}

/// <summary>One process of a crew, and what it says.</summary>
internal sealed class Member : IDisposable
{
    private readonly Process _process;
    private readonly ConcurrentQueue<string> _lines = new();
    private readonly StringBuilder _errors = new();

    public Member(Process process, string[] arguments)
    {
        (_process, Arguments) = (process, arguments);
        process.OutputDataReceived += (_, line) => _lines.Enqueue(line.Data ?? "");
        process.ErrorDataReceived += (_, line) =>
        {
            lock (_errors)
                _errors.AppendLine(line.Data);
        };
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
    }

    /// <summary>What it was started with.</summary>
    public string[] Arguments { get; }

    public bool HasEnded => _process.HasExited;

    public string Errors
    {
        get
        {
            lock (_errors)
                return _errors.ToString();
        }
    }

    public string[] Lines => [.. _lines];

    /// <summary>What a worker logged: event, key of its job, kind, and whether the job's function ran.</summary>
    public (string Event, string? Job, string? Kind, bool Ran)[] Events => [.. _lines.Where(line => line.StartsWith('{')).Select(Read)];

    /// <summary>Keys of the jobs that it ran after it had been admitted more often than so many times.</summary>
    public IEnumerable<string> RanAfter(int admitted)
    {
        var times = 0;
        foreach (var (happened, job, _, ran) in Events)
        {
            times += happened == "admitted" ? 1 : 0;
            if (ran && times > admitted)
                yield return job!;
        }
    }

    public int Count(string happened) => Events.Count(item => item.Event == happened);

    /// <summary>Waits until something has happened.</summary>
    public void Until(Func<Member, bool> done, string what)
    {
        var late = DateTime.UtcNow + Crew.Patience;
        while (!done(this))
        {
            Assert.True(DateTime.UtcNow < late && !_process.HasExited, $"Not seen: {what}. Said:\n{string.Join('\n', Lines.TakeLast(30))}\n{Errors}");
            Thread.Sleep(2);
        }
    }

    public Ended End()
    {
        if (!_process.WaitForExit(Crew.Patience))
            Assert.Fail($"It did not end. Said:\n{string.Join('\n', Lines.TakeLast(30))}\n{Errors}");
        _process.WaitForExit();
        return new(_process.ExitCode, string.Join('\n', Lines), Errors.Trim());
    }

    /// <summary>SIGKILL: no chance to say anything.</summary>
    public void Kill()
    {
        _process.Kill(entireProcessTree: true);
        _process.WaitForExit();
    }

    /// <summary>A signal by its name: STOP freezes, CONT goes on, TERM asks to end.</summary>
    public void Signal(string name)
    {
        using var kill = Process.Start("/bin/sh", ["-c", string.Create(CultureInfo.InvariantCulture, $"kill -{name} {_process.Id}")]);
        kill.WaitForExit();
    }

    public void Dispose()
    {
        if (!_process.HasExited)
            Kill();
        _process.Dispose();
    }

    private static (string Event, string? Job, string? Kind, bool Ran) Read(string line)
    {
        using var json = JsonDocument.Parse(line);
        string? Text(string name) => json.RootElement.TryGetProperty(name, out var value) ? value.GetString() : null;
        return (Text("event")!, Text("job"), Text("kind"), json.RootElement.TryGetProperty("seconds", out _));
    }
}
