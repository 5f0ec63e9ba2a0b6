using System.Collections.Immutable;
using NMoE.Federation.Records;
using NMoE.Reporting.Figures;
using NMoE.Reporting.Runs;
using NMoE.Reporting.Tables;

namespace NMoE.Reporting.Tests.Tables;

/// <summary>Three clients, of which the last has all of class 1, and a gate that is right for the others alone.</summary>
public sealed class ClientSpecs
{
    private static RunReport Report(int clients = 3) => Samples.FiveClients() with
    {
        Clients =
        [
            .. Enumerable.Range(0, clients).SelectMany(client => new[]
            {
                new ClientAccuracyRecord("fedgate", "iid", client, 40, client == clients - 1 ? 0.25 : 0.875), new ClientAccuracyRecord("localgate", "iid", client, 40, 0.5),
                new ClientAccuracyRecord("best-expert", "iid", client, 40, 0.6),
            }),
        ],
        Dealt = [new DealtRecord(DealtRecord.Training, "non-iid", 1200, 1200, null, null) { Classes = [.. Enumerable.Range(0, clients).Select(client => client == clients - 1 ? ImmutableArray.Create(0, 1200) : ImmutableArray.Create(1000, 200))] }],
    };

    [Fact]
    public void Tables_have_a_row_a_client()
    {
        var text = ReportTables.PlainText(Report());
        Assert.Matches(@"Accuracy by client\nClient +FedGate \(%\) +LocalGate \(%\)\n[- ]+\nclient-0 +87\.50 +50\.00\nclient-1 +87\.50 +50\.00\nclient-2 +25\.00 +50\.00\n", text);
        Assert.Matches(@"Training pictures by client and class\nClient +0 +1 +All\n[- ]+\nclient-0 +1,000 +200 +1,200\n", text);
        Assert.Matches(@"\nclient-2 +0 +1,200 +1,200\n", text);
        Assert.DoesNotContain("Accuracy by client", ReportTables.PlainText(Report(21)), StringComparison.Ordinal);
    }

    [Fact]
    public void Files_have_a_line_each()
    {
        Assert.Equal("gate,test,client,pictures,accuracy\nfedgate,iid,client-0,40,0.875\n", string.Concat(ClientFile.Write(Report()).Split('\n')[..2].Select(line => line + "\n")));
        Assert.Equal("set,client,class,pictures\ntraining,client-0,0,1000\ntraining,client-0,1,200\ntraining,client-1,0,1000\ntraining,client-1,1,200\ntraining,client-2,0,0\ntraining,client-2,1,1200\n", ClientFile.WriteClasses(Report()));
    }

    [Fact]
    public void Figures_show_classes_and_accuracies_of_up_to_a_hundred_clients()
    {
        Assert.Equal(["classes-clients", "accuracy-clients-iid"], Named(Report()));
        Assert.Empty(Named(Report(101)));
        static IEnumerable<string> Named(RunReport report) => FigureSet.Draw(report with { Passes = [], Rounds = [] }).Select(figure => figure.Name).Where(name => name.Contains("clients", StringComparison.Ordinal));
    }
}
