using System.Globalization;
using System.Text;
using NMoE.Federation.Records;
using NMoE.Reporting.Canonical;

namespace NMoE.Reporting.Tests.Canonical;

public class CanonicalFormSpecs
{
    private static readonly RunReport Report = new(
        "any name",
        [
            new RoundRecord("extractor", 1, 0.1 + 0.2, 9_007_199_254_740_993, 1e-7, null, 3),
            new RoundRecord("gate", 2, 2, 5, double.NaN, 0.5, 2),
        ],
        [new PassRecord("fedgate", "iid", 0.25, 0.125, null, 1.0 / 3, null, null, 1, 2152.5, 0, 0.04, [[1, 0], [0.5, 0.5]])],
        [new ComparisonRecord("iid", "fedgate", "rangate", -0.01, 0.002)],
        []);

    [Fact]
    public void Metrics_are_a_line_of_json_each_with_round_trip_numbers()
    {
        const string expected =
            """
            {"line":"round","stage":"extractor","round":1,"virtualSeconds":0.30000000000000004,"bytesSoFar":9007199254740993,"trainLoss":1E-07,"accuracy":null,"participants":3}
            {"line":"round","stage":"gate","round":2,"virtualSeconds":2,"bytesSoFar":5,"trainLoss":"NaN","accuracy":0.5,"participants":2}
            {"line":"pass","gate":"fedgate","test":"iid","accuracy":0.25,"macroF1":0.125,"auc":null,"clientAccuracy":0.3333333333333333,"clientMacroF1":null,"clientAuc":null,"localRatio":1,"bytesPerSample":2152.5,"degraded":0,"meanLatencySeconds":0.04,"routing":[[1,0],[0.5,0.5]]}
            {"line":"comparison","test":"iid","first":"fedgate","second":"rangate","difference":-0.01,"halfWidth":0.002}

            """;

        Assert.Equal(expected.ReplaceLineEndings("\n"), Encoding.UTF8.GetString(CanonicalForm.Metrics(Report)));
    }

    [Fact]
    public void The_name_of_an_experiment_changes_no_metrics() =>
        Assert.Equal(CanonicalForm.Metrics(Report), CanonicalForm.Metrics(Report with { Name = "another" }));

    [Fact]
    public void One_bit_of_a_loss_changes_the_metrics()
    {
        var round = Report.Rounds[0] with { TrainLoss = Math.BitIncrement(1e-7) };

        Assert.NotEqual(CanonicalForm.Metrics(Report), CanonicalForm.Metrics(Report with { Rounds = Report.Rounds.SetItem(0, round) }));
    }

    [Fact]
    public void The_ledger_is_comma_separated_and_quoted_where_it_must_be()
    {
        var ledger = CanonicalForm.Ledger(
        [
            new LedgerRecord("inference/fedgate/iid", "client-1", "client-2", "latents", 40, 819200, 819000, 200) { Duplicated = 5, Retransmitted = 60, Wasted = 7, MessagesDuplicated = 1, MessagesDelivered = 41, MessagesLost = 2 },
            new LedgerRecord("a,b", "say \"x\"", "c", "d", 1, 2, 3, 4),
        ]);

        Assert.Equal(
            "stage,from,to,kind,messages,sent,delivered,lost,duplicated,retransmitted,wasted,messages_duplicated,messages_delivered,messages_lost\n"
            + "inference/fedgate/iid,client-1,client-2,latents,40,819200,819000,200,5,60,7,1,41,2\n"
            + "\"a,b\",\"say \"\"x\"\"\",c,d,1,2,3,4,0,0,0,0,0,0\n",
            Encoding.UTF8.GetString(ledger));
    }

    [Fact]
    public void The_culture_changes_nothing()
    {
        var expected = CanonicalForm.Metrics(Report);
        var before = CultureInfo.CurrentCulture;
        try
        {
            CultureInfo.CurrentCulture = new CultureInfo("") { NumberFormat = { NumberDecimalSeparator = ",", NegativeSign = "~" } };
            Assert.Equal(expected, CanonicalForm.Metrics(Report));
        }
        finally
        {
            CultureInfo.CurrentCulture = before;
        }
    }

    [Fact]
    public void The_state_hash_is_sha256_of_four_named_lines()
    {
        // printf 'trace aa\nmodel bb\nmetrics cc\nledger dd\n' | sha256sum
        Assert.Equal("bedd58565edb5706ad92ff1c8d07e272f6086b0e01d69df1f3b89880b246705b", StateHash.Combine("aa", "bb", "cc", "dd"));
        Assert.NotEqual(StateHash.Combine("aa", "bb", "cc", "dd"), StateHash.Combine("bb", "aa", "cc", "dd"));
    }
}
