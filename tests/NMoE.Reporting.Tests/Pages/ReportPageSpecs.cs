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
        Assert.Contains("<td>a&lt;b&gt;&amp;&quot;c&quot;</td>", page);
    }

    [Fact]
    public void The_page_holds_tables_and_figures_and_loads_nothing()
    {
        var page = Render(Samples.TenClients());

        Assert.Contains("<td>FedGate</td>", page);
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

    private static string Render(NMoE.Federation.Records.RunReport report) => Render(report, Manifests.Finished());

    private static string Render(NMoE.Federation.Records.RunReport report, Manifest manifest)
    {
        using var folder = new TemporaryFolder();
        new RunWriter(folder.Path).WriteReport(report, manifest, _ => { });
        return File.ReadAllText(folder[RunFiles.Page]);
    }
}
