using System.CommandLine;
using System.Globalization;
using NMoE.Bench.Loads;
using NMoE.Cli.Commands;
using NMoE.Cli.Doctor;
using NMoE.Cli.Running;
using NMoE.Learning.Cost;
using NMoE.Learning.Data;
using NMoE.Learning.Devices;
using NMoE.Learning.Identity;
using NMoE.Learning.Models;
using Spectre.Console;

namespace NMoE.Bench;

/// <summary><c>nmoe bench rates</c>: how near training comes to what this machine multiplies.</summary>
internal static class RatesBench
{
    private const int Classes = 10;
    private const int TableWidth = 100;
    private static readonly PictureShape Digits = new(1, 28, 28);

    // Emulated products say nothing of the machine, and take minutes.
    private static Precision[] Precisions(ComputeDevice device) => device.IsCpu && Numerics.Here().EmulatedBf16 is not null ? [Precision.Float32] : [Precision.Float32, Precision.BFloat16];

    public static Command Create()
    {
        var models = new Option<string[]>("--models") { Description = "Extractors, with commas between. Default: all.", CustomParser = parsed => parsed.Tokens[0].Value.Split(',') };
        models.Validators.Add(parsed => Array.ForEach(parsed.GetValue(models) ?? [], name => Check(name, parsed.AddError)));
        var width = Arguments.Whole("--width", "model.width of residual networks, a multiple of 16.", 16, 128, 16);
        var batch = Arguments.Whole("--batch", "Mini-batch size.", 1, 65536, 50);
        var threads = Arguments.Whole("--threads", "Threads, each with a model or a product of its own.", 1, 64, 1);
        var repeats = Arguments.Whole("--repeats", "Alternated measurements of each, of which the fastest counts.", 1, 1000, 3);
        var milliseconds = Arguments.Whole("--milliseconds", "About how long a measurement takes.", 1, 60_000, 300);
        var device = Arguments.Device("What computes, as compute.device: of a GPU the clock counts, and its product is of matrices of 8192. Default: cpu.");
        var command = new Command(
            "rates", "GFLOP/s of a training step of each extractor, in fp32 and, where this machine multiplies it, bf16, beside libtorch's product of two matrices of 1024 x 1024 on the same threads. Wants an idle machine. Example:\n"
            + "  nmoe bench rates --models cnn,resnet18 --width 64 --batch 10")
        {
            models, width, batch, threads, repeats, milliseconds, device,
        };
        command.SetAction(parsed => StopSignals.Until(Arguments.BeginsAnew, stop =>
        {
            TorchThreads.Prepare(parsed.GetRequiredValue(device));
            var rates = new StepRates(parsed.GetRequiredValue(threads), parsed.GetRequiredValue(milliseconds) / 1e3, parsed.GetRequiredValue(device));
            var precisions = Precisions(parsed.GetRequiredValue(device));
            var table = new Table().Border(TableBorder.Ascii).AddColumns(["Extractor", "Pictures", "MFLOP", .. precisions.SelectMany(Columns)]);
            foreach (var name in parsed.GetValue(models) is { Length: > 0 } chosen ? chosen : [.. Extractors.All.Select(extractor => extractor.Name)])
            {
                table.AddRow(Row(rates, precisions, name, parsed.GetRequiredValue(width), parsed.GetRequiredValue(batch), parsed.GetRequiredValue(repeats), stop));
            }

            // Broken names are harder to read than long lines.
            AnsiConsole.Profile.Width = Math.Max(AnsiConsole.Profile.Width, TableWidth);
            AnsiConsole.Write(table.Title(parsed.GetRequiredValue(device) is { IsCpu: false } gpu ? $"GFLOP/s of {gpu}, of a step and of a product" : "GFLOP in a second of the processor, of a step and of a product"));
            if (precisions is [Precision.Float32])
                Console.Out.WriteLine("bf16 is emulated on this CPU, and was not measured.");
            return ExitCodes.Success;
        }));
        return command;
    }

    private static string[] Columns(Precision precision) => [precision == Precision.BFloat16 ? "bf16" : "fp32", "product", "ratio"];

    private static string[] Row(StepRates rates, Precision[] precisions, string name, int width, int batch, int repeats, CancellationToken stop)
    {
        var extractor = Extractors.Of(name);
        // Those that McMahan et al. and LEAF use on digits are measured on them.
        var shape = extractor is Cnn or Mlp or Pixels or LeNet5 ? Digits : PictureShape.Cifar;
        var model = new ModelSpec(extractor.HasWidth ? width : 16, Classes) { Extractor = name, Expert = new LinearExpert().Name, Shape = shape };
        var cells = new List<string> { name, Text($"{shape.Channels}x{shape.Height}x{shape.Width}"), Text($"{LearningCost.FedCe(model, 1, 1) / 1e6:G3}") };
        foreach (var precision in precisions)
        {
            var (product, step) = (0.0, 0.0);
            for (var repeat = 0; repeat < repeats; repeat++)
            {
                stop.ThrowIfCancellationRequested();
                product = Math.Max(product, rates.Product(precision));
                step = Math.Max(step, rates.Step(model with { Precision = precision }, batch));
            }

            cells.AddRange(Text($"{step / 1e9:F1}"), Text($"{product / 1e9:F0}"), Text($"{step / product:F2}"));
        }

        return [.. cells];
    }

    private static void Check(string name, Action<string> wrong)
    {
        try
        {
            Extractors.Of(name);
        }
        catch (ModelException error)
        {
            wrong($"--models: {error.Message}");
        }
    }

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
