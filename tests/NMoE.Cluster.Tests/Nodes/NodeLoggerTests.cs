using Akka.Actor;
using Akka.Event;
using NMoE.Cluster.Nodes;

namespace NMoE.Cluster.Tests.Nodes;

public sealed class NodeLoggerTests
{
    [Fact]
    public void A_line_is_fields_and_nothing_in_it_breaks_out() => Assert.Matches(
        """^time=\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z level=warning node=akka\.tcp://nmoe@127\.0\.0\.1:1 source="a" text="b \\"c\\" \\\\ \\nlevel=error \?\[31m" cause="InvalidOperationException: why"$""",
        NodeLogger.Line(new Warning(new InvalidOperationException("why"), "a", typeof(string), "b \"c\" \\ \nlevel=error \u001b[31m"), "akka.tcp://nmoe@127.0.0.1:1"));

    [Fact]
    public void A_long_text_is_cut() =>
        Assert.EndsWith(new string('x', 500) + "...\"", NodeLogger.Line(new Warning("a", typeof(string), new string('x', 100_000)), "n"), StringComparison.Ordinal);

    [Fact]
    public async Task A_flood_of_any_length_becomes_a_line_a_second_that_says_how_many_were_left_out()
    {
        using var system = ActorSystem.Create("log");
        using var written = new StringWriter();
        var clock = new SetClock();
        var logger = system.ActorOf(Props.Create(() => new NodeLogger(written, clock)));
        var begun = clock.Now;
        for (var k = 0; k < 60 * 100; k++)
        {
            clock.Now = begun + TimeSpan.FromSeconds(k / 100.0);
            logger.Tell(k % 2 == 0 ? new Warning("a", typeof(string), "flood") : new Error(null, "a", typeof(string), "flood"));
            await logger.Ask<LoggerInitialized>(new InitializeLogger(system.EventStream), NodeGroup.Patience);
        }

        var lines = written.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.InRange(lines.Length, 2 * NodeLogger.MostAtOnce, (2 * NodeLogger.MostAtOnce) + 60);
        Assert.All(new[] { "warning", "error" }, level => Assert.InRange(lines.Count(line => line.Contains($"level={level}", StringComparison.Ordinal)), NodeLogger.MostAtOnce, NodeLogger.MostAtOnce + 30));

        // A hundred a second of one kind in two seconds, but for the one that is written.
        Assert.EndsWith(" left-out=99", lines[^1], StringComparison.Ordinal);
        await system.Terminate();
    }

    private sealed class SetClock : TimeProvider
    {
        public DateTimeOffset Now { get; set; } = DateTimeOffset.UnixEpoch.AddDays(1);

        public override DateTimeOffset GetUtcNow() => Now;
    }
}
