using System.Globalization;
using System.Text.Json;
using NMoE.Federation.Fuzzing;
using NMoE.Federation.Roles;
using NMoE.Federation.Settings;
using Spectre.Console;

namespace NMoE.Cli.Fuzzing;

/// <summary>Says what a search found.</summary>
/// <param name="file">The experiment file, for commands that replay.</param>
/// <param name="sets">Its overrides.</param>
internal sealed class FuzzReport(string file, IReadOnlyList<string> sets)
{
    /// <summary>From so many seeds on, a fault that met no role in some state is a failure of the search.</summary>
    public const long SeedsForCoverage = 10_000;

    private const int TableWidth = 150;
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true, PropertyNamingPolicy = JsonNamingPolicy.CamelCase };

    /// <summary>Whether all invariants held, and enough seeds met every state with every fault.</summary>
    public static bool IsSound(CampaignResult result) => result.Found.IsEmpty && (result.Cases < SeedsForCoverage || result.Coverage.Empty.IsEmpty);

    /// <summary>Each seed in which an invariant did not hold, its replay, and the faults that it takes.</summary>
    public IEnumerable<string> Failures(CampaignResult result) => result.Found.SelectMany(Failure);

    /// <summary>One seed, as it was drawn and as it ended.</summary>
    public IEnumerable<string> Replayed(FuzzResult whole, FuzzResult shrunk)
    {
        yield return Text($"seed {whole.Case.Seed}: {Experiment(whole.Case.Plan.Settings)}{Sizes(whole.Case.Plan.Deal)}");
        foreach (var fault in whole.Case.Sentences)
        {
            yield return "  " + fault;
        }

        yield return Text($"  {whole.Events} events, over at {whole.End}, trace {whole.TraceHash}");
        yield return whole.Violation is null ? "  all invariants held; it ended " + (whole.Reason is null ? "with a result" : "without a result: " + whole.Reason) : "";
        foreach (var line in whole.Violation is null ? [] : Failure((whole, shrunk)))
        {
            yield return line;
        }
    }

    /// <summary>Why runs ended without a result, the most frequent first.</summary>
    public static IEnumerable<string> Reasons(CampaignResult result)
    {
        return result.Reasons.OrderByDescending(reason => reason.Value).ThenBy(reason => reason.Key, StringComparer.Ordinal)
            .Select(reason => Text($"{reason.Value,7} x {reason.Key}"));
    }

    /// <summary>Counts and rate.</summary>
    public static string Summary(CampaignResult result)
    {
        var rate = result.Cases / Math.Max(result.Elapsed.TotalSeconds, 1e-3);
        return Text($"{result.Cases} seeds in {result.Elapsed.TotalSeconds:F1} s ({rate:F1} a second), {result.Events} events; ")
            + Text($"{result.Results} ended with a result, {result.Cases - result.Results - result.Found.Length} with a reason, {result.Found.Length} with a violation.");
    }

    /// <summary>Which fault met which state of which role, and how often.</summary>
    public static void ShowCoverage(CampaignResult result, IAnsiConsole console)
    {
        console.Profile.Width = Math.Max(console.Profile.Width, TableWidth);
        var table = new Table().Border(TableBorder.Ascii).AddColumn("State of a role");
        foreach (var fault in Coverage.Faults)
        {
            table.AddColumn(new TableColumn(Text($"{fault}").ToLowerInvariant()).RightAligned());
        }

        foreach (var state in RoleStates.All)
        {
            table.AddRow([Text($"{state.Role}: {state.Name}"), .. Coverage.Faults.Select(fault =>
                Coverage.Impossible(fault, state) is null ? Text($"{result.Coverage.Of(fault, state)}") : "-")]);
        }

        console.Write(table);
    }

    /// <summary>Cells of the table that are empty.</summary>
    public static IEnumerable<string> Uncovered(CampaignResult result) =>
        result.Coverage.Empty.Select(cell => Text($"no seed met '{cell.State.Role}: {cell.State.Name}' with {cell.Fault.ToString().ToLowerInvariant()}"));

    /// <summary>All of it for programs.</summary>
    public string Json(CampaignResult result)
    {
        return JsonSerializer.Serialize(
            new
            {
                CaseKeys.Kept,
                CaseKeys.Own,
                Seeds = result.Cases,
                result.Results,
                result.Events,
                result.Reasons,
                Seconds = result.Elapsed.TotalSeconds,
                Sound = IsSound(result),
                Violations = result.Found.Select(item => new
                {
                    item.Whole.Case.Seed,
                    item.Whole.Violation!.Invariant,
                    item.Whole.Violation.What,
                    At = item.Whole.Violation.At.Seconds,
                    Replay = Replay(item.Whole.Case.Seed),
                    Faults = item.Shrunk.Case.Sentences,
                }),
                Coverage = from state in RoleStates.All
                           from fault in Coverage.Faults
                           select new { state.Role, State = state.Name, Fault = fault.ToString().ToLowerInvariant(), Times = result.Coverage.Of(fault, state), Impossible = Coverage.Impossible(fault, state) },
            },
            Indented);
    }

    private IEnumerable<string> Failure((FuzzResult Whole, FuzzResult Shrunk) item)
    {
        var (whole, shrunk) = item;
        yield return Text($"seed {whole.Case.Seed} violates {whole.Violation!.Invariant} at {whole.Violation.At}: {whole.Violation.What}");
        yield return "  replay: " + Replay(whole.Case.Seed);
        var faults = shrunk.Case.Sentences;
        yield return faults.IsEmpty ? "  it takes no fault" : Text($"  it takes {faults.Length} of {whole.Case.Sentences.Length} faults:");
        foreach (var fault in faults)
        {
            yield return "    " + fault;
        }
    }

    private string Replay(ulong seed) => Text($"nmoe fuzz {Quoted(file)}{string.Concat(sets.Select(set => " --set " + Quoted(set)))} --seed {seed}");

    /// <summary>As a shell reads it: what is more than a plain word stands in single quotes.</summary>
    private static string Quoted(string word) => word.Length > 0 && word.All(letter => char.IsAsciiLetterOrDigit(letter) || "-_./=:,+@%".Contains(letter))
        ? word
        : "'" + word.Replace("'", "'\\''", StringComparison.Ordinal) + "'";

    private static string Experiment(ExperimentSettings settings)
    {
        var (stage, cohort) = (settings.Extractor, settings.Extractor.Cohort);
        return Text($"{settings.Experiment.Clients} clients, {stage.Method} by {stage.Algorithm}, {stage.Rounds} rounds, {settings.Model.Norm} norms, {stage.Head} head, {cohort.Aggregation} aggregation, ")
            + Text($"participation {cohort.Participation}, over-commit {cohort.OverCommit}, late {cohort.Late}, gates {string.Join("+", settings.Inference.Gates)}, ")
            + Text($"k {settings.Inference.K}, retries {settings.Inference.Retries}, alternatives {settings.Inference.Alternatives}, latents {settings.Latent.Precision}, delay {settings.Channel.Delay.Value.TotalMilliseconds} ms");
    }

    /// <summary>How many training pictures clients have, where they have not as many.</summary>
    private static string Sizes(Deal deal) => deal.ClientNumbers.Select(deal.Rows).ToArray() is var rows && rows.Min() < rows.Max() ? $", pictures {string.Join("+", rows)}" : "";

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
