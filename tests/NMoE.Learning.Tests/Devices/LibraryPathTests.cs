using NMoE.Compute.Blobs;
using NMoE.Compute.Jobs;
using NMoE.Learning.Baselines;
using NMoE.Learning.Data;
using NMoE.Learning.Devices;
using NMoE.Learning.Experts;
using NMoE.Learning.Gates;
using NMoE.Learning.Identity;
using NMoE.Learning.Jobs;
using NMoE.Learning.Models;
using NMoE.Learning.Partitions;
using NMoE.Learning.Registry;
using NMoE.Learning.SelfSupervised;
using NMoE.Learning.Tests.Metrics;
using NMoE.Learning.Training;
using TorchSharp;

namespace NMoE.Learning.Tests.Devices;

/// <summary>
/// A GPU is asked by the library alone: no loop of this project works on its memory, and what it makes is copied there and back. Asked in the same way, the CPU computes what it computes with those loops: the same
/// bits, but where a loop is another order of the same sums.
/// </summary>
public sealed class LibraryPathTests
{
    private const int Experts = 3;
    private const int Dimension = 8;
    private static readonly ModelSpec Small = new(16, 10) { Extractor = "mlp-24-12", Expert = "mlp-8", Shape = new(1, 8, 8), Traits = PictureTraits.Grey(0.4, 0.2) };
    private static readonly FedCeParameters Local = new(Small, 0.05, 0.9, 5e-4, 7, 2, 1, Augmentation.Crop, 0.1);
    private static readonly GateParameters Gate = new(
        Small, Experts, [0, 2], 0.01, 5, 2, 0.01, RouterNoise.Shazeer, 1, GradientRule.Clip, 1, GateMode.TopK, 2);

    /// <summary>Kinds of jobs that make no tensors: they are computed by the processor wherever the others are.</summary>
    private static readonly string[] s_withoutTensors =
    [
        AnalogParameters.Kind, AnswerParameters.Kind, AverageParameters.Kind, BlankExpertParameters.Kind, BufferedStepParameters.Kind, CompressParameters.Kind, DequantiseParameters.Kind, ExpertHitsParameters.Kind, ExternalParameters.Kind,
        GateRowsAverageParameters.Kind, InitParameters.Kind, LabelsParameters.Kind, LatentMomentsParameters.Kind, MomentumAverageParameters.Kind, NoisyGateParameters.Kind, OracleParameters.Kind, OwnNormsParameters.Kind,
        PackParameters.Kind, PFedMoeInitParameters.Kind, QuantiseParameters.Kind, ReleaseParameters.Kind, RestoreParameters.Kind, ScaffoldServerParameters.Kind, ScoreParameters.Kind, ShardParameters.Kind, UnpackParameters.Kind,
    ];

    public LibraryPathTests() => TorchThreads.Prepare();

    public static TheoryData<string> Kinds => [.. Jobs().Select(job => job.Kind).Distinct()];

    public static TheoryData<string, NormKind, Precision> Models
    {
        get
        {
            var models = new TheoryData<string, NormKind, Precision>();
            foreach (var extractor in Extractors.All.Where(extractor => extractor is not Pixels))
            {
                models.Add(extractor.Name, NormKind.Group, Precision.Float32);
                models.Add(extractor.Name, NormKind.Group, Precision.BFloat16);
                if (extractor.HasWidth)
                    models.Add(extractor.Name, NormKind.Batch, Precision.Float32);
            }

            return models;
        }
    }

    [Fact]
    public void Every_kind_of_job_is_computed_here_or_makes_no_tensors() => Assert.Equal(
        LearningFunctions.All(new DataCatalog(null)).Select(function => function.Kind).Order(StringComparer.Ordinal),
        Jobs().Select(job => job.Kind).Distinct().Concat(s_withoutTensors).Order(StringComparer.Ordinal));

    [Theory]
    [MemberData(nameof(Kinds))]
    public void A_job_has_the_bits_of_the_processor_when_it_is_asked_as_a_GPU_is(string kind) =>
        Assert.All(Jobs().Where(job => job.Kind == kind), job => Same(job.Run(), Asked(torch.CPU, job.Run)));

    [Theory]
    [MemberData(nameof(Models))]
    public void An_extractor_trains_to_the_same_bits(string name, NormKind norm, Precision precision)
    {
        var steps = new ProbeJobs(new ModelSpec(16, 10) { Extractor = name, Norm = norm, Precision = precision, Shape = new(1, 28, 28), Traits = PictureTraits.Grey(0.4, 0.2) }, 2);
        Same(steps.Train(2), Asked(torch.CPU, () => steps.Train(2)));
    }

