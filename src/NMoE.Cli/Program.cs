using System.CommandLine;
using NMoE.Cli.Commands;
using NMoE.Cli.Running;
using NMoE.Learning.Fetching;

var root = new RootCommand("Simulate a Networked Mixture-of-Experts over unreliable edge networks, in virtual time.")
{
    RunCommand.Create(),
    PlotCommand.Create(),
    CostCommand.Create(),
    ConfigCommand.Create(),
    BenchCommand.Create(),
    DataCommand.Create(),
    DoctorCommand.Create(Places.DefaultStore, Cifar10Archive.DefaultDestination),
};

return ExitCodes.Guard(() => root.Parse(args).Invoke(new InvocationConfiguration { EnableDefaultExceptionHandler = false }));
