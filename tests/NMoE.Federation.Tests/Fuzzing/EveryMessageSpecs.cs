using CsCheck;
using NMoE.Federation.Protocol;
using NMoE.Federation.Roles;
using NMoE.Federation.Tests.Protocol;
using NMoE.Simulation.Network;

namespace NMoE.Federation.Tests.Fuzzing;

/// <summary>Each role in each of its states is told each kind of message, by each kind of sender: those that nobody would send, too.</summary>
public sealed class EveryMessageSpecs : FuzzSpec
{
    private const int Cases = 60;
    private const int StatesOfAKind = 12;
    private static readonly DeviceId[] Senders = [DeviceId.Supervisor, DeviceId.Aggregator, DeviceId.AggregatorAt(1), DeviceId.AggregatorAt(2), new(0), new(4), new(99)];

    [Fact]
    public void No_message_that_was_ever_sent_breaks_a_role_in_any_state()
    {
        var (states, messages) = Recorded();
        Assert.True(messages.Select(message => message.GetType()).Distinct().Count() > 20, "Hardly any kind of message was sent.");
        foreach (var state in states)
        {
            foreach (var (message, from) in messages.SelectMany(message => Senders.Select(from => (message, from))))
            {
                Tell(state, from, message);
            }
        }
    }

    [Fact]
    public void No_message_that_the_wire_can_carry_breaks_a_role_in_any_state()
    {
        var (states, _) = Recorded();
        WireCodecTests.AnyMessage.Sample(
            message =>
            {
                foreach (var from in Senders)
                {
                    foreach (var state in states)
                    {
                        Tell(state, from, message);
                    }
                }
            },
            iter: 60, threads: 1);
    }

    /// <summary>Only bad news of its own makes a role crash or give up.</summary>
    private static void Tell(Recorded state, DeviceId from, IMessage message)
    {
        try
        {
            var (_, effects) = state.Again(new Delivery(from, message));
            Assert.DoesNotContain(effects, effect => effect is Crash or GiveUp);
        }
        catch (Exception broken)
        {
            Assert.Fail($"{state.From}, told by {from}: {message}: {broken}");
        }
    }

    private static (IReadOnlyList<Recorded> States, IReadOnlyList<IMessage> Messages) Recorded()
    {
        var all = new List<Recorded>();
        for (var seed = 0UL; seed < Cases; seed++)
        {
            Run(Drawing.Of(seed), plan => RecordedRoles.Of(plan, all));
        }

        Recorded[] states = [.. all.GroupBy(decision => decision.From).SelectMany(group => Spread([.. group], StatesOfAKind))];
        IMessage[] messages =
        [
            .. all.Select(decision => decision.Message).OfType<Delivery>().Select(delivery => (IMessage)delivery.Message)
                .GroupBy(message => message.GetType()).SelectMany(group => Spread([.. group], 3)),
        ];
        return (states, messages);
    }

    private static IEnumerable<T> Spread<T>(T[] all, int count) =>
        Enumerable.Range(0, Math.Min(count, all.Length)).Select(i => all[(int)((long)i * all.Length / Math.Min(count, all.Length))]);
}
