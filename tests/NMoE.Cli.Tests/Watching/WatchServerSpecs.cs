using System.Collections.Immutable;
using System.Net;
using System.Net.Http.Headers;
using System.Text.Json.Nodes;
using NMoE.Cli.Tests.StrangeInput;
using NMoE.Cli.Watching;
using NMoE.Federation.Records;
using NMoE.Reporting.Records;
using NMoE.Reporting.Runs;
using NMoE.Reporting.Watching;

namespace NMoE.Cli.Tests.Watching;

/// <summary>A page is asked for what browsers ask for, while a run begins, grows, ends and is started again beside it.</summary>
public sealed class WatchServerSpecs : IDisposable
{
    private const string Run = "quick-0123456789ab";
    private readonly Place _place = new();
    private readonly HttpClient _client = new();

    public void Dispose()
    {
        _client.Dispose();
        _place.Dispose();
    }

    [Fact]
    public async Task The_page_grows_with_the_run_and_goes_on_after_its_end_and_its_restart()
    {
        using var begun = Begin();
        await using var server = await Watch(Path.Combine(_place.Path, Run + RunFolder.UnfinishedEnding));
        Assert.Equal(("running", 1), await Seen(server));
        begun.Metrics.Add(Round(2));
        Assert.Equal(("running", 2), await Seen(server));

        Finish(begun);
        Assert.Equal(("finished", 3), await Seen(server));

        using var again = Begin();
        Assert.Equal(("running", 1), await Seen(server));
        again.Folder.Writer.WriteManifest(Manifest(RunStatus.Interrupted));
        Assert.Equal("interrupted", (await Seen(server)).Status);
    }

    /// <summary>One that was killed says nothing, and holds its folder no more.</summary>
    [Fact]
    public async Task A_run_whose_process_is_gone_was_killed()
    {
        var begun = Begin();
        await using var server = await Watch(Path.Combine(_place.Path, Run));
        Assert.Equal("running", (await Seen(server)).Status);
        begun.Dispose();
        Assert.Equal("killed", (await Seen(server)).Status);
    }

    [Theory]
    [InlineData("GET", "", 200)]
    [InlineData("GET", "state", 200)]
    [InlineData("GET", "state?run=../secret", 404)]
    [InlineData("GET", "../", 404)]
    [InlineData("GET", "manifest.json", 404)]
    [InlineData("GET", "state/more", 404)]
    [InlineData("POST", "state", 405)]
    [InlineData("PUT", "", 405)]
    public async Task What_is_not_served_is_not_there(string method, string path, int code)
    {
        using var begun = Begin();
        await using var server = await Watch(Path.Combine(_place.Path, Run));
        using var asked = new HttpRequestMessage(new(method), new Uri(server.Address, path));
        using var answer = await _client.SendAsync(asked);
        Assert.Equal(code, (int)answer.StatusCode);
    }

    [Fact]
    public async Task It_listens_on_the_loopback_address_under_a_token_of_its_own()
    {
        using var begun = Begin();
        await using var server = await Watch(Path.Combine(_place.Path, Run));
        await using var other = await Watch(Path.Combine(_place.Path, Run));
        Assert.Equal("127.0.0.1", server.Address.Host);
        Assert.Matches("^/[0-9a-f]{32}/$", server.Address.AbsolutePath);
        foreach (var path in new[] { "/", "/state", $"/{new string('0', 32)}/state", $"{other.Address.AbsolutePath}state" })
            Assert.Equal(HttpStatusCode.NotFound, (await _client.GetAsync(new Uri(server.Address, path))).StatusCode);
        var page = await _client.GetAsync(server.Address);
        Assert.Contains("default-src 'none'", page.Headers.GetValues("Content-Security-Policy").Single(), StringComparison.Ordinal);
        Assert.DoesNotContain("http://", (await page.Content.ReadAsStringAsync()).Replace("http://www.w3.org/2000/svg", "", StringComparison.Ordinal), StringComparison.Ordinal);
    }

