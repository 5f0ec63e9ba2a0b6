using NMoE.Reporting.Files;
using NMoE.Reporting.Records;
using NMoE.Reporting.Runs;

namespace NMoE.Reporting.Tests.Pages;

public class ReportPageSpecs
{
    [Fact]
    public void Everything_from_the_run_is_escaped()
    {
        var report = Samples.FiveClients();
        var page = Render(report with
        {
            Name = "<script>alert('x')</script>",
            Ledger = [report.Ledger[0] with { Kind = "a<b>&\"c\"" }],
        });

        Assert.DoesNotContain("<script", page);
        Assert.Contains("<h1>&lt;script&gt;alert(&#39;x&#39;)&lt;/script&gt;</h1>", page);
        Assert.Contains("<td data-head=\"Kind\">a&lt;b&gt;&amp;&quot;c&quot;</td>", page);
    }

    [Fact]
    public void The_page_holds_tables_and_figures_and_loads_nothing()
    {
        var page = Render(Samples.TenClients());

        Assert.Contains("<td data-head=\"Gate\">FedGate</td>", page);
        Assert.Contains("<code>5ea1</code>", page);
        Assert.Contains("Accuracy of each gate on each test set.", page);
        Assert.Equal(16, page.Split("<svg ").Length - 1);
        Assert.DoesNotContain("src=", page);
        Assert.DoesNotContain("<link", page);
        Assert.DoesNotContain("<script", page);
        Assert.DoesNotContain("@import", page);
    }

    [Fact]
    public void Equal_runs_have_equal_pages_whatever_the_hour()
    {
        var later = Manifests.Finished();
        later = later with { Run = later.Run with { WallSeconds = 999, Threads = 1, StartedUtc = DateTimeOffset.UnixEpoch } };

        Assert.Equal(Render(Samples.FiveClients(), Manifests.Finished()), Render(Samples.FiveClients(), later));
    }

    [Fact]
    public void The_page_begins_with_what_was_run_and_links_to_what_lies_beside_it()
    {
        using var folder = new TemporaryFolder();
        var writer = new RunWriter(folder.Path);
        writer.WriteEffectiveConfig("// channel.loss = 0  // reference.conf:3, not read: ..\nexperiment.clients = 10  // reference.conf:9\nexpert.epochs = 7  // x.conf:2\ngate.k = 1  // reference.conf:5\nseed = 4  // --set\n");
        writer.WriteReport(Samples.Watched(), Manifests.Finished(), _ => { });
        var page = File.ReadAllText(folder[RunFiles.Page]);

        Assert.InRange(page.IndexOf(">What was run</h2>", StringComparison.Ordinal), 0, page.IndexOf(">Inference</h2>", StringComparison.Ordinal));
        Assert.Equal(
            ["seed|--set|4", "experiment.clients|reference.conf:9|10", "expert.epochs|x.conf:2|7"],
            System.Text.RegularExpressions.Regex.Matches(page, "<div><dt>(.*?)</dt><dd title=\"(.*?)\"><code>(.*?)</code></dd></div>")
                .Select(row => string.Join('|', row.Groups.Values.Skip(1).Select(cell => cell.Value))));
        foreach (System.Text.RegularExpressions.Match link in System.Text.RegularExpressions.Regex.Matches(page, "<a href=\"([^#\"]+)\""))
            Assert.True(File.Exists(folder[link.Groups[1].Value]), link.Value);
        foreach (System.Text.RegularExpressions.Match link in System.Text.RegularExpressions.Regex.Matches(page, "href=\"#([^\"]+)\""))
            Assert.Contains($"id=\"{link.Groups[1].Value}\"", page, StringComparison.Ordinal);
    }

    private static string Render(NMoE.Federation.Records.RunReport report) => Render(report, Manifests.Finished());

    private static string Render(NMoE.Federation.Records.RunReport report, Manifest manifest)
    {
        using var folder = new TemporaryFolder();
        new RunWriter(folder.Path).WriteReport(report, manifest, _ => { });
        return File.ReadAllText(folder[RunFiles.Page]);
    }
}
