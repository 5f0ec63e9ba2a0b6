using System.CommandLine;
using NMoE.Cli.Running;
using NMoE.Cli.Watching;
using NMoE.Cluster.Nodes;
using NMoE.Cluster.Security;
using NMoE.Cluster.Work;
using NMoE.Cluster.Work.Messages;
using NMoE.Reporting.Watching;

namespace NMoE.Cli.Commands;

/// <summary><c>nmoe watch</c>: a page that grows while a run does.</summary>
internal static class WatchCommand
{
    // As often as a page asks.
    private static readonly TimeSpan s_pause = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(10);

    /// <summary>The command.</summary>
    public static Command Create()
    {
        var watched = Arguments.File("RUN", "Folder of a run or a sweep, which goes on or has ended: runs/NAME-HASH, with or without .unfinished; or HOST:PORT, where a run on a cluster listens.");
        var port = Arguments.Whole("--port", "Port of this machine's loopback address. Default: one that is free.", 1, 65535);
        var certificates = Arguments.Certificates();
        var command = new Command(
            "watch",
            "Serve a page that shows a run while it grows, or who computes what on a cluster, to this machine alone; it goes on when the run ends, or is started again. Examples:\n"
            + "  nmoe watch runs/quickstart-0123456789ab\n  nmoe watch runs/channels-0123456789ab.unfinished --port 8080\n  nmoe watch 127.0.0.1:4300")
        {
            watched, port, certificates,
        };
        command.SetAction((parsed, _) => StopSignals.Until("Nothing was changed.", stop =>
        {
            var (what, at) = (parsed.GetRequiredValue(watched), parsed.GetValue(port) ?? 0);
            return IsPlace(what) ? Follow(Endpoint.Read("RUN", what), parsed.GetValue(certificates), at, stop) : Serve(new WatchedFolder(what) { Freshness = s_pause }, at, stop);
        }));
        return command;
    }

    /// <summary>A folder may be called like an address; then it is the folder.</summary>
    private static bool IsPlace(string what) => what.LastIndexOf(':') is > 0 and var colon && what.AsSpan(colon + 1).IndexOfAnyExceptInRange('0', '9') < 0 && !what.Contains('/') && !Directory.Exists(what);

    /// <summary>Asks from one node while it is answered, and from a new one after a silence: who is started again is another node.</summary>
    private static async Task<int> Follow(Endpoint place, string? certificates, int port, CancellationToken stop)
    {
        var node = new NodeSettings(place.OwnAddress(), 0, [place.ToString()], [], NodeSecurity.FromFolder(certificates));
        StatusClient? client = null;
        var cluster = new WatchedCluster(place.ToString(), Ask);
        try
        {
            if (await cluster.Look().ConfigureAwait(false) is { } silent)
                throw silent;
            var following = cluster.Follow(stop);
            var serving = Serve(cluster, port, stop);
            await await Task.WhenAny(following, serving).ConfigureAwait(false);
            return await serving.ConfigureAwait(false);
        }
        finally
        {
            if (client is not null)
                await client.DisposeAsync().ConfigureAwait(false);
        }

        async Task<WorkStatus> Ask()
        {
            try
            {
                return await (client ??= new(node)).AskAsync(s_patience).WaitAsync(stop).ConfigureAwait(false);
            }
            catch (WorkException)
            {
                await client!.DisposeAsync().ConfigureAwait(false);
                client = null;
                throw;
            }
        }
    }

    private static async Task<int> Serve(IWatched watched, int port, CancellationToken stop)
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
