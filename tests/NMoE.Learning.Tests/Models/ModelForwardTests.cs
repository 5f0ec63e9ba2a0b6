using System.Runtime.InteropServices;
using NMoE.Compute.Blobs;
using NMoE.Compute.Jobs;
using NMoE.Learning.Data;
using NMoE.Learning.Devices;
using NMoE.Learning.Jobs;
using NMoE.Learning.Models;
using NMoE.Learning.Training;
using TorchSharp;
using static TorchSharp.torch;

namespace NMoE.Learning.Tests.Models;

/// <summary>
/// Each model computes what the same architecture computes in PyTorch 1.13 (<c>experiments/models.py</c>): of parameters and pictures that are cosines and sines of their places, the sum of all
/// latents' sizes, the last latent and one logit of the second picture.
/// </summary>
public sealed class ModelForwardTests
{
    [Theory]
    [InlineData("resnet18", "group", 3, 32, "mlp-12", 102.057, 1.27284, -0.0426658)]
    [InlineData("resnet18", "group", 1, 28, "mlp-12", 105.16, 1.22918, -0.107686)]
    [InlineData("resnet18-imagenet", "batch", 3, 32, "mlp-12", 33.4157, 0.254201, -0.130083)]
    [InlineData("resnet18-imagenet", "batch", 1, 28, "mlp-12", 47.0434, 0.174264, -0.120018)]
    [InlineData("resnet8", "group", 3, 32, "mlp-12", 34.358, 0.597714, -0.0765228)]
    [InlineData("resnet8", "group", 1, 28, "mlp-12", 34.7077, 0.412627, -0.142559)]
    [InlineData("cnn", "group", 3, 32, "mlp4", 16.2751, 0, 0.381233)]
    [InlineData("cnn", "group", 1, 28, "mlp4", 222.287, 0, 0.381264)]
    [InlineData("lenet5", "group", 3, 32, "mlp-12", 28.7539, 0.537942, 1.31818)]
    [InlineData("lenet5", "group", 1, 28, "mlp-12", 28.6705, 0.536694, 1.31509)]
    [InlineData("lenet5-relu", "group", 3, 32, "mlp-12", 8.0216, 0.326091, 0.255964)]
    [InlineData("lenet5-relu", "group", 1, 28, "mlp-12", 7.83735, 0.320604, 0.251248)]
    [InlineData("mlp", "group", 3, 32, "mlp-12", 23.2321, 0.225448, -0.0303528)]
    [InlineData("mlp", "group", 1, 28, "mlp-12", 22.6651, 0.211018, -0.0305143)]
    [InlineData("mlp-30-20", "group", 3, 32, "mlp-12", 0.761749, 0.0140996, -0.166783)]
    [InlineData("mlp-30-20", "group", 1, 28, "mlp-12", 0.938565, 0.0372083, -0.166511)]
    [InlineData("linear", "group", 3, 32, "mlp-12", 1934.2, -0.968512, -0.11914)]
    [InlineData("linear", "group", 1, 28, "mlp-12", 513.961, 0.998782, -0.156024)]
    [InlineData("vit-tiny", "group", 3, 32, "mlp-12", 157.567, -0.971442, 0.0675429)]
    [InlineData("vit-tiny", "group", 1, 28, "mlp-12", 157.654, -0.841231, 0.0667315)]
    public void Latents_and_logits_are_those_of_PyTorch(string extractor, string norm, int channels, int side, string expert, double latents, double last, double logit)
    {
        using var scope = NewDisposeScope();
        using var quiet = no_grad();
        var model = ModelCountTests.Model(extractor, norm, new PictureShape(channels, side, side), expert);
        using var parameters = Parameters(model, Waves);
        var of = Network.Extract(parameters, model, Pictures(model), Pass.Evaluation);
        var second = of.select(0, 1);
        Assert.Equal(latents, second.abs().sum().item<float>(), 1e-4 * latents);
        Assert.Equal(last, second[^1].item<float>(), 2e-4);
        Assert.Equal(logit, Network.Decide(parameters, model, of).select(0, 1)[3].item<float>(), 2e-4);
    }

