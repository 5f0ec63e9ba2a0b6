using System.CommandLine;
using System.Globalization;
using NMoE.Cli.Running;
using NMoE.Cluster.Security;

namespace NMoE.Cli.Commands;

/// <summary><c>nmoe certificates DIR</c>: what lets machines be one cluster.</summary>
internal static class CertificatesCommand
{
    /// <summary>The command.</summary>
    public static Command Create()
    {
        var folder = Arguments.File("DIR", "Folder to make the files in; none of them may be there yet.");
        var command = new Command(
            "certificates",
            "Make a cluster's certificates and secret: once, then copy the folder to each machine (scp -rp) and give it to each node. Whoever has the folder is a node. Examples:\n"
            + "  nmoe certificates ~/lab\n  nmoe worker --join lab1:4000 --certificates ~/lab")
        {
            folder,
        };
        command.SetAction(parsed =>
        {
            var until = CertificateFolder.Make(parsed.GetRequiredValue(folder), DateTimeOffset.UtcNow);
            Console.Out.WriteLine(Path.GetFullPath(parsed.GetRequiredValue(folder)));
            Console.Error.WriteLine(string.Create(
                CultureInfo.InvariantCulture, $"Four files, readable by you only; they hold until {until:yyyy-MM-dd}. Copy the folder to each machine and give it as --certificates."));
            return ExitCodes.Success;
        });
        return command;
    }
}
