using NMoE.Chance;
using NMoE.Compute.Jobs;
using NMoE.Learning.Data;
using NMoE.Learning.Jobs;
using NMoE.Learning.Models;
using NMoE.Learning.Partitions;
using NMoE.Learning.SelfSupervised;
using NMoE.Learning.Training;
using static TorchSharp.torch;

namespace NMoE.Learning.Tests.Data;

/// <summary>What a data set tells of its pictures is what all else follows from; what CIFAR-10 tells stands in no job.</summary>
public sealed class PictureFormTests
{
    /// <summary>As these jobs were written before data sets had shapes: what a store remembers of them is found by these very texts.</summary>
    public static TheoryData<string, Job> JobsOnCifar { get; } = new()
    {
        { """{"Model":{"Width":16,"Classes":10,"Latent":128}}""", LearningJob.Create(new LatentsParameters(Model(PictureForm.Cifar10)), 0) },
        {
            """{"Data":{"Name":"cifar10","ContentHash":"abc","Seed":0},"Split":"train","Partition":{"Kind":"iid","Tau":1,"Clients":10,"PerClient":5,"Alpha":1,"Dominant":"OneOverOnePlusTau","Count":"TotalFixed","Overlap":"Refused"},"Client":3}""",
            LearningJob.Create(new ShardParameters(new("cifar10", "abc", 0) { Form = PictureForm.Cifar10 }, "train", new("iid", 1, 10, 5), 3), 0)
        },
        {
            """{"Data":{"Name":"generated","ContentHash":"generated-2","Seed":7},"Split":"test","Partition":{"Kind":"iid","Tau":1,"Clients":10,"PerClient":5,"Alpha":1,"Dominant":"OneOverOnePlusTau","Count":"TotalFixed","Overlap":"Refused"},"Client":3}""",
            LearningJob.Create(new ShardParameters(new DataCatalog(null).Open("generated", 7, new() { Size = new(32, 32), Colour = PictureColour.Rgb, Classes = 10, Train = 5000, Test = 2000 }).Spec, "test", new("iid", 1, 10, 5), 3), 0)
        },
        { """{"Clients":2}""", LearningJob.Create(new ScoreParameters(2) { Pictures = Model(PictureForm.Cifar10).OtherShape }, 0) },
        { "{}", LearningJob.Create(new LabelsParameters { Pictures = Model(PictureForm.Cifar10).OtherShape }, 0) },
    };

    [Theory]
    [MemberData(nameof(JobsOnCifar))]
    public void A_job_on_CIFAR_10_is_written_as_before(string text, Job job) => Assert.Equal(text, job.Parameters);

    [Fact]
    public void A_job_on_other_pictures_says_what_they_are_and_reads_it_back()
    {
        var model = Model(new(new(1, 28, 20), PictureTraits.Grey(0.1307, 0.3081) with { Mirror = Mirroring.Never }, 62));
        var job = LearningJob.Create(new LatentsParameters(model), 0);
        Assert.Equal(
            """{"Model":{"Width":16,"Classes":62,"Latent":128,"PictureShape":{"Channels":1,"Height":28,"Width":20},"PictureTraits":{"Mean":[0.1307],"Deviation":[0.3081],"Mirror":"Never"}}}""",
            job.Parameters);
        Assert.Equal(model, LearningJob.Parameters<LatentsParameters>(job).Model);
    }

    /// <summary>Two rows of three grey pixels: (v / 255 - 0.2) / 0.5 by hand.</summary>
    [Fact]
    public void Pictures_become_numbers_as_their_set_says()
    {
        using var scope = NewDisposeScope();
        var batch = new Pictures(new byte[] { 0, 51, 102, 153, 204, 255 }, Model(new(new(1, 2, 3), PictureTraits.Grey(0.2, 0.5), 2))).Batch([0]);
        Assert.Equal([1, 1, 2, 3], batch.shape);
        var expected = new[] { -0.4f, 0, 0.4f, 0.8f, 1.2f, 1.6f };
        Assert.All(batch.data<float>().ToArray().Zip(expected), pair => Assert.Equal(pair.Second, pair.First, 1e-6f));
    }

    [Theory]
    [InlineData(Mirroring.Allowed, Augmentation.Flip, 2)]
    [InlineData(Mirroring.Never, Augmentation.Flip, 1)]
    [InlineData(Mirroring.Allowed, Augmentation.None, 1)]
    public void A_digit_is_never_mirrored(Mirroring mirror, Augmentation augmentation, int faces)
    {
        using var scope = NewDisposeScope();
        var pictures = new Pictures(new byte[] { 0, 0, 255 }, Model(new(new(1, 1, 3), PictureTraits.Grey(0, 1) with { Mirror = mirror }, 2)));
        var seen = pictures.Augmented(new int[64], augmentation, new Draws(1, 1, 1)).data<float>().ToArray().Chunk(3).Select(row => string.Join(' ', row)).ToHashSet();
        Assert.Equal(faces, seen.Count);
        Assert.Contains("0 0 1", seen);
    }

