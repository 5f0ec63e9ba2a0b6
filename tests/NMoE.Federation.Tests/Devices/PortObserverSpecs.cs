using NMoE.Compute.Execution;
using NMoE.Compute.Jobs;
using NMoE.Federation.Devices;
using NMoE.Federation.Protocol;
using NMoE.Federation.Roles;
using NMoE.Learning.Data;
using NMoE.Learning.Models;
using NMoE.Learning.Registry;
using NMoE.Simulation.Network;
using NMoE.Simulation.Time;
using NMoE.TestKit;

namespace NMoE.Federation.Tests.Devices;

/// <summary>What those see who look at jobs (a FLOP takes a second) and transfers (a byte takes a second, after ten) from outside.</summary>
public sealed class PortObserverSpecs : VirtualTestKit
{
    private static readonly DeviceId Client = new(0);
    private static readonly Job s_draw = DeviceSpec.PlanOf().Model.Initial(ModelPart.Expert, DeviceSpec.PlanOf().Seeds);
    private readonly Recorder _seen = new();
    private readonly ComputePort _compute;
    private readonly DeviceNetwork _network;
    private readonly VirtualProbe _actor;

    public PortObserverSpecs()
    {
        _actor = Probe("actor");
        _compute = new ComputePort(World, new RehearsalExecutor(LearningFunctions.All(new DataCatalog(null)), _ => null), _ => 1, CancellationToken.None) { Observer = _seen };
        _network = new DeviceNetwork(World, new FixedChannel(World, TimeSpan.FromSeconds(10), 8), _ => { }) { Observer = _seen };
        _network.Attach(Client, _actor.Ref);
    }

    [Fact]
    public void Jobs_of_a_device_begin_when_those_before_have_ended()
    {
        Submit(3);
        Submit(4);
        Pass(TimeSpan.FromMinutes(1));
        Assert.Equal(["0 job 0 init", "3 job 1 init", "3 job 0 ends", "7 job 1 ends"], _seen.All);
    }

    [Fact]
    public void Jobs_of_a_device_that_goes_dark_end_there_those_included_that_have_not_begun()
    {
        Submit(3);
        Submit(4);
        Pass(TimeSpan.FromSeconds(2));
        _compute.Forget(Client, []);
        Pass(TimeSpan.FromMinutes(1));
        Assert.Equal(["0 job 0 init", "3 job 1 init", "2 job 0 ends", "2 job 1 ends"], _seen.All);
    }

    /// <summary>It once kept the speed that the device had when it was given.</summary>
    [Fact]
    public void A_job_that_waits_takes_the_speed_that_the_device_has_when_it_begins()
    {
        Submit(3);
        Submit(4);
        Pass(TimeSpan.FromSeconds(1));
        _compute.Slow(Client, 2);
        Submit(1);
        Pass(TimeSpan.FromSeconds(4));
        _compute.Slow(Client, 1);
        Pass(TimeSpan.FromMinutes(1));

        // The first was begun at its own speed, the second at half of it, and the third after that at its own again.
        Assert.Equal(
            [
                "0 job 0 init", "3 job 1 init", "3 job 1 moved", "11 job 2 init", "3 job 0 ends", "11 job 2 moved", "11 job 1 ends", "12 job 2 ends",
            ],
            _seen.All);
    }

    /// <summary>A job counts when it is begun: 3 of 7 FLOP.</summary>
    [Fact]
    public void What_was_never_begun_costs_no_energy()
    {
        var energy = new EnergyLedger(_ => new EnergyProfile(0, 0, 0, 2));
        var compute = new ComputePort(World, new RehearsalExecutor(LearningFunctions.All(new DataCatalog(null)), _ => null), _ => 1, CancellationToken.None) { Energy = energy };
        foreach (var flops in new[] { 3, 4 })
        {
            compute.Submit(Client, new Federation.Roles.Compute(new SoleTag("x"), s_draw, flops), _actor.Ref);
        }

        Pass(TimeSpan.FromSeconds(2));
        compute.Forget(Client, []);
        var total = Assert.Single(energy.Totals(World.Now));
        Assert.Equal((3.0, 6.0), (total.Flops, total.Joules.Compute));
    }

    /// <summary>3 FLOP at a FLOP/s, and 4 that wait when the device gets three times slower: 12 s at the power of a FLOP/s; FLOP are 7 all the same. What is forgotten before it began costs nothing, slow or not.</summary>
    [Theory]
    [InlineData(1, 20, 7, 2 * 7)]
    [InlineData(3, 20, 7, 2 * (3 + 12))]
    [InlineData(3, 2, 3, 2 * 3)]
    public void A_slow_device_has_its_power_for_longer(double factor, double forgotten, double flops, double joules)
    {
        var energy = new EnergyLedger(_ => new EnergyProfile(0, 0, 0, 2));
        var compute = new ComputePort(World, new RehearsalExecutor(LearningFunctions.All(new DataCatalog(null)), _ => null), _ => 1, CancellationToken.None) { Energy = energy };
        foreach (var work in new[] { 3, 4 })
        {
            compute.Submit(Client, new Federation.Roles.Compute(new SoleTag("x"), s_draw, work), _actor.Ref);
        }

        Pass(TimeSpan.FromSeconds(1));
        compute.Slow(Client, factor);
        Pass(TimeSpan.FromSeconds(forgotten - 1));
        compute.Forget(Client, []);
        var total = Assert.Single(energy.Totals(World.Now));
        Assert.Equal((flops, joules), (total.Flops, total.Joules.Compute));
    }

    [Fact]
    public void A_transfer_ends_where_it_arrives()
    {
        Send(Client, 5);
        Pass(TimeSpan.FromMinutes(1));
        Assert.Equal(["0 transfer 0 Rejoin", "15 transfer 0 Delivered"], _seen.All);
    }

    [Fact]
    public void A_transfer_is_lost_when_its_receiver_goes_dark_or_was_never_there()
    {
        Send(Client, 5);
        Send(new DeviceId(7), 1);
        Pass(TimeSpan.FromSeconds(3));
        _network.Detach(Client);
        Pass(TimeSpan.FromMinutes(1));
        Assert.Equal(["0 transfer 0 Rejoin", "0 transfer 1 Rejoin", "3 transfer 0 Lost", "11 transfer 1 Lost"], _seen.All);
    }

    private void Submit(double flops) => _compute.Submit(
        Client, new Federation.Roles.Compute(new SoleTag("x"), s_draw, flops), _actor.Ref);

    private void Send(DeviceId to, long bytes) => _network.Send(new Transfer(DeviceId.Aggregator, to, "x", nameof(Rejoin), bytes, "a message"));

    private sealed class Recorder : IJobObserver, ITransferObserver
    {
        public List<string> All { get; } = [];

        public void Began(VirtualTime from, DeviceId device, long number, string kind) => All.Add(FormattableString.Invariant($"{from.Seconds} job {number} {kind}"));

        public void Moved(VirtualTime from, DeviceId device, long number) => All.Add(FormattableString.Invariant($"{from.Seconds} job {number} moved"));

        public void Ended(VirtualTime at, DeviceId device, long number) => All.Add(FormattableString.Invariant($"{at.Seconds} job {number} ends"));

        public void Began(VirtualTime at, long number, Transfer transfer) => All.Add(FormattableString.Invariant($"{at.Seconds} transfer {number} {transfer.Kind}"));

        public void Ended(VirtualTime at, long number, TransferEnd end, AirBytes air) => All.Add(FormattableString.Invariant($"{at.Seconds} transfer {number} {end}"));
    }
}
