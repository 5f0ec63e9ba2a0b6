using NMoE.Federation.Records;
using NMoE.Reporting.Canonical;
using NMoE.Reporting.Figures;
using NMoE.Reporting.Runs;
using NMoE.Reporting.Tables;

namespace NMoE.Reporting.Tests.Runs;

/// <summary>What runs left behind and figures are drawn from: a hurt file is refused by name, or can be shown as what it says.</summary>
public sealed class DamagedRunSpecs : IDisposable
{
    private const int Drawn = 20;
    private static readonly RunReport s_whole = Samples.Watched() with { Passes = [.. Samples.Watched().Passes.Take(2)] };
    private readonly TemporaryFolder _folder = new();

    public DamagedRunSpecs()
    {
        var writer = new RunWriter(_folder.Path);
        writer.WriteReport(s_whole, Manifests.Finished(), _ => { });
        writer.WriteManifest(Manifests.Finished());
    }

    public static TheoryData<string> Reports => ["report.json", "timeline.csv", "links.csv"];

    public void Dispose() => _folder.Dispose();

    [Theory]
    [MemberData(nameof(Reports))]
    public void A_hurt_file_of_a_report(string name)
    {
        var drawn = 0;
        Hurt(name, () =>
        {
            var read = RunReader.Read(_folder.Path);
            CanonicalForm.Metrics(read);
            ReportTables.PlainText(read);
            if (drawn++ < Drawn)
                FigureSet.Write(Only(name, read), _folder["figures"]);
        });
    }

    [Fact]
    public void A_hurt_manifest() => Hurt("manifest.json", () => RunReader.ReadManifest(_folder.Path));

    /// <summary>What a file holds: figures of the others are as they were.</summary>
    private static RunReport Only(string name, RunReport read) => name switch
    {
        "timeline.csv" => Samples.Empty() with { Timeline = read.Timeline },
        "links.csv" => Samples.Empty() with { Links = read.Links },
        _ => read with { Timeline = [], Links = [] },
    };

    private void Hurt(string name, Action look)
    {
        var path = _folder[name];
        var refused = Damage.Read<ReportingException>(
            Damage.Cases,
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