    [Fact]
    public void A_crop_moves_a_digit_and_leaves_its_face()
    {
        using var scope = NewDisposeScope();
        byte[] line = [0, 0, 0, 0, 1, 2, 0, 0, 0, 0];
        var pictures = new Pictures(line, Model(new(new(1, 1, 10), PictureTraits.Grey(0, 1 / 255.0) with { Mirror = Mirroring.Never }, 2)));
        var seen = pictures.Augmented(new int[400], Augmentation.CropAndFlip, new Draws(1, 1, 1)).data<float>().ToArray().Chunk(10).Select(row => string.Concat(row.Select(value => (int)MathF.Round(value)))).ToHashSet();
        Assert.Contains("1200000000", seen);
        Assert.Contains("0000000012", seen);
        Assert.DoesNotContain(seen, row => row.Contains("21", StringComparison.Ordinal));
        Assert.Contains("0000000000", seen);
    }

    [Theory]
    [InlineData(1, 28, 28)]
    [InlineData(3, 8, 12)]
    [InlineData(4, 9, 5)]
    public void Views_have_the_shape_of_their_pictures(int channels, int height, int width)
    {
        using var scope = NewDisposeScope();
        var shape = new PictureShape(channels, height, width);
        var traits = new PictureTraits([.. Enumerable.Repeat(0.0, channels)], [.. Enumerable.Repeat(1.0, channels)]);
        var plain = Enumerable.Repeat((byte)100, 2 * shape.Bytes).ToArray();
        var views = new Views(plain, Model(new(shape, traits, 2)));
        Assert.Equal(2, views.Count);
        var batch = views.Batch([0, 1], new Draws(3, 1, 0));
        Assert.Equal([2, channels, height, width], batch.shape);
        Assert.All(batch.data<float>().ToArray(), value => Assert.InRange(value, 0, 1));
    }

    [Theory]
    [InlineData(1, 28, 28, 10)]
    [InlineData(3, 20, 24, 62)]
    [InlineData(1, 40, 10, 200)]
    public void Drawn_pictures_have_the_shape_and_the_classes_that_were_asked_for(int channels, int height, int width, int classes)
    {
        var source = new GeneratedSource(5, new(channels, height, width), classes) { TrainPictures = 2 * classes, TestPictures = 3 };
        Assert.Equal((2 * classes, 3), (source.Count(DataSplit.Train), source.Count(DataSplit.Test)));
        Assert.Equal(classes, Enumerable.Range(0, 2 * classes).Select(index => source.Label(DataSplit.Train, index)).Distinct().Count());
        var pictures = Enumerable.Range(0, classes).Select(index => Picture(source, index)).ToArray();
        Assert.Equal(classes, pictures.Select(Convert.ToHexString).Distinct().Count());
        Assert.All(pictures, picture => Assert.True(picture.Max() - picture.Min() > 60));
    }

    /// <summary>A pass of ResNet-18 over 28 x 28 goes by 28, 14, 7 and 4 rows; over 5 x 9 by 5, 3, 2, 1 and 9, 5, 3, 2.</summary>
    [Theory]
    [InlineData(1, 28, 28, new[] { 784, 196, 49, 16 })]
    [InlineData(3, 5, 9, new[] { 45, 15, 6, 2 })]
    [InlineData(3, 32, 32, new[] { 1024, 256, 64, 16 })]
    public void Costs_follow_from_the_shape(int channels, int height, int width, int[] pixels)
    {
        var model = Model(new(new(channels, height, width), PictureTraits.Cifar, 10));
        double[] wide = [16, 32, 64, 128];
        var expected = 2 * 9.0 * pixels[0] * ((channels * 16) + (4 * 16 * 16));
        for (var stage = 1; stage < 4; stage++)
            expected += 2.0 * pixels[stage] * ((9 * wide[stage] * (wide[stage - 1] + (3 * wide[stage]))) + (wide[stage - 1] * wide[stage]));
        Assert.Equal(expected, Learning.Cost.LearningCost.ExtractorForward(model));
        Assert.Equal(new long[] { 16, channels, 3, 3 }, ParameterLayout.Of(model, ModelPart.Extractor, 0)[0].Shape.ToArray());
    }

    private static ModelSpec Model(PictureForm form) => new(16, form.Classes) { Shape = form.Shape, Traits = form.Traits };

    private static byte[] Picture(GeneratedSource source, int index)
    {
        var picture = new byte[source.Shape.Bytes];
        source.CopyPicture(DataSplit.Train, index, picture);
        return picture;
    }
}
