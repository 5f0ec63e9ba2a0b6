using NMoE.Compute.Blobs;
using NMoE.Federation.Devices;
using NMoE.Federation.Experiments;
using NMoE.Federation.Fuzzing.Invariants;
using NMoE.Federation.Protocol;
using NMoE.Federation.Roles;
using NMoE.Federation.Supervisor;
using NMoE.Federation.Tests.Devices;
using NMoE.Simulation;
using NMoE.Simulation.Network;
using NMoE.Simulation.Time;

namespace NMoE.Federation.Tests.Fuzzing;

/// <summary>Each invariant, shown what it is there for.</summary>
public sealed class InvariantTests
{
    private static readonly VirtualTime Now = new(100);
    private static readonly Transfer Hello = new(new DeviceId(0), DeviceId.Aggregator, "control", nameof(Join), 10, new Join(1));
    private readonly Ledger _ledger = new();

    [Fact]
    public void Bytes_that_the_ledger_has_not_are_not_conserved()
    {
        Assert.Equal(["bytes-conserved"], Broken(new TransferBegan(Now, 1, Hello), new EventOver(Now)));
        Assert.Equal(["bytes-conserved"], Broken(new TransferEnded(Now, 7, TransferEnd.Lost, default)));
        _ledger.Sent(Hello);
        Assert.Empty(Broken(new TransferBegan(Now, 1, Hello), new EventOver(Now)));
    }

    [Fact]
    public void Bytes_that_left_for_nothing_or_were_sent_again_are_counted_too()
    {
        var (began, over) = (new TransferBegan(Now, 1, Hello), new EventOver(Now));
        _ledger.Sent(Hello);
        _ledger.Lost(Hello, new AirBytes(4, 0));
        Assert.Empty(Broken(began, new TransferEnded(Now, 1, TransferEnd.Lost, new AirBytes(4, 0)), over));
        Assert.Equal(["bytes-conserved"], Broken(began, new TransferEnded(Now, 1, TransferEnd.Lost, new AirBytes(3, 0)), over));
        Assert.Equal(["bytes-conserved"], Broken(began, new TransferEnded(Now, 1, TransferEnd.Lost, new AirBytes(4, 1)), over));
        Assert.Equal(["bytes-conserved"], Broken(began, new TransferEnded(Now, 1, TransferEnd.Delivered, new AirBytes(9, 0))));
    }

    [Fact]
    public void A_pass_that_names_others_than_answered_is_found() => Assert.Contains(
        "answers-of-those-asked",
        Broken(new RoleDecided(
            Now, new DeviceId(0), new Federation.Client.ClientState(Federation.Client.ClientDurable.Empty), new Started(), new Federation.Client.ClientState(Federation.Client.ClientDurable.Empty),
            [new Observe(new PassAnswered(0, 0, new BlobRef(new BlobHash("aa"), 1), [1, 1, 1, 1], [1, 1, 1, 1]))])));

    [Fact]
    public void Time_that_goes_back_is_found() =>
        Assert.Equal(["time-never-goes-back"], Broken(new EventOver(new VirtualTime(5)), new EventOver(new VirtualTime(4))));

    [Fact]
    public void Requests_that_end_twice_or_never_are_found()
    {
        var (begun, ended) = (new Observed(Now, new RequestMark(1, 0, 2, false)), new Observed(Now, new RequestMark(1, 0, 2, true)));
        Assert.Empty(Broken(begun, ended));
        Assert.Equal(["requests-end"], Broken(begun, ended, ended));
        Assert.Equal(["requests-end"], Broken(begun, begun));
        Assert.Contains("requests-end", Broken(begun, Success));
        Assert.Empty(Broken(begun, new Observed(Now, new DeviceLost(new DeviceId(1), "", true)), begun, ended));
    }