    /// <summary>A tensor that were left on the processor would meet those of the device, and the library refuses that. The device without memory knows no convolutions.</summary>
    [Fact]
    public void All_that_a_pass_makes_is_on_the_device()
    {
        var model = new ModelSpec(16, 10) { Extractor = "mlp" };
        using var scope = torch.NewDisposeScope();
        using var place = Backend.On(torch.META);
        using var parameters = new FlatParameters(
            (Network.F, ParameterLayout.Of(model, ModelPart.Extractor, 0), Initial(model, ModelPart.Extractor)), (Network.H, ParameterLayout.Of(model, ModelPart.Expert, 0), Initial(model, ModelPart.Expert)));
        var pictures = new Pictures(new byte[2 * 3072], model).Batch([0, 1]);
        var loss = torch.nn.functional.cross_entropy(Network.Decide(parameters, model, Network.Extract(parameters, model, pictures, Pass.Training)), Backend.Longs([1, 2]));
        parameters.Backward(loss);
        Assert.Equal((DeviceType.META, DeviceType.META), (loss.device_type, parameters.Gradient.device_type));
    }

    /// <summary>The loop for logistic regression adds in another order than the library: the models agree to float32's last digits.</summary>
    [Fact]
    public void Regression_is_the_librarys_but_for_the_order_of_its_sums()
    {
        var model = Small with { Extractor = "linear", Expert = "linear" };
        var settings = Local with { Model = model };
        Assert.True(Regression.Fits(model));
        JobOutput Run() => AnswerBlobs.Run(new FedCeFunction(), settings, Initial(model, ModelPart.Extractor), Initial(model, ModelPart.Expert), Shard(0, Small));
        var (own, library) = (Run(), Asked(torch.CPU, Run));
        var (weights, others) = (Floats(own.Blobs[1]), Floats(library.Blobs[1]));
        Assert.NotEqual(weights, others);
        Assert.All(weights.Zip(others), pair => Assert.Equal(pair.First, pair.Second, 1e-5));
        Assert.Equal(own.Metrics["loss"], library.Metrics["loss"], 1e-5);
        Assert.Equal(own.Metrics["accuracy"], library.Metrics["accuracy"]);
    }

