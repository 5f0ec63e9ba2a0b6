using System.Collections.Immutable;
using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using NMoE.Compute.Blobs;
using NMoE.Compute.Jobs;
using NMoE.Learning.Data;
using NMoE.Learning.Gates;
using NMoE.Learning.Jobs;
using NMoE.Learning.Models;
using NMoE.Learning.Registry;
using Xunit.Abstractions;

namespace NMoE.Processes.Tests;

/// <summary>
/// <c>experiments/classify.py</c> gives pictures the classes that the program gives them, from exported files alone: by one client's expert, and by the expert that the gate prefers. One process of
/// Python for all models; where it has no PyTorch the test says so and compares nothing.
/// </summary>
public sealed class ClassifySpecs(ITestOutputHelper output) : IDisposable
{
    private const int Pictures = 24;
    private const int Clients = 3;
    private const int Classes = 7;
    private const int NoTorch = 77;

    /// <summary>What is printed of a picture whose two best classes, or experts, are nearer than this share of the largest number, float may turn around.</summary>
    private const float Tie = 1e-3f;

    private static readonly (string Extractor, NormKind Norm, int Width, int Channels, int Side, string Expert)[] s_models =
    [
        ("resnet18", NormKind.Group, 16, 3, 32, "mlp4"), ("resnet18", NormKind.Batch, 8, 1, 28, "linear"), ("resnet18-imagenet", NormKind.Group, 8, 3, 32, "mlp-12"), ("resnet8", NormKind.Batch, 32, 1, 28, "mlp-20-10"),
        ("cnn", NormKind.Group, 64, 1, 28, "mlp4"), ("lenet5", NormKind.Group, 64, 1, 28, "linear"), ("lenet5-relu", NormKind.Group, 64, 3, 32, "mlp-12"), ("mlp", NormKind.Group, 64, 1, 28, "mlp4"),
        ("mlp-30-20", NormKind.Group, 64, 3, 32, "mlp-12"), ("linear", NormKind.Group, 64, 1, 28, "linear"), ("vit-tiny", NormKind.Group, 64, 3, 32, "mlp-12"), ("cnn-3-4-20-10", NormKind.Group, 64, 3, 32, "linear"),
    ];

    private static readonly ImmutableArray<IJobFunction> s_functions = LearningFunctions.All(new DataCatalog(null));
    private readonly DataFiles _files = new();

    public void Dispose() => _files.Dispose();

    [Fact]
    public void Python_gives_the_classes_that_the_program_gives()
    {
        var (asked, expected) = (new List<string>(), new List<(string Name, ImmutableArray<(int Class, bool IsTie)> Rows)>());
        foreach (var (model, number) in s_models.Select((model, number) => (model, number)))
        {
            var name = FormattableString.Invariant($"{number}-{model.Extractor}");
            var (own, gated) = Classified(name, model);
            asked.AddRange([$"{_files.PathOf(name)}\t{_files.PathOf(name + ".npy")}\t--client\t1", $"{_files.PathOf(name)}\t{_files.PathOf(name + ".npy")}\t--gate"]);
            expected.AddRange([(name, own), (name + " by the gate", gated)]);
        }

        if (Python(asked) is not { } printed)
        {
            output.WriteLine("python3 with numpy and torch is not installed here: nothing was compared.");
            return;
        }

        Assert.Equal(expected.Count, printed.Length);
        foreach (var ((name, rows), classes) in expected.Zip(printed))
        {
            Assert.Equal(Pictures, classes.Length);
            Assert.True(rows.Count(row => row.IsTie) <= Pictures / 4, $"{name}: {rows.Count(row => row.IsTie)} ties");
            Assert.All(rows.Zip(classes), pair => Assert.True(pair.First.IsTie || pair.First.Class == pair.Second, $"{name}: {pair.Second} in Python, {pair.First.Class} here"));
        }
    }

