using NMoE.Compute.Blobs;
using NMoE.Compute.Execution;
using NMoE.Compute.Jobs;
using NMoE.Federation.Algorithms;
using NMoE.Federation.Client;
using NMoE.Federation.Experiments;
using NMoE.Federation.Records;
using NMoE.Federation.Tests.Devices;
using NMoE.Learning.Data;
using NMoE.Learning.Jobs;
using NMoE.Learning.Partitions;
using NMoE.Learning.Registry;

namespace NMoE.Federation.Tests.Experiments;

/// <summary>Whole experiments of three clients that mix at home (PFL-MoE), with made-up results: what is trained, on what, and that nothing is sent.</summary>
public sealed class PflMoeSpecs
{
    private const string Both = "inference.gates=[localgate, pfl-mf, pfl-mfe]";
    private readonly List<Job> _jobs = [];

    [Theory]
    [InlineData("")]
    [InlineData("channel.model=shared")]
    [InlineData("extractor.method=cyclic")]
    [InlineData("extractor.aggregation=buffered & extractor.buffer=2")]
    public void Nothing_is_sent_that_the_own_expert_alone_does_not_send(string kind)
    {
        var (alone, mixed) = (Run("inference.gates=[localgate] & " + kind), Run(Both + " & " + kind));
        Assert.Equal(alone.Report.Ledger.AsEnumerable(), mixed.Report.Ledger.AsEnumerable());
        var passes = mixed.Report.Passes.Where(pass => pass.Gate.StartsWith("pfl", StringComparison.Ordinal)).ToArray();
        Assert.Equal(["pfl-mf", "pfl-mfe"], passes.Select(pass => pass.Gate));
        Assert.All(passes, pass => Assert.Equal((1.0, 0.0), (pass.LocalRatio!.Value, pass.BytesPerSample)));
    }

    /// <summary>The predictor is the same for all; expert, latents and shard are each client's own. A test set served in many requests trains no gate anew.</summary>
    [Fact]
    public void Each_client_trains_its_own_gate_once_on_what_its_expert_held_out()
    {
        var plan = Run(Both + " & inference.batch=1 & inference.test-partitions=[same, iid] & expert.holdout=0.25 & inference.pfl-mf.epochs=3 & inference.pfl-mfe.batch=5").Plan;
        var gates = _jobs.Where(job => job.Kind == HomeGateParameters.Kind).ToArray();
        Assert.Equal(6, gates.Length);
        Assert.Single(gates.Select(job => job.Inputs[0]).Distinct());
        Assert.All(Enumerable.Range(1, 3), input => Assert.Equal(3, gates.Select(job => job.Inputs[input]).Distinct().Count()));
        var asked = gates.Select(LearningJob.Parameters<HomeGateParameters>).ToArray();
        Assert.Equal([plan.Seeds.Expert(0), plan.Seeds.Expert(1), plan.Seeds.Expert(2)], asked.Select(gate => gate.HoldoutSeed).Distinct());
        Assert.All(asked, gate => Assert.Equal(0.25, gate.Holdout));
        Assert.Equal(
            [(HomeInput.Features, 0.001, 0.0005, 64, 3), (HomeInput.Picture, 0.001, 0.0005, 5, 200)],
            asked.Select(gate => (gate.Form.Input, gate.LearningRate, gate.WeightDecay, gate.Batch, gate.Epochs)).Distinct().Order());
    }

