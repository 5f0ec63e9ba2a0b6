using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using NMoE.Bench.Loads;
using NMoE.Cli.Commands;
using NMoE.Cli.Running;
using Spectre.Console;

namespace NMoE.Bench;

/// <summary><c>nmoe bench store</c>: what a store of many records takes to open, ask, fill, run on and evict.</summary>
internal static class StoreBench
{
    private const int MostRecords = 100_000_000;

    /// <summary>The command.</summary>
    public static Command Create()
    {
        var records = Arguments.Whole("--records", "Records in the store.", 1, MostRecords, 100_000);
        var blobs = Arguments.Whole("--blobs", "Blobs of 1 kB in the store: of the newest records.", 1, MostRecords, 10_000);
        var folder = Arguments.Path("--folder", "Where the store is, made if it is not there and then kept. Default: a temporary folder, which is removed.");
        var command = new Command(
            "store",
            "A store of many records: open it, look up a thousand, remember a thousand more, run an experiment of a thousand jobs on it as a process of its own, evict. Makes the records first (about 12 kB of disk and 0.2 ms each). Example:\n  nmoe bench store --records 1000000 --blobs 100000")
        {
            records, blobs, folder,
        };
        command.SetAction(parsed => StopSignals.Until(Arguments.BeginsAnew, stop =>
        {
            var temporary = parsed.GetValue(folder) is null ? Directory.CreateTempSubdirectory("nmoe-bench-") : null;
            try
            {
                var load = new StoreLoad(parsed.GetValue(folder) ?? temporary!.FullName, parsed.GetRequiredValue(records), parsed.GetRequiredValue(blobs));
                var table = new Table().Border(TableBorder.Ascii).AddColumn("Step").AddColumn(new TableColumn("Seconds").RightAligned());
                foreach (var (name, step) in load.Steps(stop))
                {
                    var start = Stopwatch.GetTimestamp();
                    var remark = step() is { Length: > 0 } said ? $" ({said})" : "";
                    var seconds = Stopwatch.GetElapsedTime(start).TotalSeconds.ToString("F3", CultureInfo.InvariantCulture);
                    table.AddRow(Markup.Escape(name + remark), seconds);
                    Console.Error.WriteLine($"{name}{remark}: {seconds} s");
                }

                AnsiConsole.Write(table);
                return ExitCodes.Success;
            }
            finally
            {
                temporary?.Delete(recursive: true);
            }
        }));
        return command;
    }
}
