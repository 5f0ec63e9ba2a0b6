using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace NMoE.Processes.Tests;

/// <summary>Really computed verifications, each run a process of its own.</summary>
public sealed class VerifySpecs : IDisposable
{
    private const string Tiny = """
        experiment { name = tiny, clients = 2 }
        data { train-per-client = 20, test-per-client = 20 }
        extractor { rounds = 1, epochs = 1, batch = 20 }
        expert.epochs = 1
        inference.gates = [rangate]
        """;

    private readonly CommandLine _line = new();

    public void Dispose() => _line.Dispose();

    [Fact]
    public void An_experiment_agrees_with_itself_on_one_thread_and_two_computed_and_remembered()
    {
        var ended = Verify(_line.Write("x.conf", Tiny), "--threads", "1,2", "--json");
        Assert.True(ended.Code == 0, ended.Error);
        using var found = JsonDocument.Parse(ended.Output);
        Assert.True(found.RootElement.GetProperty("equal").GetBoolean());
        var runs = found.RootElement.GetProperty("runs").EnumerateArray().ToArray();
        Assert.Equal([1, 1, 2, 0], runs.Select(run => run.GetProperty("threads").GetInt32()));
        Assert.Single(runs[..3].Select(run => run.GetProperty("hashes").GetProperty("state").GetString()).Distinct());
        Assert.Equal([true, false, true], runs[..3].Select(run => run.GetProperty("jobsRun").GetInt32() > 0));
        Assert.NotEqual(JsonValueKind.Null, runs[3].GetProperty("lacking").ValueKind);
        Assert.Contains("extractor", ended.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void What_the_store_remembers_wrongly_is_found_at_the_first_event_that_it_changes()
    {
        Assert.Equal(0, _line.RunExperiment(Tiny).Code);
        ChooseThePeer(client: 0);

        var ended = Verify(_line.PathOf("x.conf"), "--threads", "1");
        Assert.True(ended.Code == 5, ended.Error);
        Assert.Contains("different: 'as the experiment's store remembers it' is not 'computed anew, 1 thread'.", ended.Output, StringComparison.Ordinal);

        // Client 0's own expert has nothing to answer now, and its job is what is missed first, right after the clients' gates have chosen: the peer's comes in its place.
        var lines = ended.Output.Split('\n');
        var computed = Array.FindIndex(lines, line => line.EndsWith("<- computed anew, 1 thread", StringComparison.Ordinal));
        Assert.Contains("job expert-logits (0 B)", lines[computed], StringComparison.Ordinal);
        Assert.True(At(lines[computed]) < At(lines[computed + 1]), lines[computed + 1]);
        Assert.EndsWith("<- as the experiment's store remembers it", lines[computed + 1], StringComparison.Ordinal);
        Assert.Contains(lines[(computed - 5)..computed], line => line.Contains("job route (0 B)", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("--threads", "2,none", "--threads: '2,none' is no list of numbers of threads. Write whole numbers in 1..1024")]
    [InlineData("--threads", "1025", "'1025' is no list of numbers of threads")]
    [InlineData("--out", ".", "--out: the folder '.' is not empty")]
    public void An_argument_without_sense_is_refused_before_anything_runs(string option, string value, string message)
    {
        var ended = Verify(_line.Write("x.conf", Tiny), option, value);
        Assert.Equal(2, ended.Code);
        Assert.Contains(message, ended.Error, StringComparison.Ordinal);
        Assert.Empty(ended.Output);
    }

    private Ended Verify(string file, params string[] arguments) =>
        _line.RunApart(["verify", file, "--set", $"compute.store.path={_line.PathOf("store")}", .. arguments]);

    /// <summary>The time in a line that begins with an event's number and its time.</summary>
    private static double At(string line) => double.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture);

    /// <summary>Lets the store remember that a client's gate chose its peer for every sample, as if that had been computed.</summary>
    private void ChooseThePeer(int client)
    {
        var changed = 0;
        foreach (var path in Directory.GetFiles(_line.PathOf("store/records"), "*.json", SearchOption.AllDirectories))
        {
            var record = JsonNode.Parse(File.ReadAllText(path))!["record"]!;
            var job = record["Job"]!;
            if ((string?)job["Kind"] == "route" && JsonNode.Parse((string)job["Parameters"]!)!["Client"]!.GetValue<int>() == client)
            {
                var chosen = record["Result"]!["Integers"]!.AsArray();
                record["Result"]!["Integers"] = new JsonArray([.. chosen.Select(_ => JsonValue.Create(1 - client))]);
                var json = record.ToJsonString();
                var checksum = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(json)));
                File.WriteAllText(path, $$"""{"checksum":"{{checksum}}","record":{{json}}}""");
                changed++;
            }
        }

        Assert.Equal(1, changed);
    }
}
