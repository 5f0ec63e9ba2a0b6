using System.Text.Json;
using NMoE.Cli.Doctor;
using Spectre.Console;

namespace NMoE.Cli.Tests.Doctor;

public sealed class DoctorReportTests
{
    [Theory]
    [InlineData(FindingLevel.Good, 0)]
    [InlineData(FindingLevel.Advice, 0)]
    [InlineData(FindingLevel.Broken, 1)]
    public void The_exit_code_is_1_only_when_something_is_broken(FindingLevel worst, int exitCode) =>
        Assert.Equal(exitCode, Report(FindingLevel.Good, worst, FindingLevel.Good).ExitCode);

    [Fact]
    public void A_check_that_throws_is_broken_and_stops_no_other()
    {
        var report = DoctorReport.Of([new Throwing(), new MachineCheck(new(2, 8L << 30, "Linux, X64"))]);

        Assert.Equal(new Finding("fonts", FindingLevel.Broken, "The font is torn."), report.Findings[0]);
        Assert.Equal(4, report.Findings.Length);
    }

    [Fact]
    public void A_remedy_stands_below_its_finding() =>
        Assert.Equal(
            ["BROKEN  store: full", "        -> Free some."],
            new DoctorReport([new("store", FindingLevel.Broken, "full", "Free some.")]).Lines());

    [Fact]
    public void Json_says_whether_all_is_well_and_lists_the_findings_in_order()
    {
        using var json = JsonDocument.Parse(Report(FindingLevel.Good, FindingLevel.Broken).Json());

        Assert.False(json.RootElement.GetProperty("well").GetBoolean());
        Assert.Equal(["good", "broken"], json.RootElement.GetProperty("findings").EnumerateArray().Select(finding => finding.GetProperty("level").GetString()));
    }

    [Fact]
    public void Off_a_terminal_the_lines_are_plain()
    {
        using var text = new StringWriter();
        var console = AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(text) });

        DoctorView.Show(new DoctorReport([new("data", FindingLevel.Good, "in [here]")]), console);

        Assert.Equal("ok      data: in [here]" + Environment.NewLine, text.ToString());
    }

    private static DoctorReport Report(params FindingLevel[] levels) => new([.. levels.Select(level => new Finding("x", level, "y"))]);

    private sealed class Throwing : IDoctorCheck
    {
        public string Subject => "fonts";

        public IReadOnlyList<Finding> Look() =>
            throw new TypeInitializationException("Fonts", new InvalidOperationException("The font is torn."));
    }
}
