using System.Buffers.Binary;
using System.Text;
using System.Text.Json.Nodes;
using NMoE.Federation.Records;
using NMoE.Reporting.Canonical;
using NMoE.Reporting.Exports;
using NMoE.Reporting.Files;
using NMoE.Reporting.Runs;
using Parquet;
using Parquet.Schema;

namespace NMoE.Reporting.Tests.Exports;

/// <summary>What is taken along equals what the run's own files say, read by readers that are not the writers'.</summary>
public sealed class ExportSpecs : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly RunReport _report = Samples.Watched() with
    {
        Rounds = [.. Samples.TenClients().Rounds.Select(round => round.Round == 7 ? round with { TrainLoss = double.NaN } : round with { JoulesSoFar = 3.5 * round.Round })],
        Crashes = [new CrashRecord(5, "client-3", "a fault", true)],
        Timeline = [.. Samples.Watched().Timeline.Where(span => span.From < span.Until)],
    };

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_parquet_file_holds_every_line_of_its_kind_with_types()
    {
        var run = Run("a");
        var files = RunExport.Write([run], ExportForm.Parquet, _folder["out"]);
        Assert.Equal(["comparison.parquet", "ledger.parquet", "links.parquet", "pass.parquet", "round.parquet", "timeline.parquet"], files.Select(file => Path.GetFileName(file)).Order(StringComparer.Ordinal));
        foreach (var kind in new[] { "round", "pass", "comparison" })
        {
            var lines = Lines(run, kind);
            await using var reader = await ParquetReader.CreateAsync(_folder[$"out/{kind}.parquet"]);
            using var group = reader.OpenRowGroupReader(0);
            var fields = reader.Schema.GetDataFields();
            Assert.Equal(lines.SelectMany(line => line.Select(member => member.Key)).Where(name => name != "line").Distinct().Prepend("run").Order(), fields.Select(field => field.Name).Order());
            foreach (var field in fields.Where(field => field.Name != "run"))
                Assert.Equal(lines.Select(line => Plain(line[field.Name])), await Column(group, field, lines.Length));
        }
    }

    [Fact]
    public void Tables_of_several_runs_say_which_run_a_row_is_of_and_csv_reads_back()
    {
        RunExport.Write([Run("a"), Run("b, c")], ExportForm.Csv, _folder["out"]);
        var rows = Csv.Rows(File.ReadAllText(_folder["out/round.csv"])).Select(row => row.Fields).ToArray();
        Assert.Equal(1 + (2 * _report.Rounds.Length), rows.Length);
        Assert.Equal("b, c", rows[^1][0]);
        var column = Array.IndexOf(rows[0], "trainLoss");
        Assert.Equal(_report.Rounds.Concat(_report.Rounds).Select(round => round.TrainLoss), rows[1..].Select(row => double.Parse(row[column], System.Globalization.CultureInfo.InvariantCulture)));
    }

    /// <summary>Read by the format's own words, with a CRC-32C from its polynomial; 0xE3069283 is what RFC 3720 (B.4 by its method) and every table of CRCs give for "123456789".</summary>
    [Fact]
    public void An_event_file_has_right_checksums_and_every_scalar()
    {
        Assert.Equal(0xE3069283u, Crc32C("123456789"u8));
        RunExport.Write([Run("a")], ExportForm.TensorBoard, _folder["out"]);
        var bytes = File.ReadAllBytes(_folder["out/a/events.out.tfevents.0.nmoe"]);
        var found = new List<(string Tag, long Step, double Time, float Value)>();
        var events = 0;
        for (var at = 0; at < bytes.Length;)
        {
            var length = (int)BinaryPrimitives.ReadUInt64LittleEndian(bytes.AsSpan(at));
            Assert.Equal(Masked(bytes.AsSpan(at, 8)), BinaryPrimitives.ReadUInt32LittleEndian(bytes.AsSpan(at + 8)));
            var data = bytes.AsSpan(at + 12, length);
            Assert.Equal(Masked(data), BinaryPrimitives.ReadUInt32LittleEndian(bytes.AsSpan(at + 12 + length)));
            Read(data, events++, found);
            at += 16 + length;
        }

        foreach (var round in _report.Rounds)
        {
            Assert.Contains(found, one => one.Tag == $"{round.Stage}/trainLoss" && one.Step == round.Round && one.Time == round.VirtualSeconds && one.Value.Equals((float)round.TrainLoss));
            Assert.Equal(round.Accuracy is null ? 0 : 1, found.Count(one => one.Tag == $"{round.Stage}/accuracy" && one.Step == round.Round && one.Value == (float)round.Accuracy!.Value));
        }

        Assert.All(_report.Passes, pass => Assert.Contains(found, one => one.Tag == $"{pass.Gate}/{pass.Test}/accuracy" && one.Value == (float)pass.Accuracy));
        Assert.Equal(events - 1, found.Count);
    }

    [Fact]
    public void A_trace_of_what_a_folder_holds_has_a_slice_for_each_activity_a_counter_for_each_interval_and_arrows_that_end_in_waits()
    {
        var events = JsonNode.Parse(File.ReadAllText(ChromeTraceExport.WriteRecorded(_folder["a.trace.json"], Run("a"))))!["traceEvents"]!.AsArray().Select(one => one!.AsObject()).ToArray();
        JsonObject[] Of(string phase) => [.. events.Where(one => one["ph"]!.GetValue<string>() == phase)];
        var names = Of("M").Where(one => one["name"]!.GetValue<string>() == "process_name").ToDictionary(one => one["pid"]!.GetValue<int>(), one => one["args"]!["name"]!.GetValue<string>());

        // The sample's two passes overlap, so that an activity can stand in both: what a track covers is the same, in slices that do not cross.
        var covered = Of("X").Select(one => (Track: (names[one["pid"]!.GetValue<int>()], one["cat"]!.GetValue<string>()), From: Time(one), Until: Time(one) + one["dur"]!.GetValue<double>())).ToArray();
        Assert.Equal(
            Covered(_report.Timeline.Select(span => ((span.Device, span.Kind), span.From * 1e6, span.Until * 1e6))).ToArray(), Covered(covered).ToArray(),
            (one, other) => one.Track == other.Track && Math.Abs(one.Length - other.Length) < 1);
        Assert.All(covered.GroupBy(one => one.Track), track => Assert.Equal(track.Sum(one => one.Until - one.From), Covered(track).Single().Length, 3));
        Assert.Equal(
            _report.Links.SelectMany(link => new[] { link.AggregatorUp, link.AggregatorDown, link.ClientUp, link.ClientDown }.Select(bytes => 8 * bytes / 1e6 / (link.Until - link.From))),
            Of("C").Select(one => one["args"]!["Mbit/s"]!.GetValue<double>()), (one, other) => Math.Abs(one - other) <= 1e-12 * Math.Abs(one));
        Assert.Equal(_report.Rounds.Length, Of("i").Length);

        // The sample's clients 0 to 6, 8 and 9 wait in two rounds, and in two passes, for TrainRound; the aggregator for RoundUpdate.
        Assert.Equal(_report.Timeline.Count(span => span is { Kind: "receive-wait", What.Length: > 0 }), Of("s").Length);
        Assert.Equal(Of("s").Select(one => one["id"]!.GetValue<int>()), Of("f").Select(one => one["id"]!.GetValue<int>()));
        Assert.All(Of("s").Zip(Of("f")), arrow =>
        {
            Assert.NotEqual(arrow.First["pid"]!.GetValue<int>(), arrow.Second["pid"]!.GetValue<int>());
            Assert.True(arrow.First["ts"]!.GetValue<double>() <= arrow.Second["ts"]!.GetValue<double>());
            Assert.All(new[] { arrow.First, arrow.Second }, end => Assert.Contains(Of("X"), slice => slice["pid"]!.GetValue<int>() == end["pid"]!.GetValue<int>() && slice["tid"]!.GetValue<int>() == end["tid"]!.GetValue<int>()
                && slice["ts"]!.GetValue<double>() <= end["ts"]!.GetValue<double>() && end["ts"]!.GetValue<double>() <= slice["ts"]!.GetValue<double>() + slice["dur"]!.GetValue<double>()));
        });
    }

    [Theory]
    [InlineData(0, double.PositiveInfinity, "", "> client-1 Join", "< client-0 Join (+1,460 B sent again)", "! lost: a fault")]
    [InlineData(1, 2, "", "< client-0 Join (+1,460 B sent again)")]
    [InlineData(0, 9, "client-0", "> client-1 Join", "< client-0 Join (+1,460 B sent again)")]
    [InlineData(0, 9, "client-3", "! lost: a fault")]
    public void Lines_are_those_of_the_devices_and_the_while_that_were_asked_for(double from, double until, string device, params string[] expected)
    {
        using var text = new StringWriter();
        var lines = new EventLines(text, from, until, device.Length == 0 ? [] : [device]);
        lines.Begin();
        lines.Add(new(Captured.Sent, 0.5, "client-0", "client-1", "Join", "control") { Bytes = 7 });
        lines.Add(new(Captured.Arrived, 1.5, "client-1", "client-0", "Join", "control") { Bytes = 7, Seconds = 1, SentAgain = 1460 });
        lines.Add(new(Captured.Fault, 2.5, "client-3", null, "lost: a fault", ""));
        var written = text.ToString().TrimEnd('\n').Split('\n')[1..];
        Assert.Equal(expected.Length, written.Length);
        Assert.All(expected.Zip(written), pair => Assert.Contains(pair.First, pair.Second, StringComparison.Ordinal));
    }

    /// <summary>What was there before stays when the writing of a file ends in the middle, whatever ends it.</summary>
    [Fact]
    public void A_file_of_lines_appears_whole_or_not_at_all()
    {
        var path = EventLines.WriteFile(_folder["events.txt"], to => to.Write("whole"));
        Assert.Throws<InvalidDataException>(() => EventLines.WriteFile(path, to =>
        {
            to.Write("half");
            throw new InvalidDataException();
        }));
        Assert.Equal("whole", File.ReadAllText(path));
        Assert.Equal([path], Directory.GetFiles(_folder.Path));
    }

    [Fact]
    public void A_sweep_is_all_its_finished_runs_and_a_folder_without_one_is_refused()
    {
        var runs = new[] { Run("sweep/b"), Run("sweep/a") };
        Assert.Equal(runs.Order(StringComparer.Ordinal), RunExport.Runs(_folder["sweep"]).AsEnumerable());
        Assert.Equal([runs[0]], RunExport.Runs(runs[0]).AsEnumerable());
        Directory.CreateDirectory(_folder["nothing"]);
        Assert.Throws<RunUnreadableException>(() => RunExport.Runs(_folder["nothing"]));
    }

    private static double Time(JsonObject one) => one["ts"]!.GetValue<double>();

    /// <summary>How much time of each track something covers: where more have begun than ended.</summary>
    private static IEnumerable<((string, string) Track, double Length)> Covered(IEnumerable<((string, string) Track, double From, double Until)> spans) =>
        from span in spans
        group span by span.Track into track
        orderby track.Key
        let ends = track.SelectMany(span => new[] { (At: span.From, Step: 1), (At: span.Until, Step: -1) }).OrderBy(end => end.At).ThenByDescending(end => end.Step).ToArray()
        select (track.Key, ends.Zip(ends.Skip(1)).Index().Where(gap => ends[..(gap.Index + 1)].Sum(end => end.Step) > 0).Sum(gap => gap.Item.Second.At - gap.Item.First.At));

    private string Run(string name)
    {
        var writer = new RunWriter(_folder[name]);
        writer.Write(RunFiles.Report, stream => ReportJson.Write(stream, _report));
        writer.WriteText(RunFiles.Metrics, Encoding.UTF8.GetString(CanonicalForm.Metrics(_report)));
        writer.WriteText(RunFiles.Ledger, Encoding.UTF8.GetString(CanonicalForm.Ledger(_report.Ledger)));
        writer.WriteText(RunFiles.Timeline, SpanFile.Write(_report.Timeline));
        writer.WriteText(RunFiles.Links, LinkFile.Write(_report.Links));
        writer.WriteManifest(Manifests.Finished());
        return _folder[name];
    }

    private static JsonObject[] Lines(string run, string kind) =>
        [.. File.ReadAllLines(Path.Combine(run, RunFiles.Metrics)).Select(text => JsonNode.Parse(text)!.AsObject()).Where(line => line["line"]!.GetValue<string>() == kind)];

    private static object? Plain(JsonNode? value) => value switch
    {
        null => null,
        JsonArray matrix => matrix.ToJsonString(),
        JsonValue text when text.TryGetValue(out string? word) => word is "NaN" ? double.NaN : word,
        var number => number.GetValue<double>(),
    };

    private static async Task<object?[]> Column(ParquetRowGroupReader group, DataField field, int rows)
    {
        if (field.ClrType != typeof(long) && field.ClrType != typeof(double))
        {
            var words = new string?[rows];
            await group.ReadAsync(field, words.AsMemory()!);
            return words;
        }

        if (field.ClrType == typeof(long))
        {
            var whole = new long?[rows];
            await group.ReadAsync<long>(field, whole.AsMemory());
            return [.. whole.Select(value => (object?)(double?)value)];
        }

        var numbers = new double?[rows];
        await group.ReadAsync<double>(field, numbers.AsMemory());
        return [.. numbers.Select(value => (object?)value)];
    }

    /// <summary>One Event: field 1 the time, 2 the step, 3 the file's version or 5 a summary of one value, whose field 1 is the tag and 2 the number.</summary>
    private static void Read(ReadOnlySpan<byte> data, int number, List<(string Tag, long Step, double Time, float Value)> found)
    {
        var input = new Google.Protobuf.CodedInputStream(data.ToArray());
        var (time, step) = (0.0, 0L);
        while (input.ReadTag() is > 0 and var tag)
        {
            switch (tag >> 3)
            {
                case 1: time = input.ReadDouble(); break;
                case 2: step = input.ReadInt64(); break;
                case 3: Assert.Equal((0, "brain.Event:2"), (number, input.ReadString())); break;
                default:
                    var summary = new Google.Protobuf.CodedInputStream(input.ReadBytes().ToByteArray());
                    Assert.Equal(1u, summary.ReadTag() >> 3);
                    var value = new Google.Protobuf.CodedInputStream(summary.ReadBytes().ToByteArray());
                    Assert.Equal(1u, value.ReadTag() >> 3);
                    var name = value.ReadString();
                    Assert.Equal(2u, value.ReadTag() >> 3);
                    found.Add((name, step, time, value.ReadFloat()));
                    break;
            }
        }
    }

    private static uint Masked(ReadOnlySpan<byte> data)
    {
        var crc = Crc32C(data);
        return ((crc >> 15) | (crc << 17)) + 0xA282EAD8u;
    }

    private static uint Crc32C(ReadOnlySpan<byte> data)
    {
        var crc = uint.MaxValue;
        foreach (var value in data)
        {
            crc ^= value;
            for (var bit = 0; bit < 8; bit++)
                crc = (crc & 1) == 1 ? (crc >> 1) ^ 0x82F63B78u : crc >> 1;
        }

        return ~crc;
    }
}