    /// <summary>Writes a model's files and pictures, and classifies these as the program does.</summary>
    private (ImmutableArray<(int, bool)> Own, ImmutableArray<(int, bool)> Gated) Classified(string name, (string Extractor, NormKind Norm, int Width, int Channels, int Side, string Expert) of)
    {
        var shape = new PictureShape(of.Channels, of.Side, of.Side);
        var spec = new ModelSpec(of.Width, Classes)
        {
            Extractor = of.Extractor,
            Expert = of.Expert,
            Norm = of.Norm,
            Shape = shape,
            Traits = of.Channels == 1 ? PictureTraits.Grey(0.1307, 0.3081) : PictureTraits.Cifar,
        };
        var extractor = Put(name, "extractor", spec, ModelPart.Extractor, 0, 1);
        var gate = Put(name, "gate", spec, ModelPart.Gate, Clients, 2);
        var experts = Enumerable.Range(0, Clients).Select(client => Put(name, FormattableString.Invariant($"expert-{client:D5}"), spec, ModelPart.Expert, 0, 3 + client)).ToArray();

        // Generated pictures, so that they are as different as those of a run.
        var (source, pixels) = (new GeneratedSource(5, shape, Classes), new byte[Pictures * shape.Bytes]);
        for (var row = 0; row < Pictures; row++)
            source.CopyPicture(DataSplit.Test, row, pixels.AsSpan(row * shape.Bytes, shape.Bytes));
        _files.Put(name + ".npy", DataFiles.Npy("|u1", FormattableString.Invariant($"({Pictures}, {of.Channels}, {of.Side}, {of.Side})"), pixels));

        var shard = SafeTensors.Write(
        [
            new TensorBlob("images", TensorType.U8, [Pictures, of.Channels, of.Side, of.Side], pixels),
            new TensorBlob("labels", TensorType.I64, [Pictures], new byte[Pictures * sizeof(long)]),
        ]);
        var latents = Run(new LatentsParameters(spec), extractor, shard).Blobs[0];
        var answers = experts.Select(expert => Rows(Run(new ExpertLogitsParameters(spec), expert, latents).Blobs[0])).ToArray();
        var chosen = Run(new RouteParameters(spec, FedGate.GateName, 0, Clients, 1, []), latents, gate);
        var second = Run(new RouteParameters(spec, FedGate.GateName, 0, Clients, 2, []), latents, gate).Blobs[0];
        var preferred = MemoryMarshal.Cast<byte, float>(SafeTensors.Read(second)["weights"].Data.Span).ToArray();
        return (answers[1], [.. chosen.Integers.Select((expert, row) => answers[expert][row] is var (best, tie) ? (best, tie || preferred[2 * row] - preferred[(2 * row) + 1] < Tie) : default)]);
    }

    private ReadOnlyMemory<byte> Put(string folder, string file, ModelSpec spec, ModelPart part, int outputs, int seed)
    {
        var made = part == ModelPart.Extractor ? Run(new InitParameters(spec, part, outputs)).Blobs[0] : Scattered(ParameterLayout.Of(spec, part, outputs), seed);
        _files.Put($"{folder}/{file}.safetensors", SafeTensorsMetadata.Put(made, ModelMetadata.Of(spec)));
        return made;
    }

    private static JobOutput Run<T>(T parameters, params ReadOnlyMemory<byte>[] inputs)
        where T : IJobParameters =>
        s_functions.Single(function => function.Kind == T.Kind).Run(new JobContext(LearningJob.Create(parameters, 1), [.. inputs], CancellationToken.None));

    /// <summary>Parameters as scattered as trained ones; those that training begins with say the same of each picture.</summary>
    private static ReadOnlyMemory<byte> Scattered(ImmutableArray<ParameterShape> layout, int seed) => SafeTensors.Write(layout.Select(shape => new TensorBlob(
        shape.Name, TensorType.F32, shape.Shape,
        MemoryMarshal.AsBytes<float>([.. Enumerable.Range(0, (int)shape.Count).Select(i => (float)(Math.Cos((0.7 * i * i) + seed) * Math.Sqrt(3.0 / shape.Shape[^1])))]).ToArray())));

    private static ImmutableArray<(int Class, bool IsTie)> Rows(ReadOnlyMemory<byte> logits)
    {
        var values = MemoryMarshal.Cast<byte, float>(SafeTensors.Read(logits)["logits"].Data.Span).ToArray();
        var largest = values.Max(Math.Abs);
        return [.. values.Chunk(Classes).Select(row => row.OrderDescending().ToArray() is var order ? (Array.IndexOf(row, order[0]), order[0] - order[1] < Tie * largest) : default)];
    }

    /// <summary>What the program in Python prints of each line of arguments; null where there is no PyTorch.</summary>
    private static int[][]? Python(IEnumerable<string> lines)
    {
        const string driver = """
            import sys
            try:
                import numpy, torch
            except ImportError:
                sys.exit(77)
            torch.set_num_threads(1)
            sys.path.insert(0, sys.argv[1])
            import classify
            for line in sys.stdin.read().splitlines():
                sys.argv = ["classify.py", *line.split("\t")]
                classify.main()
                print("#")
            """;
        var start = new ProcessStartInfo("/usr/bin/python3", ["-c", driver, Path.Combine(AppContext.BaseDirectory, "experiments")]) { RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true };
        if (!File.Exists(start.FileName))
            return null;
        using var python = Process.Start(start)!;
        var error = python.StandardError.ReadToEndAsync();
        python.StandardInput.Write(string.Join('\n', lines));
        python.StandardInput.Close();
        var printed = python.StandardOutput.ReadToEnd();
        python.WaitForExit();
        if (python.ExitCode == NoTorch)
            return null;
        Assert.True(python.ExitCode == 0, error.Result);
        return [.. printed.Split('#', StringSplitOptions.RemoveEmptyEntries).Select(one => one.Split('\n', StringSplitOptions.RemoveEmptyEntries)).Where(one => one.Length > 0).Select(one => Array.ConvertAll(one, line => int.Parse(line, CultureInfo.InvariantCulture)))];
    }
}
