using NMoE.Compute.Execution;
using NMoE.Compute.Jobs;
using NMoE.Federation.Configuration;
using NMoE.Federation.Experiments;
using NMoE.Federation.Protocol;
using NMoE.Federation.Records;
using NMoE.Federation.Tests.Devices;
using NMoE.Learning.Data;
using NMoE.Learning.Jobs;
using NMoE.Learning.Registry;

namespace NMoE.Federation.Tests.Experiments;

/// <summary>Whole experiments with compressed updates and made-up results: three clients, three rounds.</summary>
public sealed class CompressionSpecs
{
    private readonly List<(Job Job, JobResult Result)> _jobs = [];

    /// <summary>Nine updates of two parts; each number of them a byte, and 8 a tensor. What comes down is as it was.</summary>
    [Fact]
    public void An_update_takes_its_compressed_bytes_and_the_model_comes_down_whole()
    {
        var (plain, compressed) = (Run().Report, Run("extractor.compression=int8").Report);
        long Sent(RunReport report, string kind) => report.Ledger.Where(entry => entry.Stage == Stages.Extractor && entry.Kind == kind).Sum(entry => entry.Sent);
        Assert.Equal(9, compressed.Ledger.Where(entry => entry.Stage == Stages.Extractor && entry.Kind == "RoundUpdate").Sum(entry => entry.Messages));
        Assert.InRange(Sent(compressed, "RoundUpdate") / (double)Sent(plain, "RoundUpdate"), 0.245, 0.255);
        Assert.Equal(Sent(plain, "TrainRound"), Sent(compressed, "TrainRound"));
    }

    [Theory]
    [InlineData("on", 2)]
    [InlineData("off", 0)]
    public void What_is_left_out_goes_into_the_clients_next_update(string feedback, int kept)
    {
        Run("extractor.compression=top-k", $"extractor.error-feedback={feedback}");
        var compressions = _jobs.Where(job => job.Job.Kind == CompressParameters.Kind).ToArray();
        Assert.Equal(9, compressions.Length);
        Assert.All(compressions[..3], job => Assert.Equal(4, job.Job.Inputs.Length));
        Assert.All(compressions[3..], job => Assert.Equal(4 + kept, job.Job.Inputs.Length));
        if (kept > 0)
        {
            var left = compressions[..6].Select(job => string.Join(' ', job.Result.Outputs[2..])).ToHashSet();
            Assert.Equal(left, compressions[3..].Select(job => string.Join(' ', job.Job.Inputs[4..])).ToHashSet());
        }
    }

    /// <summary>The next model is the average of what the server restored, each from the model that its round began with.</summary>
    [Fact]
    public void The_server_averages_what_it_restored()
    {
        Run("extractor.compression=fp16");
        var restored = _jobs.Where(job => job.Job.Kind == RestoreParameters.Kind).ToArray();
        var averages = _jobs.Where(job => job.Job.Kind == AverageParameters.Kind && job.Job.Inputs.Any(input => restored.Any(update => update.Result.Outputs.Contains(input)))).ToArray();
        Assert.Equal(9, restored.Length);
        Assert.Equal(6, averages.Length);
        Assert.All(averages, average => Assert.All(average.Job.Inputs, input => Assert.Contains(restored, update => update.Result.Outputs.Contains(input))));
        var models = averages.Select(average => average.Result.Outputs[0]).ToHashSet();
        Assert.All(restored[3..], update => Assert.All(update.Job.Inputs[..2], start => Assert.Contains(start, models)));
    }

    /// <summary>Nine invitations of two parts; each number of them a byte. Each model is packed once a part, and whoever trains starts from what was unpacked; what stage 1 ends with comes whole.</summary>
    [Fact]
    public void A_model_comes_down_packed_and_is_trained_from_what_came()
    {
        var (plain, packed) = (Run().Report, Run("extractor.compression-down=int8").Report);
        long Sent(RunReport report, string kind) => report.Ledger.Where(entry => entry.Stage == Stages.Extractor && entry.Kind == kind).Sum(entry => entry.Sent);
        Assert.InRange(Sent(packed, "TrainRound") / (double)Sent(plain, "TrainRound"), 0.245, 0.255);
        Assert.Equal(Sent(plain, "RoundUpdate"), Sent(packed, "RoundUpdate"));
        Assert.Equal(Sent(plain, "PublishModel"), Sent(packed, "PublishModel"));

        // Three rounds' models and the one that they end with; one job where three clients ask for the same.
        var (packing, unpacked) = (Of(PackParameters.Kind), Of(UnpackParameters.Kind));
        Assert.Equal(8, packing.Select(job => job.Result.Outputs[0]).Distinct().Count());
        Assert.All(unpacked, job => Assert.All(job.Job.Inputs, input => Assert.Contains(packing, made => made.Result.Outputs[0] == input)));
        var starts = unpacked.Select(job => string.Join(' ', job.Result.Outputs)).ToHashSet();
        Assert.Equal(3, starts.Count);
        Assert.Equal(starts, Of(FedCeParameters.Kind).Select(job => string.Join(' ', job.Job.Inputs[..2])).ToHashSet());
    }

    /// <summary>The client's change is one of what it had; the server adds it to what it has itself, so that what packing left out of the model is not lost.</summary>
    [Fact]
    public void A_change_of_a_packed_model_is_added_to_the_exact_one()
    {
        Run("extractor.compression-down=fp16", "extractor.compression=int8");
        Assert.Equal((9, 9), (Of(CompressParameters.Kind).Length, Of(RestoreParameters.Kind).Length));
        var (models, unpacked) = (Of(PackParameters.Kind).Select(job => job.Job.Inputs[0]).ToHashSet(), Of(UnpackParameters.Kind).SelectMany(job => job.Result.Outputs).ToHashSet());
        Assert.All(Of(CompressParameters.Kind), job => Assert.All(job.Job.Inputs[..2], start => Assert.Contains(start, unpacked)));
        Assert.All(Of(RestoreParameters.Kind), job => Assert.All(job.Job.Inputs[..2], start => Assert.Contains(start, models)));
    }

    [Theory]
    [InlineData("extractor.algorithm=scaffold", "extractor.momentum=0", "scaffold takes the change of a control variate")]
    [InlineData("extractor.method=fedsc", "extractor.head=shared", "fedsc trains against matrices")]
    [InlineData("model.norm=batch-local", "extractor.head=shared", "each client keeps norms of its own")]
    public void What_needs_the_whole_update_is_refused_by_name(string set, string with, string why)
    {
        foreach (var key in new[] { "extractor.compression", "extractor.compression-down" })
        {
            var refused = Assert.Throws<ConfigurationException>(() => DeviceSpec.PlanOf(key + "=int8", set, with));
            Assert.Contains(key + ":", refused.Message, StringComparison.Ordinal);
            Assert.Contains(why, refused.Message, StringComparison.Ordinal);
        }
    }

    private (Job Job, JobResult Result)[] Of(string kind) => [.. _jobs.Where(job => job.Job.Kind == kind)];

    private Outcome Run(params string[] sets)
    {
        _jobs.Clear();
        var jobs = new List<Job>();
        var executor = new RehearsalExecutor(LearningFunctions.All(new DataCatalog(null)), job =>
        {
            jobs.Add(job);
            return null;
        });
        var outcome = new Experiment(DeviceSpec.PlanOf(["extractor.rounds=3", "inference.gates=[localgate]", .. sets]), executor, _ => { }).Run(CancellationToken.None);
        _jobs.AddRange(jobs.ToArray().Select(job => (job, executor.Submit(job).Wait(CancellationToken.None))));
        return outcome;
    }
}
