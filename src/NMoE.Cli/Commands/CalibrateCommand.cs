using System.CommandLine;
using NMoE.Cli.Live;
using NMoE.Cli.Running;
using NMoE.Federation.Settings;
using NMoE.Learning.Identity;

namespace NMoE.Cli.Commands;

/// <summary><c>nmoe calibrate</c>: how fast this machine is as a device.</summary>
internal static class CalibrateCommand
{
    private const int DefaultRepeats = 5;
    /// <summary>The command.</summary>
    public static Command Create()
    {
        var file = Arguments.Configuration();
        var sets = Arguments.Sets();
        var threads = Arguments.Whole("--threads", "Clients that train at the same time, as on a machine with so many one-thread nodes.", 1, 1024, 1);
        var repeats = Arguments.Whole("--repeats", "How often a round is measured; the median counts.", 1, 1000, DefaultRepeats);
        var json = JsonText.Option("what was measured");
        var command = new Command(
            "calibrate",
            "Measure how fast this machine trains a round of an experiment, and print it as a device profile to include in experiments. Examples:\n"
            + "  nmoe calibrate experiments/cluster/live.conf > this-machine.conf\n"
            + "  nmoe calibrate experiments/cluster/live.conf --threads 2 --json")
        {
            file, sets, threads, repeats, json,
        };
        command.SetAction(parsed =>
        {
            var configuration = ExperimentFile.Read(parsed.GetRequiredValue(file), parsed.GetRequiredValue(sets));
            Warnings.Say(configuration.Warnings);
            var settings = configuration.Settings;
            var (together, times) = (parsed.GetValue(threads), parsed.GetValue(repeats));
            Check(together, settings.Experiment.Clients);
            return StopSignals.Until(Arguments.BeginsAnew, stop =>
            {
                var measured = Measure(settings, together, times, stop);
                Console.Out.Write(parsed.GetValue(json)
                    ? JsonText.Of(measured)
                    : CalibrationView.Hocon(measured, settings, typeof(CalibrateCommand).Assembly.GetName().Version!.ToString(3)) + Environment.NewLine);
                return ExitCodes.Success;
            });
        });
        return command;
    }

    private static Calibration Measure(ExperimentSettings settings, int together, int times, CancellationToken cancellation)
    {
        var catalog = Places.Catalog(settings);
        var plan = Shards.Of(settings, catalog).Plan;
        TorchThreads.Prepare(settings.Compute.Computing);
        return Calibration.Measure(plan, Preparation.Functions(plan, catalog), together, times, cancellation);
    }

    private static void Check(int threads, int clients)
    {
        if (threads > clients)
        {
            throw new BadArgumentException(
                "--threads", FormattableString.Invariant($"{threads} clients cannot train at the same time"), FormattableString.Invariant($"The experiment has {clients}: give 1 to {clients}"));
        }
    }
}
