using System.Collections.Immutable;
using System.Text.Json;
using NMoE.Federation.Records;
using NMoE.Reporting.Files;

namespace NMoE.Reporting.Canonical;

/// <summary>A report as <c>report.json</c>.</summary>
internal static class ReportJson
{
    /// <summary>Writes the report as JSON, which of many clients is longer than a string can be. A pass without routing has an empty one.</summary>
    public static void Write(Stream stream, RunReport report)
    {
        JsonSerializer.Serialize(stream, report with { Passes = [.. report.Passes.Select(WithRouting)] }, RunJson.Indented);
        stream.WriteByte((byte)'\n');
    }

    /// <summary>The same pass, with an array where none was set.</summary>
    public static PassRecord WithRouting(PassRecord pass) =>
        pass.Routing.IsDefault ? pass with { Routing = ImmutableArray<ImmutableArray<double>>.Empty } : pass;
}
