using System.Collections.Immutable;
using NMoE.Simulation.Faults;
using NMoE.Simulation.Network;
using NMoE.Simulation.Time;
using NMoE.TestKit;

namespace NMoE.Simulation.Tests.Network;

/// <summary>Two devices with a link of 10 ms and 8 Mbit/s; a message of 1000 bytes takes 11 ms.</summary>
public sealed class FaultRuleSpecs : VirtualTestKit
{
    private static readonly DeviceId First = new(1);
    private static readonly DeviceId Second = new(2);
    private static readonly TimeSpan Usual = TimeSpan.FromMilliseconds(11);

    [Fact]
    public void A_dropped_message_takes_its_way_for_nothing()
    {
        var (network, receiver) = Under(Rule(FaultVerb.Drop, TimeSpan.Zero));
        Send(network, "a");
        receiver.ExpectNothing(TimeSpan.FromSeconds(10));

        Assert.Equal((1000, 0, 1000, 0, 1000), Totals(network.Ledger));
    }

    [Fact]
    public void A_delayed_message_leaves_later_and_arrives_whole()
    {
        var (network, receiver) = Under(Rule(FaultVerb.Delay, TimeSpan.FromSeconds(2)));
        Send(network, "a");
        receiver.Expect<Delivery>();

        Assert.Equal(VirtualTime.Zero + TimeSpan.FromSeconds(2) + Usual, receiver.LastTold!.At);
        Assert.Equal((1000, 1000, 0, 0, 0), Totals(network.Ledger));
    }

    [Fact]
    public void A_duplicated_message_arrives_twice()
    {
        var (network, receiver) = Under(Rule(FaultVerb.Duplicate, TimeSpan.FromSeconds(2)));
        Send(network, "a");
        Assert.Equal("a", receiver.Expect<Delivery>().Message);
        Assert.Equal("a", receiver.Expect<Delivery>().Message);

        Assert.Equal(VirtualTime.Zero + TimeSpan.FromSeconds(2) + Usual, receiver.LastTold!.At);
        Assert.Equal((1000, 2000, 0, 1000, 0), Totals(network.Ledger));
    }

    /// <summary>The first is damaged; the second time 24 bytes ask for it, which take 10.024 ms, and it comes in another 11 ms.</summary>
    [Fact]
    public void A_damaged_message_is_never_used_and_is_asked_for_again()
    {
        var (network, receiver) = Under(Rule(FaultVerb.Corrupt, TimeSpan.Zero) with { Kind = "m", End = VirtualTime.Zero + TimeSpan.FromMilliseconds(1) });
        Send(network, "a");
        Assert.Equal("a", receiver.Expect<Delivery>().Message);
        receiver.ExpectNothing(TimeSpan.FromSeconds(10));

        Assert.Equal(VirtualTime.Zero + (2 * Usual) + TimeSpan.FromTicks(100_240), receiver.LastTold!.At);
        Assert.Equal((1024, 1024, 1000, 1000, 1000), Totals(network.Ledger));
    }

    [Fact]
    public void One_that_is_damaged_each_time_is_given_up_in_the_end()
    {
        var (network, receiver) = Under(Rule(FaultVerb.Corrupt, TimeSpan.Zero) with { Kind = "m" });
        Send(network, "a");
        receiver.ExpectNothing(TimeSpan.FromHours(1));

        Assert.Equal(0, network.Ledger.InFlight);
        Assert.Equal(8 * 1000, network.Ledger.TotalDuplicated);
    }

    [Fact]
    public void Of_several_rules_the_first_that_hits_decides()
    {
        var (network, receiver) = Under(
            Rule(FaultVerb.Drop, TimeSpan.Zero) with { From = new DeviceGroup([Second], Everyone.Excluded) },
            Rule(FaultVerb.Delay, TimeSpan.FromSeconds(1)), Rule(FaultVerb.Drop, TimeSpan.Zero));
        Send(network, "a");
        receiver.Expect<Delivery>();
    }

    [Fact]
    public void A_rule_hits_its_share_of_messages_and_the_same_ones_whatever_else_is_sent()
    {
        var hit = Enumerable.Range(0, 10_000).Where(number => IsHit(number, from: First)).ToArray();

        // 10 % of 10 000, within 3 standard errors of 30.
        Assert.InRange(hit.Length, 910, 1090);
        Assert.Equal(hit, Enumerable.Range(0, 10_000).Reverse().Where(number => IsHit(number, from: First)).Reverse());
        Assert.NotEqual(hit, Enumerable.Range(0, 10_000).Where(number => IsHit(number, from: Second)));
    }

    [Fact]
    public void A_delayed_message_is_lost_with_its_sender()
    {
        var (network, receiver) = Under(Rule(FaultVerb.Delay, TimeSpan.FromSeconds(2)));
        Send(network, "a");
        Pass(TimeSpan.FromSeconds(1));
        network.Detach(First);
        receiver.ExpectNothing(TimeSpan.FromSeconds(10));

        Assert.Equal((1000, 0, 1000, 0, 0), Totals(network.Ledger));
    }

    private static bool IsHit(long number, DeviceId from) => new FaultRules(7, [Rule(FaultVerb.Drop, TimeSpan.Zero) with { Percent = 10 }])
        .Judge(new Transfer(from, Second, "s", "m", 1000, "a") { Number = number }, VirtualTime.Zero) is Drop;

    private static MessageFault Rule(FaultVerb verb, TimeSpan by) =>
        new(verb, by, 100, null, DeviceGroup.Any, DeviceGroup.Any, VirtualTime.Zero, new VirtualTime(long.MaxValue));

    private static (long Sent, long Delivered, long Lost, long Duplicated, long Wasted) Totals(Ledger ledger) =>
        (ledger.TotalSent, ledger.TotalDelivered, ledger.TotalLost, ledger.TotalDuplicated, ledger.TotalWasted);

    private static void Send(DeviceNetwork network, string message) => network.Send(new Transfer(First, Second, "s", "m", 1000, message));

    private (DeviceNetwork Network, VirtualProbe Receiver) Under(params ImmutableArray<IFaultRule> rules)
    {
        var network = new DeviceNetwork(World, new FixedChannel(World, TimeSpan.FromMilliseconds(10), 8e6), _ => { }) { Faults = new FaultRules(7, rules) };
        var receiver = Probe("receiver");
        network.Attach(First, Probe("sender").Ref);
        network.Attach(Second, receiver.Ref);
        return (network, receiver);
    }
}
