using System.CommandLine;
using NMoE.Cli.Doctor;
using NMoE.Learning.Data;
using Spectre.Console;

namespace NMoE.Cli.Commands;

/// <summary><c>nmoe doctor</c>: says what this machine has and lacks, and changes nothing.</summary>
internal static class DoctorCommand
{
    /// <summary>The command. <c>--store</c>, <c>--data</c> and <c>--json</c> are its options.</summary>
    /// <param name="defaultStore">The store's folder when none is named.</param>
    /// <param name="defaultData">The folder of CIFAR-10 when none is named.</param>
    /// <param name="more">Checks of other parts of the program, shown last.</param>
    public static Command Create(string defaultStore, string defaultData, params IDoctorCheck[] more)
    {
        var store = Arguments.Path("--store", "Folder of the store (compute.store.path).", () => defaultStore);
        var data = Arguments.Path("--data", "Folder of CIFAR-10 (data.path).", () => defaultData);
        var json = new Option<bool>("--json") { Description = "Print the findings as JSON." };
        var command = new Command("doctor", "Check this machine: native library, devices, fonts, cores, memory, CPU, data, store.") { store, data, json };
        command.SetAction(parsed =>
        {
            var report = DoctorReport.Of([.. Checks(parsed.GetRequiredValue(store), parsed.GetRequiredValue(data)), .. more]);
            if (parsed.GetValue(json))
                Console.Out.WriteLine(report.Json());
            else
                DoctorView.Show(report, AnsiConsole.Console);
            return report.ExitCode;
        });
        return command;
    }

    private static IEnumerable<IDoctorCheck> Checks(string store, string data) =>
    [
        new NativeLibraryCheck(),
        new DevicesCheck(),
        new FontsCheck(),
        new MachineCheck(Machine.Here()),
        new NumericsCheck(Numerics.Here()),
        new StoreCheck(StorePlace.Try(store)),
        new DataCheck(Cifar10Folder.Judge(data)),
        new SetsCheck(set => DataFolders.Default(set.Folder)),
    ];
}
