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
    public async Task A_flood_becomes_fifty_lines_a_second_and_a_count()
    {
        using var system = ActorSystem.Create("log");
        using var written = new StringWriter();
        var clock = new SetClock();
        var logger = system.ActorOf(Props.Create(() => new NodeLogger(written, clock)));
        for (var k = 0; k < 10_000; k++)
            logger.Tell(new Warning("a", typeof(string), "flood"));
        await logger.Ask<LoggerInitialized>(new InitializeLogger(system.EventStream), NodeGroup.Patience);
        clock.Now += TimeSpan.FromSeconds(1);
        logger.Tell(new Warning("a", typeof(string), "after"));
        await logger.Ask<LoggerInitialized>(new InitializeLogger(system.EventStream), NodeGroup.Patience);

        var lines = written.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(52, lines.Length);
        Assert.Contains("9950 more lines in that second were left out", lines[50], StringComparison.Ordinal);
        Assert.Contains("after", lines[51], StringComparison.Ordinal);
        await system.Terminate();
    }

    private sealed class SetClock : TimeProvider
    {
        public DateTimeOffset Now { get; set; } = DateTimeOffset.UnixEpoch.AddDays(1);

        public override DateTimeOffset GetUtcNow() => Now;
    }
}
