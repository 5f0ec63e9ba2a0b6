using System.Globalization;
using System.Text;
using Akka.Actor;
using Akka.Dispatch;
using Akka.Event;

namespace NMoE.Cluster.Nodes;

/// <summary>
/// Writes what Akka has to say to standard error, since standard output is a command's data: one line an event, of <c>key=value</c> fields. <see cref="MostAtOnce"/> warnings and as many errors at once, then
/// one of each every <see cref="Pause"/>, which says how many were left out: a peer that sends nonsense must fill neither the disk nor, as waiting events, the memory.
/// </summary>
internal sealed class NodeLogger : ReceiveActor, IRequiresMessageQueue<ILoggerMessageQueueSemantics>
{
    public const int MostAtOnce = 20;

    /// <summary>Two kinds, a line each: together one a second.</summary>
    public static readonly TimeSpan Pause = TimeSpan.FromSeconds(2);

    private const int MostCharacters = 500;

    private readonly TextWriter _to;
    private readonly TimeProvider _clock;
    private string _node = "";
    private readonly Allowance _warnings = new();

    // Errors apart, so that a flood of refusals does not hide what brought a node down.
    private readonly Allowance _errors = new();

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
        // Not known while the system starts, which waits for its loggers first.
        if (_node.Length == 0)
            _node = ((ExtendedActorSystem)Context.System).Provider.DefaultAddress?.ToString() ?? "";
        var allowance = log.LogLevel() == LogLevel.ErrorLevel ? _errors : _warnings;
        if (allowance.Take(_clock.GetUtcNow()) is { } leftOut)
            _to.WriteLine(Line(log, _node) + (leftOut == 0 ? "" : string.Create(CultureInfo.InvariantCulture, $" left-out={leftOut}")));
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

    /// <summary>How many more lines of one kind may be written.</summary>
    private sealed class Allowance
    {
        private double _lines = MostAtOnce;
        private DateTimeOffset? _at;
        private long _leftOut;

        /// <summary>How many were left out before this one; null where this one is, too.</summary>
        public long? Take(DateTimeOffset now)
        {
            _lines = Math.Min(MostAtOnce, _lines + Math.Max(0, (now - (_at ?? now)) / Pause));
            _at = now;
            if (_lines < 1)
            {
                _leftOut++;
                return null;
            }

            _lines--;
            var leftOut = _leftOut;
            _leftOut = 0;
            return leftOut;
        }
    }
}
