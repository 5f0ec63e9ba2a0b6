using System.Text;
using NMoE.Federation.Records;
using NMoE.Reporting.Canonical;

namespace NMoE.Reporting.Tests.Canonical;

/// <summary>What grows with the number of clients is written in pieces: a ledger of millions of entries would not fit into a string.</summary>
public sealed class WrittenInPiecesSpecs
{
    private const int Entries = 20_000;
    private const int MostAtOnce = 1 << 17;
    private const int LeastAll = 10 * MostAtOnce;

    private static readonly RunReport s_report = Samples.FiveClients() with
    {
        Ledger = [.. Enumerable.Range(0, Entries).Select(client => new LedgerRecord("extractor", $"client-{client}", "aggregator", "RoundUpdate", 1, client, client, 0))],
        Crashes = [.. Enumerable.Range(0, Entries).Select(client => new CrashRecord(client, $"client-{client}", "it went away", true))],
    };

    public static TheoryData<string> Written => ["ledger.csv", "report.json"];

    [Theory]
    [MemberData(nameof(Written))]
    public void A_file_that_grows_with_the_clients_is_never_whole_in_memory(string file)
    {
        using var stream = new Pieces();

        Write(file, stream);

        Assert.True(stream.Length > LeastAll, $"{file} has {stream.Length} bytes, too few to say anything");
        Assert.InRange(stream.Largest, 1, MostAtOnce);
    }

    [Fact]
    public void A_hash_that_is_taken_while_bytes_are_written_is_that_of_the_bytes()
    {
        using var stream = new MemoryStream();

        var hash = StateHash.Of(to => CanonicalForm.WriteLedger(to, s_report.Ledger), stream);

        Assert.Equal(StateHash.Of(stream.ToArray()), hash);
        Assert.Equal(CanonicalForm.Ledger(s_report.Ledger), stream.ToArray());
        Assert.Equal((byte)'s', stream.ToArray()[0]);
        Assert.Equal(Entries + 1, Encoding.UTF8.GetString(stream.ToArray()).Count(letter => letter == '\n'));
    }

    private static void Write(string file, Stream stream)
    {
        if (file == "ledger.csv")
        {
            CanonicalForm.WriteLedger(stream, s_report.Ledger);
        }
        else
        {
            ReportJson.Write(stream, s_report);
        }
    }

    private sealed class Pieces : MemoryStream
    {
        public int Largest { get; private set; }

        public override void Write(byte[] buffer, int offset, int count)
        {
            Largest = Math.Max(Largest, count);
            base.Write(buffer, offset, count);
        }

        public override void Write(ReadOnlySpan<byte> buffer)
        {
            Largest = Math.Max(Largest, buffer.Length);
            base.Write(buffer);
        }
    }
}
