using System.Globalization;
using NMoE.Federation.Settings;
using NMoE.Learning.Models;

namespace NMoE.Cli.Live;

/// <summary>A calibration as a device profile that an experiment can include.</summary>
internal static class CalibrationView
{
    /// <summary>HOCON, with how it was measured.</summary>
    /// <param name="measured">What was measured.</param>
    /// <param name="settings">The experiment.</param>
    /// <param name="version">Version of NMoE.</param>
    public static string Hocon(Calibration measured, ExperimentSettings settings, string version)
    {
        var (data, stage) = (settings.Data, settings.Extractor);
        string[] lines =
        [
            "// This machine as a device, measured by nmoe calibrate (version " + version + ", .NET " + Environment.Version + ", " + Cpu() + ").",
            Text($"// One round of stage 1 of '{settings.Experiment.Name}': {stage.Method}, {Model(settings.Model)}, {data.TrainPerClient} pictures, {stage.Epochs} epochs, batch {stage.Batch};"),
            Text($"// {measured.Flops / 1e9:F1} GFLOP, {measured.Threads} clients training at the same time on a thread each, {measured.Repeats} times after a first one: the median;"),
            Text($"// the slowest {measured.Least / 1e9:F2} GFLOP/s, the fastest {measured.Most / 1e9:F2}."),
            Text($"device {{ compute = {Speed(measured)} }}"),
        ];
        return string.Join('\n', lines);
    }

    /// <summary>The speed as a value of <c>device.compute</c>.</summary>
    public static string Speed(Calibration measured) => Text($"{measured.FlopPerSecond / 1e9:F3} GFLOP/s");

    private static string Model(ModelSection model) => Extractors.Of(model.Extractor).HasWidth ? Text($"{model.Extractor} of width {model.Width}") : model.Extractor;

    private static string Cpu() => Text($"{Environment.ProcessorCount} cores, {System.Runtime.InteropServices.RuntimeInformation.OSArchitecture}");

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
