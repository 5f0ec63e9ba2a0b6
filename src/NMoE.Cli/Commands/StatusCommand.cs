using System.CommandLine;
using System.Globalization;
using NMoE.Cli.Running;
using NMoE.Cluster.Nodes;
using NMoE.Cluster.Security;
using NMoE.Cluster.Work;
using NMoE.Cluster.Work.Messages;

namespace NMoE.Cli.Commands;

/// <summary><c>nmoe status</c>: how a run on a cluster stands.</summary>
internal static class StatusCommand
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(10);
    /// <summary>The command.</summary>
    public static Command Create()
    {
        var join = Arguments.Join();
        var certificates = Arguments.Certificates();
        var json = JsonText.Option("the answer");
        var command = new Command(
            "status",
            "Ask a run that listens at an address, or a node of a live run, how it stands: members, jobs, bytes moved, time. Examples:\n"
            + "  nmoe status --join 127.0.0.1:4000\n  nmoe status --join lab1:4000 --certificates DIR --json")
        {
            join, certificates, json,
        };
        command.SetAction(parsed =>
        {
            var at = Endpoint.Read("--join", parsed.GetRequiredValue(join));
            var node = new NodeSettings(at.OwnAddress(), 0, [at.ToString()], [], NodeSecurity.FromFolder(parsed.GetValue(certificates)));
            var status = StatusClient.AskAsync(node, s_patience).GetAwaiter().GetResult();
            if (parsed.GetValue(json))
                Console.Out.Write(JsonText.Of(status));
            else
                Show(status, Console.Out);
            return ExitCodes.Success;
        });
        return command;
    }

    /// <summary>A status for people.</summary>
    internal static void Show(WorkStatus status, TextWriter to)
    {
        void Line(FormattableString text) => to.WriteLine(text.ToString(CultureInfo.InvariantCulture));
        Line($"experiment {status.Experiment}{(status.Stage.Length == 0 ? "" : ", stage " + status.Stage)}, t = {status.VirtualSeconds:F1} s");
        if (!status.Members.SelectMany(member => member.Roles).Contains(NodeRoles.Live))
            ShowJobs(status, Line);
        foreach (var member in status.Members)
            Line($"member     {member.Address}  {string.Join(", ", member.Roles)}  {member.Status}{(member.Unreachable ? ", unreachable" : "")}");
        foreach (var worker in status.Workers)
            Line($"worker {worker.Number,-3} {worker.Address}  {worker.Running.Length} of {worker.Threads} threads: {(worker.Running.IsEmpty ? "idle" : string.Join(", ", worker.Running))}");
    }

    private static void ShowJobs(WorkStatus status, Action<FormattableString> line)
    {
        line($"jobs       {status.UnderWay} under way, {status.Queued} queued, {status.Run} run, {status.Remembered} remembered");
        line($"blobs      {status.Received / 1e6:F1} MB received, {status.Sent / 1e6:F1} MB sent");
    }
}
