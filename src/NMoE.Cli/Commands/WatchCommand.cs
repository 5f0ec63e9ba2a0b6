using System.CommandLine;
using NMoE.Cli.Running;
using NMoE.Cli.Watching;
using NMoE.Reporting.Watching;

namespace NMoE.Cli.Commands;

/// <summary><c>nmoe watch</c>: a page that grows while a run does.</summary>
internal static class WatchCommand
{
    /// <summary>The command.</summary>
    public static Command Create()
    {
        var folder = Arguments.File("RUN", "Folder of a run or a sweep, which goes on or has ended: runs/NAME-HASH, with or without .unfinished.");
        var port = Arguments.Whole("--port", "Port of this machine's loopback address. Default: one that is free.", 1, 65535);
        var command = new Command(
            "watch",
            "Serve a page that shows a run while it grows, to this machine alone; it goes on when the run ends, or is started again. Examples:\n"
            + "  nmoe watch runs/quickstart-0123456789ab\n  nmoe watch runs/channels-0123456789ab.unfinished --port 8080")
        {
            folder, port,
        };
        command.SetAction((parsed, _) => StopSignals.Until("Nothing was changed.", stop => Serve(new(parsed.GetRequiredValue(folder)) { Freshness = TimeSpan.FromSeconds(1) }, parsed.GetValue(port) ?? 0, stop)));
        return command;
    }

    private static async Task<int> Serve(WatchedFolder watched, int port, CancellationToken stop)
    {
        await using var server = new WatchServer(watched, port);
        try
        {
            await server.Start(stop).ConfigureAwait(false);
        }
        catch (IOException taken)
        {
            throw new BadArgumentException("--port", taken.Message.TrimEnd('.'), "Leave it out for a port that is free");
        }

        Console.Out.WriteLine($"{watched.Name}: {server.Address} (Ctrl-C ends it)");
        await Task.Delay(Timeout.InfiniteTimeSpan, stop).ConfigureAwait(false);
        return ExitCodes.Success;
    }
}
