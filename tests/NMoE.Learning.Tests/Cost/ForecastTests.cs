using System.Security.Cryptography;
using NMoE.Compute.Blobs;
using NMoE.Compute.Jobs;
using NMoE.Learning.Data;
using NMoE.Learning.Gates;
using NMoE.Learning.Jobs;
using NMoE.Learning.Models;
using NMoE.Learning.Partitions;
using NMoE.Learning.Registry;
using NMoE.Learning.SelfSupervised;

namespace NMoE.Learning.Tests.Cost;

/// <summary>What a job is foretold to leave is what it leaves: sizes to the byte, names of metrics, lengths of tables.</summary>
public sealed class ForecastTests
{
    private readonly IJobFunction[] _functions = [.. LearningFunctions.All(new DataCatalog(null))];
    private readonly Dictionary<BlobRef, ReadOnlyMemory<byte>> _blobs = [];

    [Theory]
    [InlineData(3, 32, 32, 10)]
    [InlineData(1, 28, 28, 6)]
    [InlineData(3, 17, 22, 12)]
    public void Every_kind_of_job_leaves_what_was_foretold(int channels, int height, int width, int classes)
    {
        var reading = new DataReading { Size = new(height, width), Colour = channels == 1 ? PictureColour.Grey : PictureColour.Rgb, Classes = classes };
        var data = new DataCatalog(null).Open("generated", 3, reading).Spec;
        Assert.Equal(new PictureShape(channels, height, width), data.Form.Shape);
        var model = new ModelSpec(16, classes) { Shape = data.Form.Shape, Traits = data.Form.Traits };
        var kinds = new SortedSet<string>(StringComparer.Ordinal);
        var shard = Check(kinds, new ShardParameters(data, "train", new(NonIidPartition.PartitionName, 0.3, 3, 40), 1))[0];
        var f = Check(kinds, new InitParameters(model, ModelPart.Extractor, 0))[0];
        var h = Check(kinds, new InitParameters(model, ModelPart.Expert, 0))[0];
        var g = Check(kinds, new InitParameters(model, ModelPart.Gate, 3))[0];
        Check(kinds, new FedCeParameters(model, 0.05, 0.9, 5e-4, 16, 1, 1, Augmentation.Flip, 0), f, h, shard);
        Check(kinds, new AverageParameters([1, 2]), f, f);
        Check(kinds, new BufferedStepParameters([0.5]), f, f, f);
        Check(kinds, new MomentumAverageParameters([1, 2], 0.9, 1), f, f, f, f);
        var c = Check(kinds, new ScaffoldParameters(new(model, 0.05, 0, 5e-4, 16, 1, 1, Augmentation.Flip, 0)), f, h, shard)[3];
        Check(kinds, new ScaffoldServerParameters(2, 3), c, c);
        Check(kinds, new CentralisedMoeParameters(new(model, 0.05, 0.9, 5e-4, 16, 1, 1, Augmentation.Flip, 0), 3, 1, 0.01, 0.01), f, g, h, h, h, shard, shard);
        var batch = model with { Norm = NormKind.Batch };
        var normed = Check(kinds, new InitParameters(batch, ModelPart.Extractor, 0))[0];
        Check(kinds, new FedCeParameters(batch, 0.05, 0.9, 5e-4, 16, 1, 1, Augmentation.Flip, 0), normed, h, shard);
        Check(kinds, new OwnNormsParameters(batch), normed, normed);
        foreach (var form in Enum.GetValues<UpdateForm>().Where(form => form != UpdateForm.None))
        {
            var how = new CompressParameters(batch, [ModelPart.Extractor, ModelPart.Expert], 0, form, 0.03);
            var sent = Check(kinds, how, normed, h, normed, h);
            Check(kinds, how, normed, h, normed, h, sent[2], sent[3]);
            Check(kinds, new RestoreParameters(how), normed, h, sent[0], sent[1]);
            var packed = Check(kinds, new PackParameters(how), normed, h);
            Check(kinds, new UnpackParameters(how), packed[0], packed[1]);
        }

        var p = Check(kinds, new InitParameters(model, ModelPart.Projection, 12))[0];
        var r = Check(kinds, new CorrelationParameters(model, 12, 4), f, p, shard)[0];
        Check(kinds, new ReleaseParameters(0.1), r);
        var w = Check(kinds, new ExternalParameters([0.5, 0.5]), r, r)[0];
        Check(kinds, new FedScParameters(model, 12, 4, 0.1, 1, 0.03, 0.9, 5e-4, 16, 1, 3, 0), f, p, shard, w);
        var latents = Check(kinds, new LatentsParameters(model), f, shard)[0];
        Check(kinds, new ExpertParameters(model, 1e-3, 16, 2, 0.1, 2), h, latents, shard);
        var logits = Check(kinds, new ExpertLogitsParameters(model), h, latents)[0];
        Check(kinds, new AnalogParameters(model, Fading.Rayleigh) { Signal = 20 }, latents);
        Check(kinds, new AnalogParameters(model, Fading.None) { Drawn = new(5, 1, -10, 20) }, latents);
        foreach (var precision in new[] { LatentPrecision.Fp16, LatentPrecision.Int8 })
        {
            var packed = Check(kinds, new QuantiseParameters(model, precision), latents)[0];
            Check(kinds, new DequantiseParameters(model, precision), packed);
        }

        Check(kinds, new GateParameters(model, 3, [0, 1], 1e-3, 16, 1, 0.01, RouterNoise.Gaussian, 0.01, GradientRule.Clip, 1, GateMode.DenseMixture, 1), g, latents, shard, logits, logits);
        var noisy = Check(kinds, new NoisyGateParameters(model, 3))[0];
        Check(kinds, new GateParameters(model, 3, [0, 1], 1e-3, 16, 1, 0.01, RouterNoise.Shazeer, 0, GradientRule.Clip, 1, GateMode.DenseMixture, 1), noisy, latents, shard, logits, logits);
        var rows = Check(kinds, new GateParameters(model, 2, [0, 1], 1e-3, 16, 1, 0.01, RouterNoise.Gaussian, 0.01, GradientRule.Clip, 1, GateMode.DenseMixture, 1) { Rows = [0, 2] }, g, latents, shard, logits, logits)[0];
        Check(kinds, new BlankExpertParameters(model));
        Check(kinds, new GateRowsAverageParameters([1, 2], [[0, 2], [0, 2]]), rows, rows, g);
        Check(kinds, new RouteParameters(model, "fedgate", 1, 2, 1, []) { Rows = [0, 2] }, latents, g);
        Check(kinds, new RollGateParameters(model, 2, [0, 1], 1, 0.7, 5, 1e-3, 16, 1) { Rows = [0, 2] }, g, latents);
        var pooled = new GateParameters(model, 3, [0], 1e-3, 16, 1, 0.01, RouterNoise.Gaussian, 0.01, GradientRule.Clip, 1, GateMode.DenseMixture, 1);
        Check(kinds, new GlobalGateParameters(pooled, 2), g, latents, shard, logits, latents, shard, logits);
        var moments = Check(kinds, new LatentMomentsParameters(model), latents)[0];
        Check(kinds, pooled with { Input = InputForm.Normalised }, g, latents, shard, logits, moments);
        Check(kinds, new GlobalGateParameters(pooled, 2) { Known = [[0, 1], [2]] }, g, latents, shard, logits, logits, latents, shard, logits);
        Check(kinds, new GlobalGateParameters(pooled with { Input = InputForm.Normalised }, 2), g, latents, shard, logits, latents, shard, logits, moments);
        var sums = Check(kinds, new GateSumsParameters(model, 3, [0, 1]), latents, shard, logits, logits)[0];
        Check(kinds, new DiscriminantParameters(model, 3, [1, 2]), sums, sums);
        var some = Check(kinds, new GateSumsParameters(model, 2, [0, 1]), latents, shard, logits, logits)[0];
        Check(kinds, new DiscriminantParameters(model, 3, [1, 2]) { Rows = [[0, 1], [1, 2]] }, some, some);
        var features = new RandomFeatures(6, 1);
        var wide = Check(kinds, new GateSumsParameters(model, 3, [0, 1]) { Features = features }, latents, shard, logits, logits, moments)[0];
        var solved = Check(kinds, new DiscriminantParameters(model, 3, [1, 2]) { Features = features }, wide, wide, moments)[0];
        Check(kinds, new RouteParameters(model, "fedgate", 1, 3, 2, []) { Features = 6 }, latents, solved);
        Check(kinds, new RollGateParameters(model, 3, [0, 1, 2], 1, 0.7, 5, 1e-3, 16, 1), g, latents);
        Check(kinds, new RouteParameters(model, "fedgate", 1, 3, 2, []), latents, g);
        var weights = Check(kinds, new RouteParameters(model, "rangate", 1, 3, 1, []), latents)[0];
        var answers = Check(kinds, new AnswerParameters(1, classes, [1], [.. Enumerable.Repeat(1, 40)], Mixture.Logits), weights, logits)[0];
        Check(kinds, new ScoreParameters(2) { Pictures = model.OtherShape }, answers, shard, answers, shard);
        Check(kinds, new OracleParameters(1) { Pictures = model.OtherShape }, shard, logits);
        Check(kinds, new LabelsParameters { Pictures = model.OtherShape }, shard);
        Check(kinds, new ExpertHitsParameters { Pictures = model.OtherShape }, shard, logits, logits);
        Check(kinds, new ModelScoreParameters(model), f, h, shard);
        foreach (var input in Enum.GetValues<HomeInput>())
        {
            var home = new HomeForm(model, model with { Expert = "linear" }, input);
            var other = Check(kinds, new InitParameters(home.Own, ModelPart.Expert, 0))[0];
            var mixing = Check(kinds, new HomeGateParameters(home, 0.25, 1, 1e-3, 5e-4, 4, 2), h, other, latents, shard)[0];
            Check(kinds, new HomeMixtureParameters(home), [mixing, h, other, latents, .. input == HomeInput.Picture ? [shard] : Array.Empty<BlobRef>()]);
        }

        var two = new PFedMoeForm(model, model with { Extractor = "mlp-20-128" }, 5, PFedMoeWeights.Gate);
        var own = Check(kinds, new PFedMoeInitParameters(two));
        Check(kinds, new PFedMoeParameters(new(model, 0.05, 0.9, 5e-4, 16, 1, 1, Augmentation.Flip, 0), two), f, h, own[0], own[1], shard);
        Check(kinds, new PFedMoeLatentsParameters(two), f, own[0], own[1], shard);
        Check(kinds, new LinearProbeParameters(model, 1, 3e-3, 16, 2), latents, shard, latents, shard);
        Assert.Equal(_functions.Select(function => function.Kind).Order(StringComparer.Ordinal), kinds);
    }

    private BlobRef[] Check<T>(SortedSet<string> kinds, T parameters, params BlobRef[] inputs)
        where T : IJobParameters
    {
        var job = LearningJob.Create(parameters, 7, inputs);
        var function = _functions.Single(one => one.Kind == job.Kind);
        var forecast = function.Forecast(job);
        var output = function.Run(new JobContext(job, [.. inputs.Select(input => _blobs[input])], CancellationToken.None));
        Assert.Equal(output.Blobs.Select(blob => (long)blob.Length), forecast.Outputs);
        Assert.Equal(output.Metrics.Keys, forecast.Metrics.Order(StringComparer.Ordinal));
        Assert.Equal(output.Integers.Length, forecast.Integers.Length);
        kinds.Add(job.Kind);
        return [.. output.Blobs.Select(Keep)];
    }

    private BlobRef Keep(ReadOnlyMemory<byte> blob)
    {
        var reference = new BlobRef(new BlobHash(Convert.ToHexStringLower(SHA256.HashData(blob.Span))), blob.Length);
        _blobs[reference] = blob;
        return reference;
    }
}
