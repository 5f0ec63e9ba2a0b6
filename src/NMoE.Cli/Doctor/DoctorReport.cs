using System.Collections.Immutable;
using System.Text.Json;

namespace NMoE.Cli.Doctor;

/// <summary>All findings, in order of the checks.</summary>
/// <param name="Findings">The findings.</param>
internal sealed record DoctorReport(ImmutableArray<Finding> Findings)
{
    private static readonly JsonSerializerOptions Readable = new()
    {
        WriteIndented = true,
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    /// <summary>Whether experiments can run.</summary>
    public bool IsWell => Findings.All(finding => finding.Level != FindingLevel.Broken);

    /// <summary>0 when all is well, 1 when something that experiments need is missing.</summary>
    public int ExitCode => IsWell ? 0 : 1;

    /// <summary>Runs all checks; one that throws is a broken finding and stops no other.</summary>
    public static DoctorReport Of(IEnumerable<IDoctorCheck> checks) => new([.. checks.SelectMany(Look)]);

    /// <summary>One line a finding, with its remedy below it.</summary>
    public IEnumerable<string> Lines()
    {
        foreach (var finding in Findings)
        {
            yield return $"{Word(finding.Level),-6}  {finding.Subject}: {finding.Detail}";
            if (finding.Remedy is not null)
                yield return $"        -> {finding.Remedy}";
        }
    }

    /// <summary>An object with <c>well</c> and <c>findings</c>, each with <c>subject</c>, <c>level</c>, <c>detail</c> and <c>remedy</c>.</summary>
    public string Json() => JsonSerializer.Serialize(new { Well = IsWell, Findings }, Readable);

    /// <summary>A level as printed.</summary>
    public static string Word(FindingLevel level) => level switch
    {
        FindingLevel.Good => "ok",
        FindingLevel.Advice => "note",
        _ => "BROKEN",
    };

    private static IReadOnlyList<Finding> Look(IDoctorCheck check)
    {
        try
        {
            return check.Look();
        }
#pragma warning disable CA1031 // Whatever a machine's defect throws is what the doctor is asked about.
        catch (Exception error)
#pragma warning restore CA1031
        {
            return [new(check.Subject, FindingLevel.Broken, error.GetBaseException().Message)];
        }
    }
}
