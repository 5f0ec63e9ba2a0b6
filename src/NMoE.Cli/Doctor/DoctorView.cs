using Spectre.Console;

namespace NMoE.Cli.Doctor;

/// <summary>Shows a report: a table on a terminal, plain lines elsewhere.</summary>
internal static class DoctorView
{
    // Below this the table's cells would be a few letters wide.
    private const int Narrow = 80;

    /// <summary>Writes the report to a console that may or may not be a terminal.</summary>
    public static void Show(DoctorReport report, IAnsiConsole console)
    {
        if (console.Profile.Out.IsTerminal && console.Profile.Width >= Narrow)
        {
            console.Write(Table(report));
            return;
        }

        foreach (var line in report.Lines())
            console.Profile.Out.Writer.WriteLine(line);
    }

    private static Table Table(DoctorReport report)
    {
        var table = new Table().Border(TableBorder.Rounded).AddColumns("", "What", "Found");
        foreach (var finding in report.Findings)
        {
            var colour = finding.Level switch { FindingLevel.Good => "green", FindingLevel.Advice => "yellow", _ => "red" };
            var found = Markup.Escape(finding.Detail) + (finding.Remedy is null ? "" : $"\n[grey]{Markup.Escape(finding.Remedy)}[/]");
            table.AddRow($"[{colour}]{DoctorReport.Word(finding.Level)}[/]", Markup.Escape(finding.Subject), found);
        }

        return table;
    }
}
