using System.Globalization;
using System.Text;
using Akka.Actor;
using Akka.Dispatch;
using Akka.Event;

namespace NMoE.Cluster.Nodes;

/// <summary>
/// Writes what Akka has to say to standard error, since standard output is a command's data: one line an event, of <c>key=value</c> fields. At most <see cref="MostLines"/> lines a second, and as many errors, then their number:
/// a peer that sends nonsense must fill neither the disk nor, as waiting events, the memory.
/// </summary>
internal sealed class NodeLogger : ReceiveActor, IRequiresMessageQueue<ILoggerMessageQueueSemantics>
{
    public const int MostLines = 50;

    private const int MostCharacters = 500;

    private readonly TextWriter _to;
    private readonly TimeProvider _clock;
    private string _node = "";
    private long _second;
    private long _warnings;
    private long _errors;

    public NodeLogger()
        : this(Console.Error, TimeProvider.System)
    {
    }

    public NodeLogger(TextWriter to, TimeProvider clock)
    {
        (_to, _clock) = (to, clock);
        Receive<InitializeLogger>(_ => Sender.Tell(new LoggerInitialized()));
        Receive<LogEvent>(Write);
    }

    /// <summary>One event as one line, whatever is in it: quotes, line ends and control characters are escaped, and what is long is cut.</summary>
    internal static string Line(LogEvent log, string node)
    {
        var cause = log.Cause is null ? "" : $" cause={Quoted($"{log.Cause.GetType().Name}: {log.Cause.Message}")}";
        return string.Create(
            CultureInfo.InvariantCulture,
            $"time={log.Timestamp.ToUniversalTime():yyyy-MM-ddTHH:mm:ss.fffZ} level={Level(log)} node={node} source={Quoted(log.LogSource)} text={Quoted(Convert.ToString(log.Message, CultureInfo.InvariantCulture) ?? "")}{cause}");
    }

    private void Write(LogEvent log)
    {
        var second = _clock.GetUtcNow().ToUnixTimeSeconds();
        if (second != _second)
        {
            LeftOut(_warnings);
            LeftOut(_errors);
            (_second, _warnings, _errors) = (second, 0, 0);
        }

        // Not known while the system starts, which waits for its loggers first.
        if (_node.Length == 0)
            _node = ((ExtendedActorSystem)Context.System).Provider.DefaultAddress?.ToString() ?? "";
        // Errors apart, so that a flood of refusals does not hide what brought a node down.
        ref var lines = ref (log.LogLevel() == LogLevel.ErrorLevel ? ref _errors : ref _warnings);
        if (++lines <= MostLines)
            _to.WriteLine(Line(log, _node));
    }

    private void LeftOut(long lines)
    {
        if (lines > MostLines)
            _to.WriteLine(string.Create(CultureInfo.InvariantCulture, $"level=warning node={_node} text=\"{lines - MostLines} more lines in that second were left out\""));
    }

    private static string Level(LogEvent log) => log.LogLevel() switch
    {
        LogLevel.DebugLevel => "debug",
        LogLevel.InfoLevel => "info",
        LogLevel.WarningLevel => "warning",
        _ => "error",
    };

    private static string Quoted(string text)
    {
        var line = new StringBuilder("\"");
        foreach (var character in text.AsSpan(0, Math.Min(text.Length, MostCharacters)))
        {
            _ = character switch
            {
                '"' or '\\' => line.Append('\\').Append(character),
                '\n' => line.Append("\\n"),
                _ when char.IsControl(character) => line.Append('?'),
                _ => line.Append(character),
            };
        }

        return line.Append(text.Length > MostCharacters ? "...\"" : "\"").ToString();
    }
}