    /// <summary>Of ten pictures each of three clients holds one out; of two none, and of none none: such a client has no gate, and answers as stage 1's model does.</summary>
    [Theory]
    [InlineData("0,0\n1,0\n2,2\n3,2\n4,2\n5,2\n6,2\n7,2\n8,1\n9,1", 2)]
    [InlineData("0,0\n1,0\n2,2\n3,2\n4,2\n5,2\n6,2\n7,2", 2)]
    public void Who_held_nothing_out_answers_as_the_predictor(string whose, int holder)
    {
        var file = ClientFile.Read("who.csv", "picture,client\n" + whose, 3).Counted(new GeneratedSource(1));
        var plan = DeviceSpec.PlanOf("inference.gates=[pfl-mf]", "expert.holdout=0.2", "inference.batch=100");
        plan = Plans.Of(plan.Settings with { Data = plan.Settings.Data with { Partition = FilePartition.PartitionName, Clients = file } }, plan.Deal.Data);
        Run(plan);
        var gate = Assert.Single(_jobs, job => job.Kind == HomeGateParameters.Kind);
        Assert.Equal(plan.Seeds.Expert(holder), LearningJob.Parameters<HomeGateParameters>(gate).HoldoutSeed);
        Assert.Single(_jobs, job => job.Kind == HomeMixtureParameters.Kind);
        var answers = _jobs.Where(job => job.Kind == ExpertLogitsParameters.Kind && job.Inputs[0] == gate.Inputs[0]).ToArray();
        Assert.Equal(2, answers.Select(job => job.Inputs[1]).Distinct().Count());
    }

    /// <summary>A device too slow for the deadline answers late, and what it answers is the mixture.</summary>
    [Fact]
    public void A_slow_device_answers_with_the_mixture_too()
    {
        Run("inference.gates=[pfl-mfe] & inference.deadline=1 ms & device.compute=1 MFLOP/s & evaluation.enabled=off");
        Assert.DoesNotContain(_jobs, job => job.Kind == ExpertLogitsParameters.Kind);
        Assert.Contains(_jobs, job => job.Kind == HomeMixtureParameters.Kind);
    }

    /// <summary>A trained gate outlives a crash, and goes with the expert that it mixes when stage 1 is lost with its aggregator.</summary>
    [Fact]
    public void A_gate_is_kept_across_a_crash_as_long_as_its_expert()
    {
        var plan = DeviceSpec.PlanOf("inference.gates=[pfl-mf, pfl-mfe]");
        var (home, role) = (new ClientHome(1, plan), new ClientRole(1, plan));
        BlobRef Blob(char digit) => new(new BlobHash(new string(digit, 64)), 8);
        var durable = ClientDurable.Empty.Keeping(own => own with { Predictor = Blob('1') });
        var state = new ClientState(durable with { Expert = new(Blob('2'), 0, Blob('3'), null, Blob('4')) }) { Shards = ShardsState.None with { Training = Blob('5') } };
        Assert.NotNull(home.Training(state, 0));

        var crashed = role.Recover(role.Durable(home.Keep(state, 0, Blob('6')))) with { Shards = state.Shards };
        Assert.Null(home.Training(crashed, 0));
        Assert.NotNull(home.Training(crashed, 1));
        var another = crashed with { Durable = crashed.Durable with { Expert = ExpertMemory.None with { Model = Blob('7'), Latents = Blob('8') } } };
        Assert.NotNull(home.Training(another, 0));
    }

    [Theory]
    [InlineData("at start of serving crash client-1 for 1 s")]
    [InlineData("at 2 s after start of serving crash client-1 for 1 s")]
    public void A_client_that_crashes_in_serving_answers_all_in_the_end(string crash)
    {
        var report = Run($"inference.gates=[pfl-mf] & inference.batch=1 & data.test-per-client=100 & device.compute=1 GFLOP/s & faults.schedule=[\"{crash}\"]").Report;
        Assert.Single(report.Crashes);
        Assert.Null(report.Passes.Single(pass => pass.Gate == "pfl-mf").Note);
    }

    private (Federation.Roles.Plan Plan, RunReport Report) Run(string kind)
    {
        var plan = DeviceSpec.PlanOf([.. kind.Split(" & ", StringSplitOptions.RemoveEmptyEntries)]);
        return (plan, Run(plan));
    }

    private RunReport Run(Federation.Roles.Plan plan)
    {
        var executor = new RehearsalExecutor(LearningFunctions.All(new DataCatalog(null)), job =>
        {
            _jobs.Add(job);
            return null;
        });
        return new Experiment(plan, executor, _ => { }).Run(CancellationToken.None).Report;
    }
}
