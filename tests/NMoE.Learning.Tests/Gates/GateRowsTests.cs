using System.Collections.Immutable;
using System.Runtime.InteropServices;
using NMoE.Compute.Blobs;
using NMoE.Compute.Jobs;
using NMoE.Learning.Gates;
using NMoE.Learning.Jobs;
using NMoE.Learning.Models;
using NMoE.Learning.Tests.Metrics;

namespace NMoE.Learning.Tests.Gates;

/// <summary>A gate of four experts, of which a client may ask some. What it trains and serves with is what the whole gate would give with the others masked.</summary>
public sealed class GateRowsTests
{
    private const int Rows = 20;
    private static readonly ModelSpec Model = new(16, 10);
    private static readonly ImmutableArray<int> Known = [0, 2, 3];

    /// <summary>Row 0 is the first client's; row 1 of both, 1 : 3; row 2 the second's; nobody has row 3.</summary>
    [Fact]
    public void Each_row_is_the_mean_of_those_that_have_it()
    {
        var average = AnswerBlobs.Run(
            new GateRowsAverageFunction(), new GateRowsAverageParameters([1, 3], [[0, 1], [1, 2]]),
            Gate([5, 6], 2), Gate([10, 11], 2), Gate([1, 2, 3, 4], 2)).Blobs[0];
        Assert.Equal([5, 5, 9, 9, 11, 11, 4, 4], Floats(average, "weight"));
        Assert.Equal([5, 9, 11, 4], Floats(average, "bias"));
    }

    [Fact]
    public void Rows_that_are_not_as_many_as_their_experts_are_refused() => Assert.Contains(
        "has 2 rows, for 1 experts",
        Assert.Throws<InvalidDataException>(() => AnswerBlobs.Run(new GateRowsAverageFunction(), new GateRowsAverageParameters([1], [[0]]), Gate([5, 6], 2), Gate([1, 2], 2))).Message,
        StringComparison.Ordinal);

    /// <summary>Without noise, whose draws go by rows and columns, and without the balance loss, which counts the experts.</summary>
    [Theory]
    [InlineData(GateMode.DenseMixture)]
    [InlineData(GateMode.Switch)]
    [InlineData(GateMode.OracleTarget)]
    public void Training_some_rows_is_training_all_with_the_others_masked(GateMode mode)
    {
        var settings = new GateParameters(Model, 4, Known, 0.01, 8, 2, 0, RouterNoise.Gaussian, 0, GradientRule.Clip, 1, mode, 1);
        var inputs = Inputs(Known);
        var masked = Run(new FedGateFunction(), settings, [Start, .. inputs]);
        var part = Run(new FedGateFunction(), settings with { Clients = 3, Experts = [0, 1, 2], Rows = Known }, [Start, .. inputs]);
        AreNear(Taken(masked.Blobs[0], Known), part.Blobs[0]);
        AreNear(Taken(Start, [1]), Taken(masked.Blobs[0], [1]));
        Assert.NotEqual(Floats(Taken(Start, Known), "bias"), Floats(part.Blobs[0], "bias"));
        Assert.Equal(masked.Metrics["loss"], part.Metrics["loss"], 1e-5);
    }

    [Fact]
    public void A_turn_of_RollGate_trains_its_rows_and_leaves_the_others()
    {
        var settings = new RollGateParameters(Model, 3, [0, 1, 2], 1, 0.5, 3, 0.01, 8, 2);
        var alone = Run(new RollGateFunction(), settings, [Taken(Start, Known), Inputs([])[0]]).Blobs[0];
        var turn = Run(new RollGateFunction(), settings with { Rows = Known }, [Start, Inputs([])[0]]).Blobs[0];
        Assert.Equal(alone.ToArray(), Taken(turn, Known).ToArray());
        Assert.Equal(Taken(Start, [1]).ToArray(), Taken(turn, [1]).ToArray());
        Assert.Equal([4, Model.Latent], SafeTensors.Read(turn)["weight"].Shape.AsEnumerable());
    }

    [Theory]
    [InlineData("fedgate")]
    [InlineData("rollgate")]
    [InlineData("entropy-gate")]
    [InlineData("priorgate")]
    public void A_route_by_some_rows_chooses_as_all_would_with_the_others_masked(string gate)
    {
        var inputs = Inputs(Known);
        var own = gate == "priorgate" ? new OwnRows(Known, 0, 0, 8) : null;
        ReadOnlyMemory<byte>[] all = [inputs[0], Start, .. own is null ? [] : inputs];
        var masked = Run(new RouteFunction(), new RouteParameters(Model, gate, 2, 4, 2, []) { Experts = Known, Own = own }, all);
        var part = Run(new RouteFunction(), new RouteParameters(Model, gate, 1, 3, 2, []) { Rows = Known, Own = own is null ? null : own with { Experts = [0, 1, 2] } }, all);
        if (gate != "priorgate")
        {
            // A prior of one row's worth is spread over all experts that there are.
            Assert.Equal(masked.Integers, part.Integers.Select(place => Known[place]));
            Assert.Equal(Floats(masked.Blobs[0], "weights"), Floats(part.Blobs[0], "weights"), (a, b) => Math.Abs(a - b) < 1e-5);
        }

        Assert.Equal(2 * Rows, part.Integers.Length);
        Assert.True(part.Integers.Distinct().Count() > 1, "One place is chosen for everything.");
    }

