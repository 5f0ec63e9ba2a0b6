using System.CommandLine;

namespace NMoE.Cli.Commands;

/// <summary>Arguments that several commands share.</summary>
internal static class Arguments
{
    public static Argument<string> Configuration() => new("CONF") { Description = "Experiment file, such as experiments/quickstart.conf." };

    public static Option<string> Output() => new("--out") { Description = "Folder for run directories.", DefaultValueFactory = _ => "runs" };

    public static Option<string> Join() => new("--join") { Description = "Where a run listens, as HOST:PORT (nmoe run CONF --cluster HOST:PORT).", Required = true };

    public static Option<string?> Bind() => new("--bind") { Description = "Where to listen, as HOST:PORT, if that is not where others reach this process: behind a forwarded port." };

    public static Option<string?> Certificates() => new("--certificates")
    {
        Description = "Folder with this cluster's certificates and secret (nmoe certificates). Without it, loopback addresses only.",
    };

    /// <summary>Ctrl-C stops the work; what is done is kept.</summary>
    public static void StopOnInterrupt(CancellationTokenSource stop) => Console.CancelKeyPress += (_, pressed) =>
    {
        pressed.Cancel = true;
        stop.Cancel();
    };

    public static Option<string[]> Sets() => new("--set")
    {
        Description = "Override a key: --set seed=2 --set data.path=DIR. May be given again.",
        Arity = ArgumentArity.OneOrMore,
        DefaultValueFactory = _ => [],
    };
}
