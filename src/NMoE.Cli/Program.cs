using System.CommandLine;
using NMoE.Cli.Commands;
using NMoE.Cli.Running;
using NMoE.Learning.Fetching;

var root = new RootCommand("Simulate a Networked Mixture-of-Experts over unreliable edge networks, in virtual time.")
{
    RunCommand.Create(),
    LiveCommand.Create(),
    CalibrateCommand.Create(),
    CompareCommand.Create(),
    SweepCommand.Create(),
    WorkerCommand.Create(),
    StatusCommand.Create(),
    PlotCommand.Create(),
    VerifyCommand.Create(),
    VerifiedRunCommand.Create(),
    CostCommand.Create(),
    ConfigCommand.Create(),
    CertificatesCommand.Create(),
    BenchCommand.Create(),
    FuzzCommand.Create(),
    DataCommand.Create(),
    DoctorCommand.Create(Places.DefaultStore, Cifar10Archive.DefaultDestination),
};

// `nmoe`, `nmoe help` and `nmoe help run` are what people type for `--help`.
string[] given = args switch
{
    [] or ["help"] => ["--help"],
    ["help", .. var rest] => [.. rest, "--help"],
    _ => args,
};
// Signals are the commands' own (StopSignals): the library's handler swallows the first one that meets a command before it awaits anything.
var invocation = new InvocationConfiguration { EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = null };
return ExitCodes.Guard(() =>
{
    ParentCode.Check();
    var parsed = root.Parse(given);
    Arguments.RefuseEmpty(parsed);
    return parsed.Invoke(invocation);
});