    /// <summary>
    /// Sums of experts that a client does not know are 0. An expert's share counts among the samples of those that may ask it: where it can be asked for by 3 of 4 samples, its score has -log 3/4 more than if all could.
    /// </summary>
    [Fact]
    public void A_gate_that_is_solved_of_some_experts_sums_weighs_each_by_who_could_ask_it()
    {
        var (first, second) = (Sums([0, 1, 2], Inputs([0, 1, 2])), Sums([0, 1, 2], Inputs([0, 1, 3])));
        var solved = Floats(Run(new DiscriminantFunction(), new DiscriminantParameters(Model, 4, [1, 3]) { Rows = [[0, 1, 2], [0, 1, 3]] }, [first, second]).Blobs[0], "bias");
        var padded = Floats(Run(new DiscriminantFunction(), new DiscriminantParameters(Model, 4, [1, 3]), [Padded(first, [0, 1, 2]), Padded(second, [0, 1, 3])]).Blobs[0], "bias");
        Assert.Equal([0, 0, -Math.Log(0.25), -Math.Log(0.75)], solved.Zip(padded, (a, b) => (double)(a - b)), (a, b) => Math.Abs(a - b) < 2e-3);
    }

    private static ReadOnlyMemory<byte> Start => SafeTensors.Write(
        [Tensor("bias", [4], [0.1f, -0.2f, 0.3f, 0]), Tensor("weight", [4, Model.Latent], [.. Enumerable.Range(0, 4 * Model.Latent).Select(i => ((i * 31) % 23 / 50f) - 0.2f)])]);

    private static ReadOnlyMemory<byte> Gate(float[] values, int columns) => SafeTensors.Write(
        [Tensor("bias", [values.Length], values), Tensor("weight", [values.Length, columns], [.. values.SelectMany(value => Enumerable.Repeat(value, columns))])]);

    /// <summary>Latents, shard and the logits of some experts: any numbers will do.</summary>
    private static ReadOnlyMemory<byte>[] Inputs(ImmutableArray<int> experts) =>
    [
        AnswerBlobs.Scores("latents", Model.Latent, Numbers(1, Model.Latent)),
        AnswerBlobs.Shard([.. Enumerable.Range(0, Rows).Select(row => (long)(row * 7 % 10))]),
        .. experts.Select(expert => AnswerBlobs.Scores("logits", 10, Numbers(expert + 2, 10))),
    ];

    private static float[] Numbers(int salt, int columns) => [.. Enumerable.Range(0, Rows * columns).Select(i => ((i * 37 * salt) + salt) % 101 / 50f)];

    private static ReadOnlyMemory<byte> Sums(ImmutableArray<int> places, ReadOnlyMemory<byte>[] inputs) => AnswerBlobs.Run(new GateSumsFunction(), new GateSumsParameters(Model, 3, places), inputs).Blobs[0];

    private static ReadOnlyMemory<byte> Padded(ReadOnlyMemory<byte> sums, ImmutableArray<int> experts) => SafeTensors.Write(SafeTensors.Read(sums).Select(tensor =>
    {
        if (tensor.Name == "square")
        {
            return tensor;
        }

        var (width, values, all) = (tensor.Shape.Length > 1 ? Model.Latent : 1, MemoryMarshal.Cast<byte, float>(tensor.Data.Span).ToArray(), new float[4 * (tensor.Shape.Length > 1 ? Model.Latent : 1)]);
        for (var place = 0; place < 3; place++)
        {
            values.AsSpan(place * width, width).CopyTo(all.AsSpan(experts[place] * width));
        }

        return Tensor(tensor.Name, tensor.Shape.SetItem(0, 4), all);
    }));

    private static ReadOnlyMemory<byte> Taken(ReadOnlyMemory<byte> gate, ImmutableArray<int> rows) => GateRows.Take(gate, rows);

    private static void AreNear(ReadOnlyMemory<byte> expected, ReadOnlyMemory<byte> actual)
    {
        foreach (var name in new[] { "bias", "weight" })
        {
            Assert.Equal(Floats(expected, name), Floats(actual, name), (a, b) => Math.Abs(a - b) < 1e-5);
        }
    }

    private static TensorBlob Tensor(string name, ImmutableArray<long> shape, float[] values) => new(name, TensorType.F32, shape, MemoryMarshal.AsBytes<float>(values).ToArray());

    private static float[] Floats(ReadOnlyMemory<byte> file, string name) => MemoryMarshal.Cast<byte, float>(SafeTensors.Read(file)[name].Data.Span).ToArray();

    private static JobOutput Run<T>(IJobFunction function, T parameters, ReadOnlyMemory<byte>[] inputs)
        where T : IJobParameters => function.Run(new JobContext(LearningJob.Create(parameters, 5), [.. inputs], CancellationToken.None));
}
