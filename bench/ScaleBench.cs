using System.CommandLine;
using System.Globalization;
using NMoE.Bench.Loads;
using NMoE.Cli.Commands;
using NMoE.Cli.Running;
using Spectre.Console;

namespace NMoE.Bench;

/// <summary><c>nmoe bench scale</c>: how time and memory grow with the number of clients.</summary>
internal static class ScaleBench
{
    private const int MostClients = 4_194_304;
    private const int ManyClients = 1_048_576;
    private const int Rounds = 20;
    private const int RoundsOfMany = 5;
    private static readonly int[] s_clients = [1024, 16_384, 131_072, ManyClients];

    /// <summary>The command.</summary>
    public static Command Create()
    {
        var clients = new Option<int[]>("--clients") { Description = "Numbers of clients, from small to large.", DefaultValueFactory = _ => s_clients, AllowMultipleArgumentsPerToken = true };
        var patience = new Option<double?>("--patience") { Description = "Minutes without a word from a server after which a client asks what it missed. Default: longer than a round takes." };
        var command = new Command(
            "scale", "Federated averaging of a 38.1 MB model over shared links, time alone, 20 rounds (5 from 1 048 576 clients on): seconds, transfers a second, memory, and how they grow.")
        {
            clients, patience,
        };
        command.SetAction(parsed => StopSignals.Until(Arguments.BeginsAnew, stop =>
        {
            var table = new Table().Border(TableBorder.Ascii);
            foreach (var heading in (string[])["Clients", "Rounds", "Seconds", "Processor (s)", "Collecting (s)", "Transfers", "Transfers/s", "Events/s", "Allocated a transfer (B)", "Peak memory (MB)", "Bytes a client", "Growth a transfer"])
                table.AddColumn(new TableColumn(heading).RightAligned());

            TimeSpan? stated = parsed.GetValue(patience) is { } minutes ? TimeSpan.FromMinutes(minutes) : null;
            ScaleLoad.Measure(64, 2, null, stop);
            ScaleRow? before = null;
            foreach (var count in parsed.GetRequiredValue(clients))
            {
                stop.ThrowIfCancellationRequested();
                var row = ScaleLoad.Measure(Math.Min(count, MostClients), count >= ManyClients ? RoundsOfMany : Rounds, stated, stop);
                table.AddRow(
                    Text($"{row.Clients}"), Text($"{row.Rounds}"), Text($"{row.Seconds:F2}"), Text($"{row.Processor:F2}"), Text($"{row.Collecting:F2}"), Text($"{row.Transfers}"), Text($"{row.Transfers / row.Seconds:N0}"), Text($"{row.Events / row.Seconds:N0}"),
                    Text($"{row.Allocated / row.Transfers}"), Text($"{row.PeakBytes / 1e6:F0}"), Text($"{row.PeakBytes / row.Clients:N0}"), before is null ? "" : Text($"x {row.Seconds / row.Transfers / (before.Seconds / before.Transfers):F2}"));
                before = row;
                Console.Error.WriteLine(Text($"{row.Clients} clients: {row.Seconds:F2} s, {row.Transfers / row.Seconds:N0} transfers/s; of the processor {row.Processor:F2} s, collecting {row.Collecting:F2} s; {row.Allocated / row.Transfers} B allocated a transfer, {row.PeakBytes / 1e6:F0} MB"));
            }

            AnsiConsole.Write(table);
            return ExitCodes.Success;
        }));
        return command;
    }

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
