using System.CommandLine;
using NMoE.Cli.Running;
using NMoE.Cluster.Nodes;
using NMoE.Cluster.Security;
using NMoE.Cluster.Work;
using NMoE.Compute.Store;
using NMoE.Learning.Data;
using NMoE.Learning.Devices;
using NMoE.Learning.Identity;
using NMoE.Learning.Registry;

namespace NMoE.Cli.Commands;

/// <summary><c>nmoe worker</c>: computes jobs of runs that listen somewhere.</summary>
internal static class WorkerCommand
{
    /// <summary>The command.</summary>
    public static Command Create()
    {
        var join = Arguments.Join();
        var threads = Arguments.Whole("--threads", "Compute threads, one job each. Default: all processors.", 1, WorkForms.MostThreads);
        var host = new Option<string?>("--host") { Description = "Own address, by which the run reaches the worker. Default: the one towards the run." };
        var port = Arguments.Whole("--port", "Own port. Default: a free one.", 0, 65535, 0);
        var store = Arguments.Path("--store", "Folder of the worker's store: a cache of blobs, kept from run to run. Default: the user's, shared with runs on this machine.");
        var size = Arguments.Whole("--store-size", "Most GiB of blobs in the store; the least recently used leave first. Default: that of compute.store.max-size.", 1, 1 << 20);
        var data = Arguments.Path("--data", "Folder of the data set, as data.path. Must hold the same files as the run's.");
        var device = Arguments.Device("What computes, as compute.device. A run takes only workers that round as it does. Default: cpu.");
        var bind = Arguments.Bind();
        var certificates = Arguments.Certificates();
        var json = new Option<bool>("--json") { Description = "Print what happens as JSON, a line each." };
        var command = new Command(
            "worker",
            "Compute jobs of the runs that listen at an address, one run after the other, until stopped (Ctrl-C). May come and go at any time. Examples:\n"
            + "  nmoe worker --join 127.0.0.1:4000 --threads 1\n  nmoe worker --join lab1:4000 --data DIR --certificates DIR --json")
        {
            join, threads, device, host, port, bind, store, size, data, certificates, json,
        };
        command.SetAction(parsed =>
        {
            var at = Endpoint.Read("--join", parsed.GetRequiredValue(join));
            var node = new NodeSettings(
                parsed.GetValue(host) ?? at.OwnAddress(), parsed.GetValue(port), [at.ToString()], [NodeRoles.Worker], NodeSecurity.FromFolder(parsed.GetValue(certificates)))
            {
                Bind = parsed.GetValue(bind) is { } behind ? Endpoint.Read("--bind", behind).Binding : null,
            };
            var log = parsed.GetValue(json) ? WorkerLog.ForPrograms(Console.Out) : WorkerLog.ForPeople(Console.Out);
            return Work(node, Kit(parsed.GetValue(threads), parsed.GetRequiredValue(device), parsed.GetValue(store), parsed.GetValue(size), parsed.GetValue(data)), log);
        });
        return command;
    }

    private static int Work(NodeSettings node, WorkerKit kit, WorkerLog log)
    {
        using var stop = new StopSignals();
        using var worker = new Worker(node, kit, log.Write);
        var end = worker.RunAsync(stop.Token).GetAwaiter().GetResult();
        if (end.Reason is not { } reason)
            return ExitCodes.Success;
        Console.Error.WriteLine("error: " + reason);
        return ExitCodes.BadInput;
    }

    private static WorkerKit Kit(int? threads, ComputeDevice device, string? store, int? size, string? data)
    {
        var bytes = size is { } gibibytes ? (long)gibibytes << 30 : ExperimentFile.Reference().Settings.Compute.Store.MaxBytes;
        var catalog = new DataCatalog(data);
        var functions = LearningFunctions.All(catalog);
        TorchThreads.Prepare(device);
        return new WorkerKit(
            threads ?? Environment.ProcessorCount, functions, Fingerprint.OfThisMachine(functions, device), new JobStore(new(store ?? Places.DefaultStore, bytes) { RecentBytes = Places.RecentBytes }), spec => MissingData(catalog, spec),
            probe => probe.Hash(device))
        {
            PerThreadStart = () => TorchThreads.Prepare(device),
        };
    }

    private static string? MissingData(DataCatalog catalog, DataSpec spec)
    {
        try
        {
            catalog.Source(spec);
            return null;
        }
        catch (DataException missing)
        {
            return $"The worker lacks the run's data set: {missing.Message} (nmoe worker --data PATH)";
        }
    }
}
