using NMoE.Reporting.Canonical;
using NMoE.Reporting.Figures;
using NMoE.Reporting.Runs;
using NMoE.Reporting.Tables;

namespace NMoE.Reporting.Tests.Runs;

/// <summary>What runs left behind and figures are drawn from: a hurt file is refused by name, or can be shown as what it says.</summary>
public sealed class DamagedRunSpecs : IDisposable
{
    private const int Drawn = 40;
    private readonly TemporaryFolder _folder = new();

    public DamagedRunSpecs()
    {
        var writer = new RunWriter(_folder.Path);
        writer.WriteReport(Samples.Watched() with { Passes = [.. Samples.Watched().Passes.Take(2)] }, Manifests.Finished(), _ => { });
        writer.WriteManifest(Manifests.Finished());
    }

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("report.json")]
    [InlineData("timeline.csv")]
    [InlineData("links.csv")]
    public void A_hurt_file_of_a_report(string name)
    {
        var drawn = 0;
        Hurt(name, () =>
        {
            var read = RunReader.Read(_folder.Path);
            CanonicalForm.Metrics(read);
            ReportTables.PlainText(read);
            if (drawn++ < Drawn)
                FigureSet.Write(read, _folder["figures"]);
        });
    }

    [Fact]
    public void A_hurt_manifest() => Hurt("manifest.json", () => RunReader.ReadManifest(_folder.Path));

    private void Hurt(string name, Action look)
    {
        var path = _folder[name];
        var refused = Damage.Read<ReportingException>(
            File.ReadAllBytes(path),
            bytes =>
            {
                File.WriteAllBytes(path, bytes);
                look();
            },
            path);
        Assert.InRange(refused, 1, Damage.Cases - 1);
    }
}