    private static IEnumerable<(string Kind, Func<JobOutput> Run)> Jobs()
    {
        (string, Func<JobOutput>) Job<T>(IJobFunction function, T parameters, params ReadOnlyMemory<byte>[] inputs)
            where T : IJobParameters => (T.Kind, () => AnswerBlobs.Run(function, parameters, inputs));
        var (f, h, shard) = (Initial(Small, ModelPart.Extractor), Initial(Small, ModelPart.Expert), Shard(0, Small));
        var projection = Initial(Small, ModelPart.Projection, Dimension);
        var latents = AnswerBlobs.Run(new LatentsFunction(), new LatentsParameters(Small), f, shard).Blobs[0];
        var logits = AnswerBlobs.Run(new ExpertLogitsFunction(), new ExpertLogitsParameters(Small), h, latents).Blobs[0];
        var moments = AnswerBlobs.Run(new LatentMomentsFunction(), new LatentMomentsParameters(Small), latents).Blobs[0];
        var (plain, noisy) = (Initial(Small, ModelPart.Gate, Experts), AnswerBlobs.Run(new NoisyGateFunction(), new NoisyGateParameters(Small, Experts)).Blobs[0]);
        var sums = new GateSumsParameters(Small, Experts, [0, 2]) { Features = new(4, 9) };
        var summed = AnswerBlobs.Run(new GateSumsFunction(), sums, latents, shard, logits, logits, moments).Blobs[0];
        var gaussian = Gate with { NoiseForm = RouterNoise.Gaussian, Mode = GateMode.DenseMixture, Input = InputForm.Normalised };
        var aware = Small with { Gate = SignalGate.NameOf(SignalForm.Mlp) };
        var (home, two) = (new HomeForm(Small, Small, HomeInput.Features), new PFedMoeForm(Small, Small, 4, PFedMoeWeights.Gate));
        var mixing = new HomeGateParameters(home, 0.25, 1, 0.01, 5e-4, 4, 2);
        var mixed = AnswerBlobs.Run(new HomeGateFunction(), mixing, h, h, latents, shard).Blobs[0];
        var own = AnswerBlobs.Run(new PFedMoeInitFunction(), new PFedMoeInitParameters(two)).Blobs;
        return
        [
            Job(new HomeGateFunction(), mixing, h, h, latents, shard),
            Job(new HomeMixtureFunction(), new HomeMixtureParameters(home), mixed, h, h, latents),
            Job(new PFedMoeFunction(), new PFedMoeParameters(Local with { Proximal = 0 }, two), f, h, own[0], own[1], shard),
            Job(new PFedMoeLatentsFunction(), new PFedMoeLatentsParameters(two), f, own[0], own[1], shard),
            Job(new FedCeFunction(), Local, f, h, shard),
            Job(new ScaffoldFunction(), new ScaffoldParameters(Local with { Momentum = 0 }), f, h, shard),
            Job(new CentralisedMoeFunction(), new CentralisedMoeParameters(Local, Experts, 2, 0.01, 0.5), f, plain, h, h, h, shard),
            Job(new CorrelationFunction(), new CorrelationParameters(Small, Dimension, 1), f, projection, shard),
            Job(new FedScFunction(), new FedScParameters(Small, Dimension, 1, 0.5, 1, 0.05, 0.9, 5e-4, 7, 1, 1, 0), f, projection, shard),
            Job(new LatentsFunction(), new LatentsParameters(Small), f, shard),
            Job(new ExpertFunction(), new ExpertParameters(Small, 0.01, 7, 3, 0.2, 2), h, latents, shard),
            Job(new ExpertLogitsFunction(), new ExpertLogitsParameters(Small), h, latents),
            Job(new GateSumsFunction(), sums, latents, shard, logits, logits, moments),
            Job(new DiscriminantFunction(), new DiscriminantParameters(Small, Experts, [1, 2]) { Features = sums.Features }, summed, summed, moments),
            Job(new FedGateFunction(), Gate, noisy, latents, shard, logits, logits),
            Job(new FedGateFunction(), gaussian with { Model = aware, Input = InputForm.Latent, Signals = new(7, 0, -10, 20) }, Initial(aware, ModelPart.Gate, Experts), latents, shard, logits, logits),
            Job(new FedGateFunction(), gaussian, plain, latents, shard, logits, logits, moments),
            Job(new RollGateFunction(), new RollGateParameters(Small, Experts, [0, 1, 2], 1, 0.7, 4, 0.01, 5, 2), plain, latents),
            Job(new GlobalGateFunction(), new GlobalGateParameters(gaussian with { Input = InputForm.Latent }, 2) { Known = [[0, 1], [1, 2]] }, plain, latents, shard, logits, logits, latents, shard, logits, logits),
            Job(new RouteFunction(), new RouteParameters(Small, "fedgate", 0, Experts, 2, []), latents, plain),
            Job(new LinearProbeFunction(), new LinearProbeParameters(Small, 1, 0.01, 7, 2), latents, shard, latents, shard),
            Job(new ModelScoreFunction(), new ModelScoreParameters(Small), f, h, shard),
        ];
    }

    /// <summary>What a job gives where tensors are copied there and back.</summary>
    private static JobOutput Asked(torch.Device device, Func<JobOutput> run)
    {
        using var place = Backend.On(device);
        return run();
    }

    private static void Same(JobOutput expected, JobOutput found)
    {
        Assert.Equal(expected.Blobs.Select(blob => Convert.ToHexString(blob.Span)), found.Blobs.Select(blob => Convert.ToHexString(blob.Span)));
        Assert.Equal(expected.Metrics, found.Metrics);
        Assert.Equal(expected.Integers.AsEnumerable(), found.Integers);
    }

    private static ReadOnlyMemory<byte> Initial(ModelSpec model, ModelPart part, int outputs = 0) => AnswerBlobs.Run(new InitFunction(), new InitParameters(model, part, outputs)).Blobs[0];

    private static byte[] Shard(int seed, ModelSpec model)
    {
        const int rows = 20;
        return SafeTensors.Write(
        [
            new TensorBlob("images", TensorType.U8, [rows, model.Shape.Channels, model.Shape.Height, model.Shape.Width], Enumerable.Range(seed, rows * model.Shape.Bytes).Select(i => (byte)(i * i % 251)).ToArray()),
            new TensorBlob("labels", TensorType.I64, [rows], Enumerable.Range(0, rows).SelectMany(i => BitConverter.GetBytes((long)(i % model.Classes))).ToArray()),
        ]);
    }

    private static float[] Floats(ReadOnlyMemory<byte> file) =>
        [.. SafeTensors.Read(file).SelectMany(tensor => System.Runtime.InteropServices.MemoryMarshal.Cast<byte, float>(tensor.Data.Span).ToArray())];
}
