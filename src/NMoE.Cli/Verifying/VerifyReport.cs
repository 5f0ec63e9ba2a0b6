using System.Collections.Immutable;
using System.Text.Json;
using NMoE.Simulation.Tracing;

namespace NMoE.Cli.Verifying;

/// <summary>What a verification found.</summary>
/// <param name="Name">The experiment's name.</param>
/// <param name="ConfigHash">Hash of its configuration.</param>
/// <param name="Runs">The runs; each was compared with the first.</param>
internal sealed record VerifyReport(string Name, string ConfigHash, ImmutableArray<VerifiedOne> Runs)
{
    private const int ShownDigits = 16;
    private static readonly JsonSerializerOptions Readable = new()
    {
        WriteIndented = true,
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    /// <summary>Whether all runs agree.</summary>
    public bool IsEqual => Runs.All(run => run.Difference is null);

    /// <summary>A line a run, and what differs or that nothing does.</summary>
    public IEnumerable<string> Lines()
    {
        var width = Runs.Max(run => run.Title.Length);
        foreach (var (title, facts, _, _) in Runs)
        {
            yield return FormattableString.Invariant(
                $"{title.PadRight(width)}  {facts.Hashes?.State[..ShownDigits] ?? new string('-', ShownDigits)}  {facts.Events,8} events  {Jobs(facts)}");
        }

        yield return "";
        if (IsEqual)
        {
            yield return FormattableString.Invariant(
                $"equal: {Runs.Count(run => run.Facts.Hashes is not null)} runs have the state hash {Runs[0].Facts.Hashes!.State}.");
        }

        foreach (var line in Runs.Where(run => run.Difference is not null).SelectMany(run => Differing(run)))
        {
            yield return line;
        }
    }

    /// <summary>An object with <c>equal</c>, <c>name</c>, <c>configHash</c> and <c>runs</c>, each with its hashes, counts and <c>difference</c>.</summary>
    public string Json() => JsonSerializer.Serialize(
        new
        {
            Equal = IsEqual,
            Name,
            ConfigHash,
            Runs = Runs.Select(run => new
            {
                run.Title,
                run.Facts.Threads,
                run.Facts.Hashes,
                run.Facts.Events,
                run.Facts.JobsRun,
                run.Facts.JobsRemembered,
                run.Facts.Lacking,
                Difference = run.Difference is { } found
                    ? new { Trace = Trace(found.Trace), found.Models, found.Metrics, found.Ledger }
                    : null,
            }),
        },
        Readable);

    private static string Jobs(RunFacts facts) => facts.Lacking is { } kind
        ? FormattableString.Invariant($"{facts.JobsRemembered} jobs remembered; ended at a job '{kind}' that is not, compared up to there")
        : FormattableString.Invariant($"{facts.JobsRun} jobs run, {facts.JobsRemembered} remembered");

    private IEnumerable<string> Differing(VerifiedOne run)
    {
        var (title, facts, found, _) = run;
        yield return $"different: '{title}' is not '{Runs[0].Title}'.";
        if (found!.Trace is { } trace)
        {
            yield return FormattableString.Invariant($"  trace: event {trace.Number} is the first that differs, after");
            foreach (var (index, before) in trace.Before.Index())
            {
                yield return FormattableString.Invariant($"    {trace.Number - trace.Before.Length + index,9}  {before}");
            }

            yield return FormattableString.Invariant($"    {trace.Number,9}  {trace.First?.ToString() ?? "(the trace has ended)"}   <- {Runs[0].Title}");
            yield return FormattableString.Invariant($"    {trace.Number,9}  {trace.Second?.ToString() ?? "(the trace has ended)"}   <- {title}");
        }
        else
        {
            yield return "  trace: equal";
        }

        if (facts.Hashes is null)
        {
            yield break;
        }

        yield return found.Models.IsEmpty ? "  models: equal" : "  models: " + string.Join("; ", found.Models.Select(Model));
        foreach (var line in FileLines("metrics", found.Metrics).Concat(FileLines("ledger", found.Ledger)))
        {
            yield return line;
        }
    }

    private static string Model(ModelDifference model) =>
        $"{model.Name} {model.First?[..ShownDigits] ?? "(none)"} / {model.Second?[..ShownDigits] ?? "(none)"}";

    private static IEnumerable<string> FileLines(string part, LineDifference? found) => found is null
        ? [$"  {part}: equal"]
        :
        [
            FormattableString.Invariant($"  {part}: line {found.Number} is the first that differs"),
            $"    {found.First ?? "(the file has ended)"}",
            $"    {found.Second ?? "(the file has ended)"}",
        ];

    private static object? Trace(TraceDifference? trace) => trace is null
        ? null
        : new { trace.Number, First = Event(trace.First), Second = Event(trace.Second), Before = trace.Before.Select(before => Event(before)) };

    private static object? Event(TracedEvent? traced) => traced is { } happened
        ? new { happened.At.Ticks, Time = happened.At.ToString(), happened.From, happened.To, happened.Kind, happened.Bytes }
        : null;
}