    /// <summary>
    /// The gradient along itself, as a step in both directions sees it. All is float32 here, so a step must change the loss by enough to show, 2e-4, and the loss is summed in double: three in a
    /// hundred are rounding and curvature, and a wrong sign, factor or layer is far outside.
    /// </summary>
    [Theory]
    [InlineData("resnet18-imagenet", 96)]
    [InlineData("resnet8", 28)]
    [InlineData("cnn", 28)]
    [InlineData("lenet5", 28)]
    [InlineData("lenet5-relu", 28)]
    [InlineData("mlp", 28)]
    [InlineData("linear", 28)]
    [InlineData("vit-tiny", 28)]
    public void The_gradient_is_that_of_finite_differences(string extractor, int side)
    {
        using var scope = NewDisposeScope();
        var model = ModelCountTests.Model(extractor, "group", new PictureShape(1, side, side), "mlp-12");
        using var parameters = Parameters(model, Waves);
        var pictures = Pictures(model);
        parameters.Backward(Loss(parameters, model, pictures));
        using var frozen = no_grad();
        var length = parameters.Gradient.norm().item<float>();
        var step = 2e-4 / (length * length);
        using Scalar forth = step, back = -2 * step;
        parameters.Flat.add_(parameters.Gradient, forth);
        var above = Loss(parameters, model, pictures).item<double>();
        parameters.Flat.add_(parameters.Gradient, back);
        var below = Loss(parameters, model, pictures).item<double>();
        Assert.True(length > 1e-3, "There is no gradient to compare.");
        Assert.Equal(1, (above - below) / (2 * step * length * length), 0.03);
    }

    /// <summary>Eight bits of significand: latents within a tenth of their size as a whole, and a backward pass that ends in finite numbers.</summary>
    [Theory]
    [InlineData("resnet18-imagenet")]
    [InlineData("resnet8")]
    [InlineData("cnn")]
    [InlineData("lenet5")]
    [InlineData("lenet5-relu")]
    [InlineData("mlp")]
    [InlineData("linear")]
    [InlineData("vit-tiny")]
    public void Bf16_gives_nearly_the_same(string extractor)
    {
        using var scope = NewDisposeScope();
        var exact = ModelCountTests.Model(extractor, "group", PictureShape.Cifar, "linear");
        var coarse = exact with { Precision = Precision.BFloat16 };
        using var parameters = Parameters(exact, Waves);
        var (latents, rough) = (Network.Extract(parameters, exact, Pictures(exact), Pass.Training), Network.Extract(parameters, coarse, Pictures(exact), Pass.Training));
        using Scalar minus = -1;
        Assert.Equal(ScalarType.Float32, rough.dtype);
        Assert.InRange(rough.add(latents, minus).norm().item<float>() / latents.norm().item<float>(), 1e-6f, 0.1f);
        parameters.Backward(Loss(parameters, coarse, Pictures(exact)));
        Assert.True(parameters.Gradient.isfinite().all().item<bool>());
    }

    /// <summary>Six channels make oneDNN pad; with zeros of our own beside them the rest is what it is without.</summary>
    [Fact]
    public void Channels_that_do_not_fill_a_block_give_finite_numbers_and_gradients_everywhere()
    {
        var model = ModelCountTests.Model("lenet5-relu", "group", PictureShape.Cifar, "linear");
        for (var number = 0; number < 20; number++)
        {
            using var scope = NewDisposeScope();
            using var parameters = Parameters(model, Waves);
            parameters.Backward(Loss(parameters, model, Pictures(model)));
            Assert.True(parameters.Gradient.isfinite().all().item<bool>());
        }
    }

    [Theory]
    [InlineData("lenet5", 3, 8, 8, "pictures of 3 x 8 x 8 are too small for lenet5: conv2, of 5 x 5, finds 4 x 4 numbers")]
    [InlineData("cnn", 1, 1, 28, "pictures of 1 x 1 x 28 are too small for cnn: MaxPool, of 2 x 2, finds 1 x 28 numbers")]
    [InlineData("vit-tiny", 3, 30, 32, "vit-tiny cuts pictures into patches of 4 x 4, which do not fill 30 x 32")]
    public void Pictures_that_do_not_fit_are_refused(string extractor, int channels, int height, int width, string message) =>
        Assert.Equal(message, Assert.Throws<ModelException>(() => ModelCountTests.Model(extractor, "group", new(channels, height, width), "linear").Latent).Message);

