using System.Runtime.InteropServices;
using NMoE.Chance;
using NMoE.Compute.Blobs;
using NMoE.Learning.Jobs;
using NMoE.Learning.Models;
using NMoE.Learning.Privacy;
using NMoE.Learning.SelfSupervised;
using NMoE.Learning.Tensors;
using NMoE.Learning.Tests.Metrics;
using NMoE.Learning.Training;
using static TorchSharp.torch;

namespace NMoE.Learning.Tests.SelfSupervised;

/// <summary>
/// What calibration supposes, of the job itself whose matrix is noised: against double precision over the same views, and on shards of which one picture is another. With batch norm, so
/// that a pass in training mode, which mixes the pictures of a batch, would be seen.
/// </summary>
public sealed class CorrelationFunctionTests
{
    private const int Dimension = 8;
    private const int Few = 8;

    // AnswerBlobs runs its jobs with this seed.
    private const ulong Seed = 1;
    private static readonly ModelSpec Model = new(16, 10) { Norm = NormKind.Batch };
    private static readonly ReadOnlyMemory<byte> F = Initial(ModelPart.Extractor);
    private static readonly ReadOnlyMemory<byte> Head = Initial(ModelPart.Projection);

    /// <summary>252 pictures are more than one batch. Half of the rows are longer than the cap.</summary>
    [Fact]
    public void R_is_that_of_both_views_of_all_pictures_capped_in_evaluation_mode()
    {
        var pictures = Pictures(252);
        var rows = Projected(Head, pictures);
        var cap = rows.SelectMany(view => view).Select(Square).Order().ElementAt(252);
        var expected = Reference(rows, cap);

        Assert.All(expected.Zip(R(Head, pictures, cap)), pair => Assert.Equal(pair.First, pair.Second, 1e-4 * cap));
        Assert.Contains(expected, value => Math.Abs(value) > 1e-2 * cap);
    }

    /// <summary>The head's first output overflows for some pictures; their rows are no numbers, and count as 0.</summary>
    [Fact]
    public void Rows_that_are_no_numbers_count_as_zero()
    {
        var (head, pictures) = (Overflowing(), Pictures(Few));
        var rows = Projected(head, pictures);
        var finite = rows.Sum(view => view.Count(row => row.All(double.IsFinite)));
        Assert.InRange(finite, 1, (2 * Few) - 1);

        var expected = Reference([.. rows.Select(view => view.Select(row => row.All(double.IsFinite) ? row : new double[Dimension]).ToArray())], 1.5);
        Assert.All(expected.Zip(R(head, pictures, 1.5)), pair => Assert.Equal(pair.First, pair.Second, 1e-5));
    }

    /// <summary>Rows far longer than the cap, or no numbers: one picture moves R no further than noise is made for, and R has at most the trace mu.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void One_picture_moves_R_by_no_more_than_its_sensitivity(bool overflows)
    {
        const double cap = 1.5;
        var head = overflows ? Overflowing() : Scaled(Head, 1000);
        var bound = Sensitivity.Of(Neighbours.ReplaceOne, cap, Few);
        var pictures = Pictures(Few);
        var matrix = R(head, pictures, cap);
        Assert.InRange(Norm(matrix), 0, cap * (1 + 1e-6));
        var worst = 0.0;
        for (var replaced = 0; replaced < Few; replaced++)
        {
            var neighbour = pictures.ToArray();
            var picture = neighbour.AsSpan(replaced * 3072, 3072);
            if (replaced % 3 == 0)
            {
                picture.Fill((byte)(replaced % 2 == 0 ? 255 : 0));
            }
            else
            {
                picture.Reverse();
            }

            var distance = Norm([.. matrix.Zip(R(head, neighbour, cap), (one, other) => one - other)]);
            Assert.InRange(distance, 0, bound * (1 + 1e-6));
            worst = Math.Max(worst, distance);
        }

        Assert.True(worst > bound / 100, "Nothing moved.");
    }

    private static double[] R(ReadOnlyMemory<byte> head, byte[] pictures, double cap) => Array.ConvertAll(
        Floats(AnswerBlobs.Run(new CorrelationFunction(), new CorrelationParameters(Model, Dimension, cap), F, head, Shard(pictures)).Blobs[0], "correlation"), value => (double)value);

