using System.Collections.Immutable;
using NMoE.Compute.Blobs;
using NMoE.Compute.Execution;
using NMoE.Compute.Jobs;
using NMoE.Federation.Experiments;
using NMoE.Federation.Protocol;
using NMoE.Federation.Records;
using NMoE.Federation.Tests.Devices;
using NMoE.Learning.Data;
using NMoE.Learning.Jobs;
using NMoE.Learning.Registry;

namespace NMoE.Federation.Tests.Client;

/// <summary>Whole experiments of three clients with made-up results; latents have D = 128 numbers.</summary>
public sealed class LatentTravelSpecs
{
    private const int Dimensions = 128;
    private const int TrainingRows = 10;
    private readonly List<Job> _jobs = [];

    [Theory]
    [InlineData("fp32", 4 * Dimensions)]
    [InlineData("fp16", 2 * Dimensions)]
    [InlineData("int8", Dimensions + 8)]
    public void The_ledger_counts_what_travels_in_serving_to_the_byte(string precision, int rowBytes)
    {
        var ledger = Run(precision, "inference.gates=[rangate]", "inference.k=2").Ledger;
        var sent = ledger.Where(entry => entry.Kind == nameof(RouteLatents)).ToArray();
        var toPeers = 0;
        long expected = 0;
        foreach (var client in Enumerable.Range(0, 3))
        {
            var chosen = Chosen(client);
            foreach (var peer in Enumerable.Range(0, 3).Where(peer => peer != client))
            {
                ImmutableArray<int> rows = [.. Enumerable.Range(0, 4).Where(row => chosen.Skip(row * 2).Take(2).Contains(peer))];
                toPeers += rows.Length;
                expected += rows.IsEmpty ? 0 : WireCodec.Encode(new RouteLatents(0, 0, AnyBlob(4 * rowBytes), rows, rowBytes)).CalculateSize() + (rows.Length * rowBytes);
            }
        }

        Assert.NotEqual(0, toPeers);
        Assert.Equal(expected, sent.Sum(entry => entry.Sent));
    }

    [Theory]
    [InlineData("fp32", 4 * Dimensions)]
    [InlineData("fp16", 2 * Dimensions)]
    [InlineData("int8", Dimensions + 8)]
    public void The_ledger_counts_what_travels_in_training_to_the_byte(string precision, int rowBytes)
    {
        var sent = Run(precision).Ledger.Where(entry => entry.Kind == nameof(TrainingLatents)).ToArray();
        Assert.Equal(3 * 2, sent.Sum(entry => entry.Messages));
        var shapes = precision switch
        {
            "fp16" => new TensorShape[] { new("latents", TensorType.F16, [TrainingRows, Dimensions]) },
            "int8" => [new("latents", TensorType.U8, [TrainingRows, Dimensions]), new("lowest", TensorType.F32, [TrainingRows]), new("step", TensorType.F32, [TrainingRows])],
            _ => [new("latents", TensorType.F32, [TrainingRows, Dimensions])],
        };
        var file = SafeTensors.BytesOf(shapes);
        Assert.Equal(TrainingRows * rowBytes, shapes.Sum(shape => shape.Bytes));
        Assert.All(sent, entry => Assert.Equal(
            file + WireCodec.Encode(new TrainingLatents(AnyBlob(file), TrainingRows)).CalculateSize(), entry.Sent));
    }

    [Fact]
    public void Exact_latents_need_no_job_of_their_own()
    {
        Run("fp32");
        Assert.DoesNotContain(_jobs, job => job.Kind is "quantise" or "dequantise");
    }

    [Theory]
    [InlineData("fp16")]
    [InlineData("int8")]
    public void Peers_work_on_what_travelled_and_a_client_on_its_own_latents_as_they_are(string precision)
    {
        Run(precision, "inference.gates=[fedgate]", "inference.k=3");
        var exact = Inputs("quantise", 0);
        var received = Outputs("dequantise");
        var experts = _jobs.Where(job => job.Kind == ExpertLogitsParameters.Kind).ToArray();

        // Stage 3: each of three clients' training latents goes through two peers' experts, and as it is through its own.
        var gates = _jobs.Where(job => job.Kind == GateParameters.Kind).ToArray();
        var logits = experts.ToDictionary(job => Output(job).Hash, job => job.Inputs[1]);
        Assert.All(gates, gate =>
        {
            var through = gate.Inputs.Skip(3).Select(input => logits[input.Hash]).ToArray();
            Assert.Equal(3, through.Length);
            Assert.Single(through, latents => latents == gate.Inputs[1]);
            Assert.Equal(2, through.Count(received.Contains));
        });
        // Serving: the same of each client's four samples.
        var answers = _jobs.Where(job => job.Kind == AnswerParameters.Kind).ToArray();
        Assert.Equal(3, answers.Length);
        Assert.Equal(3, answers.Sum(answer => answer.Inputs.Skip(1).Count(input => !received.Contains(logits[input.Hash]))));
        Assert.All(answers, answer => Assert.Equal(3, answer.Inputs.Length - 1));
        Assert.Equal(Outputs("quantise").Distinct().OrderBy(blob => blob.Hash), Inputs("dequantise", 0).Distinct().OrderBy(blob => blob.Hash));
        Assert.All(exact, latents => Assert.DoesNotContain(latents, received));
        Assert.Equal(6, exact.Distinct().Count());
    }

    [Fact]
    public void One_client_alone_quantises_nothing()
    {
        Run("int8", "experiment.clients=1");
        Assert.DoesNotContain(_jobs, job => job.Kind is "quantise" or "dequantise");
    }

    private static BlobRef AnyBlob(long bytes) => new(new BlobHash(new string('a', 64)), bytes);

    private int[] Chosen(int client)
    {
        var job = _jobs.Single(job => job.Kind == RouteParameters.Kind && LearningJob.Parameters<RouteParameters>(job).Client == client);
        return [.. new Learning.Gates.RouteFunction().Forecast(job).Integers];
    }

    private BlobRef[] Inputs(string kind, int number) => [.. _jobs.Where(job => job.Kind == kind).Select(job => job.Inputs[number])];

    private BlobRef[] Outputs(string kind) => [.. _jobs.Where(job => job.Kind == kind).Select(Output)];

    private static BlobRef Output(Job job) => new RehearsalExecutor(LearningFunctions.All(new DataCatalog(null)), _ => null).Submit(job).Wait(default).Outputs[0];

    private RunReport Run(string precision, params string[] sets)
    {
        var plan = DeviceSpec.PlanOf([$"latent.precision={precision}", "gate.rounds=2", .. sets]);
        var executor = new RehearsalExecutor(LearningFunctions.All(new DataCatalog(null)), job =>
        {
            _jobs.Add(job);
            return null;
        });
        return new Experiment(plan, executor, _ => { }).Run(CancellationToken.None).Report;
    }
}
