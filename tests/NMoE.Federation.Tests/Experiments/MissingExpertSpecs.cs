using NMoE.Compute.Execution;
using NMoE.Compute.Jobs;
using NMoE.Federation.Experiments;
using NMoE.Federation.Protocol;
using NMoE.Federation.Tests.Devices;
using NMoE.Learning.Data;
using NMoE.Learning.Gates;
using NMoE.Learning.Jobs;
using NMoE.Learning.Registry;

namespace NMoE.Federation.Tests.Experiments;

/// <summary>Whole experiments of three clients of which client 1 has no expert that anyone knows of; made-up results, in which RanGate's draws stand for every gate's choices.</summary>
public sealed class MissingExpertSpecs
{
    private static readonly string[] Faults =
    [
        "faults.schedule=[\"at 1 ms kill client-1\"]",
        "faults.rules=[\"drop 100 % of PublishModel to client-1\"]",
        "faults.rules=[\"drop 100 % of ExpertReady from client-1\"]",
    ];

    private static readonly string[] Gates = ["fedgate", "rangate", "localgate", "rollgate", "fedgate, rangate, rollgate, localgate"];

    private readonly List<Job> _jobs = [];

    public static TheoryData<string, string, int> Cases()
    {
        var data = new TheoryData<string, string, int>();
        foreach (var fault in Faults)
        {
            foreach (var gates in Gates)
            {
                data.Add(fault, gates, 1);
                data.Add(fault, gates, 3);
            }
        }

        return data;
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Nobody_asks_it_and_every_sample_is_answered_by_those_that_were_chosen(string fault, string gates, int k)
    {
        var report = Run(fault, $"inference.gates=[{gates}]", $"inference.k={k}").Report;
        Assert.DoesNotContain(report.Ledger, entry => entry is { Kind: nameof(RouteLatents) or nameof(TrainingLatents), To: "client-1" });
        Assert.All(Jobs<RouteParameters>(), route => Assert.False(route.Client != 1 && route.MayChoose(1)));
        Assert.All(Jobs<GateParameters>(), gate => Assert.DoesNotContain(1, gate.Experts));
        Assert.All(Jobs<RollGateParameters>(), turn => Assert.DoesNotContain(1, turn.Experts));
        Assert.Equal(1, Assert.Single(report.Unchoosable).Client);

        var served = report.Passes.Where(pass => pass.Gate is not ("best-expert" or "specialist" or "oraclegate")).ToArray();
        Assert.Equal(gates.Split(", "), served.Select(pass => pass.Gate));
        Assert.All(served, pass => Assert.Equal(0, pass.Degraded));
    }

    /// <summary>References know the experts that there are, on the clients that have them: two of three clients' answers, and all that those experts say.</summary>
    [Fact]
    public void The_references_are_measured_on_those_that_have_one()
    {
        var report = Run(Faults[0], "inference.gates=[fedgate]", "evaluation.references=[globalgate]", "inference.k=3").Report;
        var references = report.Passes.Where(pass => pass.Gate != "fedgate").ToArray();
        Assert.Equal(["globalgate", "best-expert", "specialist", "oraclegate"], references.Select(pass => pass.Gate));
        Assert.All(references, pass => Assert.Equal("over the 2 of 3 clients with experts", pass.Note));
        Assert.Equal<double>([0.5, 0, 0.5], references[0].Routing[0]);
        Assert.Equal<double>([0, 0, 0], references[0].Routing[1]);
        Assert.All(report.Passes.Where(pass => pass.ClassRouting is not null), pass => Assert.All(pass.ClassRouting!.Value, row => Assert.Equal((3, 0.0), (row.Length, row[1]))));
        Assert.Equal(["fedgate", "globalgate", "best-expert", "specialist"], report.Passes.Where(pass => pass.ClassRouting is not null).Select(pass => pass.Gate));
        Assert.Equal(2, Assert.Single(Jobs<OracleParameters>()).Clients);
        Assert.All(Jobs<GlobalGateParameters>(), job => Assert.Equal((2, "0, 2"), (job.Holders, string.Join(", ", job.Gate.Experts))));
    }

    /// <summary>It said that it had an expert and was lost before it said anything else: no gate can have learned when to choose it, while others may be drawn to it.</summary>
    [Fact]
    public void A_gate_does_not_choose_whom_nobody_has_opinions_of()
    {
        var report = Run("faults.rules=[\"drop 100 % of TrainingLogits from client-1\", \"drop 100 % of ShareLatents to client-1\"]", "inference.gates=[fedgate]").Report;
        Assert.All(Jobs<RouteParameters>(), route => Assert.False(route.MayChoose(1)));
        Assert.Equal("FedGate did not learn to choose it: nobody had its opinions of training latents", Assert.Single(report.Unchoosable).Why);
    }

    /// <summary>That everyone has an expert is said by saying nothing: messages and jobs are what they were before anyone could lack one.</summary>
    [Fact]
    public void Where_everyone_has_one_nothing_is_said_of_it()
    {
        var report = Run("inference.gates=[fedgate, rangate, rollgate, localgate]").Report;
        Assert.Empty(report.Unchoosable);
        Assert.All(Jobs<RouteParameters>(), route => Assert.Null(route.Experts));
        Assert.All(
            new IMessage[] { new TrainingFinished(), new BeginServing(), new GateDataReady() },
            message => Assert.Equal(4, WireCodec.Size(message)));
    }

    private IEnumerable<T> Jobs<T>()
        where T : IJobParameters => _jobs.Where(job => job.Kind == T.Kind).Select(LearningJob.Parameters<T>);

    private Outcome Run(params string[] sets)
    {
        var executor = new RehearsalExecutor(LearningFunctions.All(new DataCatalog(null)), job =>
        {
            _jobs.Add(job);
            return null;
        });
        return new Experiment(DeviceSpec.PlanOf(["extractor.rounds=1", "gate.rounds=2", .. sets]), executor, _ => { }).Run(CancellationToken.None);
    }
}