    /// <summary>Twenty pages that know the last version are told so without a body, and without a file being read again.</summary>
    [Fact]
    public async Task Who_knows_the_state_is_sent_nothing()
    {
        using var begun = Begin();
        await using var server = await Watch(Path.Combine(_place.Path, Run));
        var version = (await _client.GetAsync(new Uri(server.Address, "state"))).Headers.ETag!;
        async Task<HttpResponseMessage> Again()
        {
            using var asked = new HttpRequestMessage(HttpMethod.Get, new Uri(server.Address, "state"));
            asked.Headers.IfNoneMatch.Add(EntityTagHeaderValue.Parse(version.ToString()));
            return await _client.SendAsync(asked);
        }

        Assert.All(await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => Again())), answer => Assert.Equal((HttpStatusCode.NotModified, 0L), (answer.StatusCode, answer.Content.Headers.ContentLength ?? 0)));
        begun.Metrics.Add(Round(2));
        Assert.Equal(HttpStatusCode.OK, (await Again()).StatusCode);
    }

    [Fact]
    public async Task A_sweep_is_a_list_of_its_runs_each_with_a_page()
    {
        var sweep = new RunWriter(_place.PathOf("sweep.unfinished"));
        sweep.WriteManifest(Manifest(RunStatus.Running));
        using var first = Begin("sweep.unfinished/a");
        Finish(first);
        using var second = Begin("sweep.unfinished/b");
        await using var server = await Watch(_place.PathOf("sweep"));
        var state = await State(server, "state");
        Assert.Equal("sweep", state["kind"]!.GetValue<string>());
        Assert.Equal([("a", "finished"), ("b.unfinished", "running")], state["runs"]!.AsArray().Select(run => (run!["folder"]!.GetValue<string>(), run["state"]!.GetValue<string>())).Order());
        Assert.Equal((3, 1), ((await State(server, "state?run=a"))["rounds"]!.AsArray().Count, (await State(server, "state?run=b"))["rounds"]!.AsArray().Count));
    }

    [Fact]
    public void A_folder_without_a_run_is_refused() =>
        Assert.Contains("there is no run or sweep", Assert.ThrowsAny<Exception>(() => new WatchedFolder(_place.PathOf("nothing"))).Message, StringComparison.Ordinal);

    private async Task<WatchServer> Watch(string folder)
    {
        var server = new WatchServer(new WatchedFolder(folder), 0);
        await server.Start(CancellationToken.None);
        return server;
    }

    private async Task<JsonObject> State(WatchServer server, string path) => JsonNode.Parse(await _client.GetStringAsync(new Uri(server.Address, path)))!.AsObject();

    private async Task<(string Status, int Rounds)> Seen(WatchServer server)
    {
        var state = await State(server, "state");
        return (state["status"]!.GetValue<string>(), state["rounds"]?.AsArray().Count ?? -1);
    }

    private Begun Begin(string name = Run)
    {
        var folder = RunFolder.Take(Path.GetDirectoryName(_place.PathOf(name))!, Path.GetFileName(name), Leftovers.Removed);
        folder.Writer.WriteManifest(Manifest(RunStatus.Running));
        var metrics = new MetricsSoFar(folder.Unfinished, _ => { });
        metrics.Add(Round(1));
        return new(folder, metrics);
    }

    private static void Finish(Begun begun)
    {
        begun.Metrics.Dispose();
        begun.Folder.Writer.WriteEffectiveConfig("seed = 1 // x\n");
        begun.Folder.Writer.WriteReport(new("quick", [Round(1), Round(2), Round(3)], [], [], []), Manifest(RunStatus.Finished), _ => { });
        begun.Folder.MoveIn();
        begun.Dispose();
    }

    private static RoundRecord Round(int round) => new("extractor", round, round, 100 * round, double.NaN, null, 3);

    private static Manifest Manifest(RunStatus status) => new(
        "quick", "c0ffee", null, null, null, null, null, 1, 5, 12, 3, ImmutableSortedDictionary<string, long>.Empty, ImmutableSortedDictionary<string, long>.Empty,
        new ManifestRun(status, null, new DateTimeOffset(2026, 3, 1, 12, 0, 0, TimeSpan.Zero), 61.5, 2, null, "0.1.0"));

    private sealed record Begun(RunFolder Folder, MetricsSoFar Metrics) : IDisposable
    {
        public void Dispose()
        {
            Metrics.Dispose();
            Folder.Dispose();
        }
    }
}
