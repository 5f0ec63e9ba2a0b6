using System.Text.Json;
using System.Text.RegularExpressions;
using NMoE.Federation.Records;
using NMoE.Reporting.Canonical;
using NMoE.Reporting.Measures;
using NMoE.Reporting.Runs;

namespace NMoE.Reporting.Tests.Canonical;

/// <summary>docs/files.md names every column and member that a run writes, in the section of its file.</summary>
public sealed partial class FilePageSpecs
{
    private static readonly string s_docs = Path.Combine(Top(), "docs");

    [Theory]
    [InlineData(typeof(RoundRecord))]
    [InlineData(typeof(PassRecord))]
    [InlineData(typeof(ComparisonRecord))]
    [InlineData(typeof(PrivacyRecord))]
    [InlineData(typeof(EnergyRecord))]
    [InlineData(typeof(KindRecord))]
    [InlineData(typeof(TargetRecord))]
    [InlineData(typeof(WaitRecord))]
    [InlineData(typeof(UnchoosableRecord))]
    public void Members_of_lines_are_told(Type record) =>
        Told("metrics.jsonl", record.GetProperties().Where(member => member.Name != "EqualityContract").Select(member => JsonNamingPolicy.CamelCase.ConvertName(member.Name)));

    [Fact]
    public void Columns_are_told()
    {
        Told("ledger.csv", CanonicalHeader());
        Told("timeline.csv", SpanFile.Header.Split(','));
        Told("links.csv", LinkFile.Header.Split(','));
        Told("clients.csv", ClientFile.Header.Split(','));
        Told("classes.csv", ClientFile.ClassHeader.Split(','));
        Told("rounds.csv", RoundFile.Header.Split(','));
        Told("energy.csv", EnergyFile.Write([]).TrimEnd('\n').Split(','));
    }

    [Fact]
    public void Numbers_of_a_sweep_are_told()
    {
        var page = File.ReadAllText(Path.Combine(s_docs, "sweeps.md"));
        Assert.All(Measure.OfPass.Select(measure => measure.Name).Concat(Measure.OfRun.Select(measure => measure.Name)), name => Assert.Contains($"`{name}`", page, StringComparison.Ordinal));
    }

    private static string[] CanonicalHeader() => System.Text.Encoding.UTF8.GetString(CanonicalForm.Ledger([])).TrimEnd('\n').Split(',');

    private static void Told(string file, IEnumerable<string> names)
    {
        var section = Section().Matches(File.ReadAllText(Path.Combine(s_docs, "files.md"))).Single(match => match.Groups[1].Value == file).Groups[2].Value;
        Assert.All(names, name => Assert.Contains($"`{name}`", section, StringComparison.Ordinal));
    }

    private static string Top()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder!.FullName, "NMoE.sln")))
            folder = folder.Parent;
        return folder.FullName;
    }

    [GeneratedRegex("^## (\\S+)\n(.*?)(?=^## |\\z)", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex Section();
}