    [Theory]
    [InlineData("vgg")]
    [InlineData("mlp-")]
    [InlineData("mlp-0")]
    [InlineData("mlp-10000")]
    [InlineData("mlp-1-2-3-4-5-6-7-8-9")]
    public void A_model_that_there_is_not_is_refused_with_those_that_there_are(string name)
    {
        var message = Assert.Throws<ModelException>(() => Extractors.Of(name)).Message;
        Assert.Contains($"'{name}'. Known are: resnet18, ", message, StringComparison.Ordinal);
        Assert.Contains("Known are: mlp4, linear, and mlp with widths", Assert.Throws<ModelException>(() => Learning.Models.Experts.Of(name)).Message, StringComparison.Ordinal);
    }

    /// <summary>Jobs that were remembered before there were other models are found again.</summary>
    [Fact]
    public void Jobs_say_nothing_of_the_usual_models()
    {
        var job = LearningJob.Create(new LatentsParameters(new(16, 10) { Extractor = "resnet18", Expert = "mlp4" }), 1);
        Assert.Equal("""{"Model":{"Width":16,"Classes":10,"Latent":128}}""", job.Parameters);
        Assert.Equal(new ModelSpec(16, 10), LearningJob.Parameters<LatentsParameters>(job).Model);
        var other = new ModelSpec(16, 10) { Extractor = "cnn", Expert = "linear" };
        Assert.Equal(other, LearningJob.Parameters<LatentsParameters>(LearningJob.Create(new LatentsParameters(other), 1)).Model);
    }

    private static Tensor Loss(FlatParameters parameters, ModelSpec model, Tensor pictures)
    {
        var logits = Network.Decide(parameters, model, Network.Extract(parameters, model, pictures, Pass.Training)).to(float64);
        return nn.functional.cross_entropy(logits, tensor(new long[] { 3, 7 }));
    }

    private static Tensor Pictures(ModelSpec model) => Backend.Floats(
        [.. Enumerable.Range(0, 2 * model.Shape.Bytes).Select(i => (float)Math.Sin(0.013 * i))], 2, model.Shape.Channels, model.Shape.Height, model.Shape.Width);

    private static FlatParameters Parameters(ModelSpec model, Func<ParameterShape, int, float[]> values) => new(
        (Network.F, ParameterLayout.Of(model, ModelPart.Extractor, 0), Drawn(model, ModelPart.Extractor, values)),
        (Network.H, ParameterLayout.Of(model, ModelPart.Expert, 0), Drawn(model, ModelPart.Expert, values)));

    private static ReadOnlyMemory<byte> Drawn(ModelSpec model, ModelPart part, Func<ParameterShape, int, float[]> values)
    {
        var layout = ParameterLayout.Of(model, part, 0);
        var trained = layout.Where(shape => shape.Role == ParameterRole.Trained).Select(shape => shape.Name).Order(StringComparer.Ordinal).ToList();
        var start = SafeTensors.Read(new InitFunction().Run(new JobContext(LearningJob.Create(new InitParameters(model, part, 0), 1), [], CancellationToken.None)).Blobs[0]);
        return SafeTensors.Write(layout.Select(shape => shape.Role == ParameterRole.Trained
            ? start[shape.Name] with { Data = MemoryMarshal.AsBytes<float>(values(shape, trained.IndexOf(shape.Name))).ToArray() }
            : start[shape.Name]));
    }

    private static float[] Waves(ParameterShape shape, int number)
    {
        var scale = Math.Sqrt(shape.Count / (double)shape.Shape[0]);
        return [.. Enumerable.Range(0, (int)shape.Count).Select(i => Math.Cos((0.37 * i) + number))
            .Select(wave => (float)(shape.Shape.Length > 1 ? wave / scale : shape.Name.EndsWith("bias", StringComparison.Ordinal) ? 0.1 * wave : 1 + (0.1 * wave)))];
    }
}
