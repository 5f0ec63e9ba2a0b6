using NMoE.Federation.Records;
using NMoE.Reporting.Canonical;
using NMoE.Reporting.Runs;
using NMoE.Reporting.Tables;

namespace NMoE.Reporting.Tests.Runs;

public class EnergyFileSpecs
{
    private static readonly RunReport Spent = Samples.FiveClients() with
    {
        Energy =
        [
            new("aggregator", 9000, 8000, 12.5, 1e6, 0, 0),
            new("client-0", 4000, 5000, 10, 3e9, 5.25, 0.75) { TransmitJoules = 1, ReceiveJoules = 0.5, OnJoules = 2, TailSeconds = 30, TailJoules = 1.25, SleepJoules = 0.5, IdleJoules = 8 },
            new("client-1", 4000, 4000, 1.0 / 3, 1e9, 4, 0.25),
        ],
    };

    [Fact]
    public void A_run_whose_devices_spend_energy_leaves_a_line_a_device()
    {
        using var folder = new TemporaryFolder();
        new RunWriter(folder.Path).WriteReport(Spent, Manifests.Finished(), _ => { });

        Assert.Equal(
            "device,sent,received,radio-seconds,flop,radio-joules,compute-joules,transmit-joules,receive-joules,on-joules,tail-seconds,tail-joules,sleep-joules,idle-joules\naggregator,9000,8000,12.5,1000000,0,0,0,0,0,0,0,0,0\n"
            + "client-0,4000,5000,10,3000000000,5.25,0.75,1,0.5,2,30,1.25,0.5,8\nclient-1,4000,4000,0.3333333333333333,1000000000,4,0.25,0,0,0,0,0,0,0\n",
            File.ReadAllText(folder["energy.csv"]));
        Assert.Equal(Spent.Energy.AsEnumerable(), RunReader.Read(folder.Path).Energy);
    }

    [Fact]
    public void A_report_of_an_older_version_has_none()
    {
        using var folder = new TemporaryFolder();
        new RunWriter(folder.Path).WriteReport(Samples.FiveClients(), Manifests.Finished(), _ => { });
        var report = folder["report.json"];
        File.WriteAllText(report, File.ReadAllText(report).Replace("\"energy\": [],", "", StringComparison.Ordinal));

        Manifests.OfOlderVersion(folder.Path);
        Assert.Empty(RunReader.Read(folder.Path).Energy);
        Assert.False(File.Exists(folder["energy.csv"]));
    }

    [Fact]
    public void What_was_spent_is_part_of_the_state_and_nothing_spent_changes_none()
    {
        Assert.NotEqual(CanonicalForm.Metrics(Samples.FiveClients()), CanonicalForm.Metrics(Spent));
        Assert.NotEqual(CanonicalForm.Metrics(Spent), CanonicalForm.Metrics(Spent with { Energy = Spent.Energy.SetItem(1, Spent.Energy[1] with { RadioJoules = 5.5 }) }));
        Assert.DoesNotContain("energy", System.Text.Encoding.UTF8.GetString(CanonicalForm.Metrics(Samples.FiveClients())), StringComparison.Ordinal);
    }

    [Fact]
    public void The_report_says_in_one_line_what_devices_spent_and_who_most()
    {
        var lines = ReportTables.PlainText(Spent).Split('\n');
        var at = Array.FindIndex(lines, line => line.StartsWith("Energy of devices", StringComparison.Ordinal));

        Assert.Equal(["2", "1.0", "0.5", "2.0", "1.2", "0.5", "1.0", "8.0", "18.2", "9.1", "14.0", "client-0"], lines[at + 3].Split(' ', StringSplitOptions.RemoveEmptyEntries));
        Assert.DoesNotContain("Energy of devices", ReportTables.PlainText(Samples.FiveClients()), StringComparison.Ordinal);
    }
}