    private static double[] Reference(double[][][] rows, double cap)
    {
        using var scope = NewDisposeScope();
        return FedScLoss.Correlation(Projections.Capped(Matrix(rows[0]), cap), Projections.Capped(Matrix(rows[1]), cap)).data<double>().ToArray();
    }

    private static Tensor Matrix(double[][] rows) => tensor([.. rows.SelectMany(row => row)], [rows.Length, Dimension]);

    /// <summary>The head's outputs of both views: each of the draws that are its own, in the order of the pictures.</summary>
    private static double[][][] Projected(ReadOnlyMemory<byte> head, byte[] pictures)
    {
        using var scope = NewDisposeScope();
        using var quiet = no_grad();
        using var model = new FlatParameters(
            (Network.F, ParameterLayout.Of(Model, ModelPart.Extractor, 0), F), (Network.P, ParameterLayout.Of(Model, ModelPart.Projection, Dimension), head));
        var views = new Views(pictures, new ModelSpec(16, 10));
        int[] all = [.. Enumerable.Range(0, views.Count)];
        return
        [
            .. new[] { DrawPurpose.FirstView, DrawPurpose.SecondView }.Select(purpose => Network
                .Project(model, Model, Dimension, Network.Extract(model, Model, views.Batch(all, new Draws(Seed, (uint)purpose, 0)), Pass.Evaluation))
                .data<float>().ToArray().Chunk(Dimension).Select(row => Array.ConvertAll(row, value => (double)value)).ToArray()),
        ];
    }

    /// <summary>A head whose first output is beyond float32 for about half of the rows.</summary>
    private static ReadOnlyMemory<byte> Overflowing()
    {
        var sizes = Projected(Head, Pictures(Few)).SelectMany(view => view).Select(row => Math.Abs(row[0])).Order().ToArray();
        return Scaled(Head, (float)(float.MaxValue / sizes[Few]), rows: 1);
    }

    private static ReadOnlyMemory<byte> Scaled(ReadOnlyMemory<byte> head, float gain, int rows = Dimension) => SafeTensors.Write(
        SafeTensors.Read(head).Select(tensor => tensor.Name == "2.weight"
            ? tensor with { Data = MemoryMarshal.AsBytes(Values(tensor).Select((weight, i) => i < rows * 2 * Model.Latent ? weight * gain : weight).ToArray().AsSpan()).ToArray() }
            : tensor));

    private static byte[] Pictures(int count)
    {
        var draws = new Draws(3, (uint)DrawPurpose.Parameter, 0);
        return [.. Enumerable.Range(0, count).SelectMany(_ => Picture(draws))];
    }

    /// <summary>Noise around a level and a contrast of its own, so that pictures differ in more than noise.</summary>
    private static byte[] Picture(Draws draws)
    {
        var (level, contrast) = (256 * draws.Next(), 128 * draws.Next());
        return [.. Enumerable.Range(0, 3072).Select(_ => (byte)Math.Clamp(level + (contrast * draws.NextNormal()), 0, 255))];
    }

    private static ReadOnlyMemory<byte> Shard(byte[] pictures) => SafeTensors.Write(
    [
        new TensorBlob("images", TensorType.U8, [pictures.Length / 3072, 3, 32, 32], pictures),
        new TensorBlob("labels", TensorType.I64, [pictures.Length / 3072], new byte[pictures.Length / 3072 * sizeof(long)]),
    ]);

    private static ReadOnlyMemory<byte> Initial(ModelPart part) =>
        AnswerBlobs.Run(new InitFunction(), new InitParameters(Model, part, part == ModelPart.Projection ? Dimension : 0)).Blobs[0];

    private static float[] Floats(ReadOnlyMemory<byte> file, string name) => Values(TensorBlobs.Find(file, name, TensorType.F32));

    private static float[] Values(TensorBlob tensor) => MemoryMarshal.Cast<byte, float>(tensor.Data.Span).ToArray();

    private static double Square(double[] row) => row.Sum(value => value * value);

    private static double Norm(double[] matrix) => Math.Sqrt(Square(matrix));
}
