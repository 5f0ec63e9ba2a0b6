using System.Collections.Immutable;
using System.Net;
using System.Text.RegularExpressions;
using NMoE.Federation.Records;
using NMoE.Federation.Sweeps;
using NMoE.Reporting.Records;
using NMoE.Reporting.Runs;
using NMoE.Reporting.Sweeps;

namespace NMoE.Reporting.Tests.Sweeps;

public sealed class SweepPageSpecs
{
    /// <summary>What each label sets is written in the sweep itself.</summary>
    [Theory]
    [InlineData("axes.k { one { inference.k = 1 }, two { inference.k = 2 } }", "k/one/inference.k = 1", "k/two/inference.k = 2")]
    [InlineData(
        "axes { net { near { channel.delay = 5 ms }, far { channel.delay = 50 ms } }, seed { 1 { seed = 1 }, 2 { seed = 2 } } }, repeat = seed",
        "net/near/channel.delay = 5 ms", "net/far/channel.delay = 50 ms", "seed (repeats)/1/seed = 1", "seed (repeats)/2/seed = 2")]
    [InlineData("axes.part { iid { data.partition = iid }, tau { data { partition = non-iid, tau = 0.3 } } }", "part/iid/data.partition = iid", "part/tau/data.partition = non-iid, data.tau = 0.3")]
    public void Each_label_stands_with_the_keys_that_follow_from_it(string axes, params string[] rows) =>
        Assert.Equal(rows, Rows(Page(Result(axes)), "What was swept").Select(row => string.Join('/', row)));

    [Fact]
    public void Each_experiment_stands_with_what_became_of_it_and_leads_to_its_own_page()
    {
        var result = Result("axes.k { 1 { inference.k = 1 }, 2 { inference.k = 2 }, 3 { inference.k = 3 }, 4 { inference.k = 4 } }");
        result = result with
        {
            Reports = result.Reports.SetItem(1, null).SetItem(2, null).SetItem(3, null),
            Halving = new(HalvingMeasure.Accuracy, [new(7, [new([0], 0.9, true), new([3], 0.1, false)])]),
            Failures = ImmutableSortedDictionary<int, string>.Empty.Add(1, "<The> disk is full."),
            Manifests = ImmutableSortedDictionary<int, Manifest>.Empty.Add(0, Manifests.Finished() with { Name = "grid 1", ConfigHash = "0123456789abcdef" }),
        };
        var page = Page(result);
        var rows = Rows(page, "Experiments");
        Assert.Equal(["finished", "failed: <The> disk is full.", "not run yet", "stopped after round 7"], rows.Select(row => row[2]));
        Assert.Contains($"{100 * Samples.TenClients().Passes[0].Accuracy:F2}", rows[0]);
        Assert.Single(Regex.Matches(page, "<a href=\"grid%201-0123456789ab/report.html\">"));
        Assert.Contains("1 of 4 experiments done, 1 failed.", page, StringComparison.Ordinal);
    }

    [Fact]
    public void The_page_leads_to_tables_rows_and_figures_and_loads_nothing()
    {
        using var folder = new TemporaryFolder();
        SweepWriter.Write(Result("axes.k { 1 { inference.k = 1 }, 2 { inference.k = 2 } }, figure { axis = k, title = k }"), new RunWriter(folder.Path), _ => { });
        var page = File.ReadAllText(folder[SweepWriter.Page]);
        var links = Regex.Matches(page, "<a href=\"([^#\"]+)\"").Select(link => link.Groups[1].Value).ToArray();
        Assert.Equal(["tables.md", "results.csv", "results.tex"], links[..3]);
        Assert.NotEmpty(links[3..]);
        Assert.All(links, link => Assert.True(File.Exists(folder[link]), link));
        Assert.All(Regex.Matches(page, "href=\"#([^\"]+)\""), link => Assert.Contains($"id=\"{link.Groups[1].Value}\"", page, StringComparison.Ordinal));
        Assert.DoesNotMatch("src=|<link|<script|@import", page);
    }

    private static SweepResult Result(string axes)
    {
        var plan = SweepReader.Read("x.conf", [], [], _ => $"experiment.name = grid, sweep {{ {axes} }}");
        return new SweepResult(plan, [.. plan.Points.Select(_ => (RunReport?)Samples.TenClients())]);
    }

    private static string Page(SweepResult result) => SweepPage.Render(result, [SweepWriter.Tables], []);

    /// <summary>The cells of the table under a title.</summary>
    private static string[][] Rows(string page, string title)
    {
        var table = page[page.IndexOf($">{title}</h2>", StringComparison.Ordinal)..];
        table = table[..table.IndexOf("</table>", StringComparison.Ordinal)];
        return [.. Regex.Matches(table, "<tr>(<td.*?)</tr>").Select(row => Regex.Matches(row.Value, "<td.*?>(.*?)</td>").Select(cell => WebUtility.HtmlDecode(Regex.Replace(cell.Groups[1].Value, "<.*?>", ""))).ToArray())];
    }
}
