using System.CommandLine;
using NMoE.Cli.Doctor;
using NMoE.Cli.Live;
using NMoE.Cli.Running;
using NMoE.Cluster.Live.Hosting;
using NMoE.Cluster.Nodes;
using NMoE.Cluster.Security;
using NMoE.Reporting.Tables;

namespace NMoE.Cli.Commands;

/// <summary><c>nmoe live</c>: one node of an experiment that runs on real sockets and a real clock.</summary>
internal static class LiveCommand
{
    private const int MostNodes = 1024;

    /// <summary>The command.</summary>
    public static Command Create()
    {
        var file = Arguments.Configuration();
        var sets = Arguments.Sets();
        var output = Arguments.Output();
        var listen = new Option<string>("--listen") { Description = "HOST:PORT that this node binds, and by which the others reach it.", DefaultValueFactory = _ => "127.0.0.1:4100" };
        var join = new Option<string[]>("--join") { Description = "HOST:PORT of a node to join. Without it this node is the first.", DefaultValueFactory = _ => [], Arity = ArgumentArity.OneOrMore };
        var nodes = Arguments.Whole("--nodes", "The run begins when so many nodes are there.", 1, MostNodes, 1);
        var patience = Arguments.Duration("--patience", "How long this node waits for the others, before it gives up. Default: 10 min.", TimeSpan.FromMinutes(10));
        var certificates = Arguments.Path("--certificates", "Folder of the cluster's certificates. Without it only loopback addresses can be bound.");
        var command = new Command(
            "live",
            "Run an experiment live, as one of its nodes: wall clock, real messages shaped to the channel, each node computing its own (docs/live.md).\n"
            + "The first node carries aggregator and supervisor, the others the clients, in their order. Examples:\n"
            + "  nmoe live experiments/cluster/live.conf --nodes 3 --listen 127.0.0.1:4100\n"
            + "  nmoe live experiments/cluster/live.conf --nodes 3 --listen 127.0.0.1:4101 --join 127.0.0.1:4100")
        {
            file, sets, output, listen, join, nodes, patience, certificates,
        };
        command.SetAction(async (parsed, _) =>
        {
            var configuration = ExperimentFile.Read(parsed.GetRequiredValue(file), parsed.GetRequiredValue(sets));
            Warnings.Say(configuration.Warnings.Concat(LiveKeys.PassedOver(configuration)).Concat(SlowArithmetic.Of([configuration.Settings], Numerics.Here())));
            var at = Endpoint.Read("--listen", parsed.GetRequiredValue(listen));
            var settings = new NodeSettings(
                at.Host, at.Port, [.. parsed.GetRequiredValue(join).Select(seed => Endpoint.Read("--join", seed).ToString())], [NodeRoles.Live], NodeSecurity.FromFolder(parsed.GetValue(certificates)))
            { SplitBrain = SplitBrainRule.KeepOldestLive };
            var run = new LiveRun(configuration, settings, parsed.GetRequiredValue(nodes), parsed.GetRequiredValue(patience), parsed.GetRequiredValue(output), Console.Out);
            return await StopSignals.Until("The other nodes go on without this one.", async stop =>
            {
                var (end, folder, report) = await run.GoAsync(stop).ConfigureAwait(false);
                return Tell(end, folder, report);
            }).ConfigureAwait(false);
        });
        return command;
    }

    private static int Tell(LiveEnd end, string? folder, Federation.Records.RunReport? report)
    {
        if (report is not null)
        {
            Console.Out.WriteLine();
            Console.Out.Write(ReportTables.PlainText(report, Terminal.Width));
            Console.Out.WriteLine();
        }

        if (folder is not null)
        {
            Console.Out.WriteLine($"run        {folder}");
        }

        if (end.Way == LiveEndKind.Finished)
        {
            Console.Out.WriteLine(folder is null ? "The run has ended; the node that led it has the result." : "The run has ended.");
            return ExitCodes.Success;
        }

        Console.Error.WriteLine(end.Way switch
        {
            LiveEndKind.Refused => $"error: This node was refused: {end.Reason}.",
            LiveEndKind.NotBegun => $"error: The run did not begin: {end.Reason}. Start the missing nodes with the same experiment, --nodes and --join, or wait longer.",
            _ => $"error: The run ended without a result: {end.Reason}.",
        });
        return end.Way == LiveEndKind.Refused ? ExitCodes.BadInput : ExitCodes.Failed;
    }

}