    [Fact]
    public void A_round_that_is_left_out_is_found() => Assert.Contains(
        "rounds-go-forward",
        Broken(new Observed(Now, new RoundEnded(Stages.Extractor, 1, [], 0, 1)), new Observed(Now, new RoundEnded(Stages.Extractor, 3, [], 0, 1))));

    [Fact]
    public void A_result_without_answers_of_clients_that_were_there_is_found()
    {
        Assert.Contains("everyone-is-served", Broken(Success));
        var gone = DeviceSpec.PlanOf().Deal.ClientNumbers.Select(client => (Happening)new Observed(Now, new ClientLeft(client)));
        Assert.DoesNotContain("everyone-is-served", BrokenBy(DeviceSpec.PlanOf("faults.rules=[\"drop 1 % of any\"]"), [.. gone, Success]));
    }

    [Fact]
    public void A_client_that_leaves_although_nothing_went_wrong_is_found()
    {
        var left = new Observed(Now, new ClientLeft(1));
        Assert.Contains("everyone-is-served", Broken(left));
        Assert.Contains("everyone-is-served", BrokenBy(DeviceSpec.PlanOf("faults.rules=[\"duplicate 10 % of any by 1 s\", \"delay 10 % of any by 50 ms\"]"), left));
        Assert.DoesNotContain("everyone-is-served", BrokenBy(DeviceSpec.PlanOf("faults.rules=[\"delay 10 % of any by 51 ms\"]"), left));
    }

    [Fact]
    public void A_release_that_nobody_counted_or_that_never_left_is_found()
    {
        var matrix = new BlobRef(new BlobHash("aa"), 10);
        var sent = new TransferBegan(Now, 1, Hello with { Message = new Correlated(1, matrix) });
        Assert.Contains("releases-are-counted", Broken(sent));
        Assert.DoesNotContain("releases-are-counted", Broken(new Observed(Now, new MatrixReleased(0, "aa")), sent));
        Assert.Contains("releases-are-counted", Broken(new Observed(Now, new MatrixReleased(0, "bb")), new RunOver(Now, null, null)));
    }

    [Fact]
    public void Only_a_result_or_a_stated_reason_ends_a_run_and_without_faults_only_a_result()
    {
        Assert.Contains("run-ends", Broken(new RunOver(Now, null, new SimulationException("stalled"))));
        Assert.Contains("run-ends", Broken(new RunOver(Now, null, new ExperimentFailedException("no quorum"))));
        Assert.DoesNotContain("run-ends", BrokenBy(DeviceSpec.PlanOf("faults.schedule=[\"at 1 s kill client-1\"]"), new RunOver(Now, null, new ExperimentFailedException("no quorum"))));
    }

    [Fact]
    public void A_blob_that_comes_from_nowhere_is_found() => Assert.Equal(
        ["blobs-come-from-somewhere"],
        Broken(new RoleDecided(
            Now, DeviceId.Supervisor, State, new Started(), State, [new Send(new DeviceId(0), new Correlate(1, [new BlobRef(new BlobHash("cc"), 1)]), "control")])));

    [Fact]
    public void What_a_device_forgets_is_found() => Assert.Equal(
        ["nothing-durable-is-forgotten"],
        Broken(
            new RoleDecided(Now, DeviceId.Supervisor, State, new Started(), State with { Serving = [1] }, []),
            new RoleDecided(Now, DeviceId.Supervisor, State, new Restarted(), State, [])));

    private static SupervisorState State => new(false, []);

    private static RunOver Success => new(Now, new Outcome(new("", [], [], [], []), "", "", [], Now, 0), null);

    private string[] Broken(params Happening[] happenings) => BrokenBy(DeviceSpec.PlanOf(), happenings);

    private string[] BrokenBy(Plan plan, params Happening[] happenings)
    {
        var invariants = AllInvariants.Of(plan, _ledger);
        return [.. happenings.SelectMany(happening => invariants.Where(invariant => invariant.See(happening) is not null)).Select(invariant => invariant.Name).Distinct()];
    }
}
