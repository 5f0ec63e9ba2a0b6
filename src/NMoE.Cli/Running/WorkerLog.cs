using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using NMoE.Cluster.Work;

namespace NMoE.Cli.Running;

/// <summary>What happens to a worker, a line each: for people, or as JSON for programs.</summary>
internal abstract class WorkerLog
{
    private readonly Lock _writing = new();

    /// <summary>Lines for people.</summary>
    public static WorkerLog ForPeople(TextWriter to) => new Plain(to);

    /// <summary>JSON lines: <c>{"at":..,"event":..,"text":..}</c>, and of a job its <c>job</c>, <c>kind</c> and <c>seconds</c>.</summary>
    public static WorkerLog ForPrograms(TextWriter to) => new Json(to);

    /// <summary>Writes one. From any thread.</summary>
    public void Write(WorkerNews news)
    {
        lock (_writing)
        {
            Write(news, DateTimeOffset.UtcNow);
        }
    }

    /// <summary>Writes one that happened at a time.</summary>
    protected abstract void Write(WorkerNews news, DateTimeOffset at);

    private sealed class Plain(TextWriter to) : WorkerLog
    {
        protected override void Write(WorkerNews news, DateTimeOffset at)
        {
            var time = news.Seconds is { } seconds ? FormattableString.Invariant($" in {seconds:F2} s") : "";
            to.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{at:HH\\:mm\\:ss}  {news.Text}{time}"));
            to.Flush();
        }
    }

    private sealed class Json(TextWriter to) : WorkerLog
    {
        private static readonly JsonSerializerOptions s_options = new(JsonSerializerDefaults.Web) { DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull };

        protected override void Write(WorkerNews news, DateTimeOffset at)
        {
            to.WriteLine(JsonSerializer.Serialize(
                new Line(at.ToString("O", CultureInfo.InvariantCulture), JsonNamingPolicy.KebabCaseLower.ConvertName(news.What.ToString()), news.Text, news.Job, news.Kind, news.Seconds),
                s_options));
            to.Flush();
        }

        private sealed record Line(string At, string Event, string Text, string? Job, string? Kind, double? Seconds);
    }
}
