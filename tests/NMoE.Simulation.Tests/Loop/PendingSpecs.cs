using Akka.Actor;
using CsCheck;
using NMoE.Simulation.Loop;
using NMoE.Simulation.Time;
using NMoE.TestKit;

namespace NMoE.Simulation.Tests.Loop;

/// <summary>What is pending happens in the order of (time, insertion), whatever was cancelled or withdrawn in between.</summary>
public sealed class PendingSpecs : VirtualTestKit
{
    private enum Way
    {
        Happens,
        CancelledByToken,
        Withdrawn,
    }

    [Fact]
    public void Events_of_one_instant_happen_in_another_order_under_each_seed()
    {
        string Order(ulong? seed)
        {
            var order = new List<int>();
            World.TieSeed = seed;
            for (var number = 0; number < 20; number++)
            {
                // The last comes first of all, whatever the seed: only those of one instant change places.
                var own = number;
                World.After(TimeSpan.FromSeconds(number == 19 ? 1 : 2), "tie", () => order.Add(own));
            }

            Pass(TimeSpan.FromSeconds(3));
            Assert.Equal(19, order[0]);
            Assert.Equal(Enumerable.Range(0, 20), order.Order());
            return string.Join(' ', order);
        }

        Assert.Equal("19 " + string.Join(' ', Enumerable.Range(0, 19)), Order(null));
        Assert.NotEqual(Order(null), Order(1));
        Assert.NotEqual(Order(1), Order(2));
    }

    [Fact]
    public void Events_happen_by_time_and_then_by_insertion_and_cancelled_ones_never()
    {
        var gen = Gen.Select(Gen.Int[0, 50], Gen.Enum<Way>()).Array[0, 3000];
        var samples = 0;
        gen.Sample(
            events =>
            {
                var probe = Probe("probe-" + samples++);
                var begun = World.Now;
                var cancels = new List<Action>();
                foreach (var ((delay, way), number) in events.Select((item, i) => (item, i)))
                {
                    var due = TimeSpan.FromSeconds(delay);
                    if (way == Way.Withdrawn)
                    {
                        cancels.Add(World.After(due, "never", () => throw new InvalidOperationException("It was withdrawn.")).Withdraw);
                    }
                    else
                    {
                        var token = new Cancelable(Sys.Scheduler);
                        Sys.Scheduler.ScheduleTellOnce(due, probe.Ref, number, ActorRefs.NoSender, token);
                        if (way == Way.CancelledByToken)
                        {
                            cancels.Add(token.Cancel);
                        }
                    }
                }

                cancels.ForEach(cancel => cancel());
                var expected = events.Select((item, i) => (item.Item1, item.Item2, Number: i)).Where(item => item.Item2 == Way.Happens)
                    .OrderBy(item => item.Item1).Select(item => item.Number).ToArray();
                Assert.Equal(expected.Length, World.Pending);
                Assert.Equal(expected, probe.Collect<int>(TimeSpan.FromSeconds(60)));
                Assert.Equal(begun + TimeSpan.FromSeconds(60), World.Now);
            },
            iter: 30, threads: 1);
    }

    [Fact]
    public void A_cancelled_event_does_not_move_the_clock()
    {
        World.Await("somebody", "for ever");
        using var token = new Cancelable(Sys.Scheduler);
        Sys.Scheduler.ScheduleTellOnce(TimeSpan.FromDays(1), Probe("probe").Ref, "never", ActorRefs.NoSender, token);
        token.Cancel();
        Assert.Throws<StallException>(RunToEnd);
        Assert.Equal(VirtualTime.Zero, World.Now);
    }

    [Fact]
    public void The_end_of_an_instant_comes_after_all_else_of_it_and_before_the_clock_moves()
    {
        var order = new List<(string What, double At)>();
        void Note(string what) => order.Add((what, World.Now.Seconds));
        World.After(TimeSpan.FromSeconds(1), "first", () =>
        {
            World.AtInstantEnd(() =>
            {
                Note("end");
                World.After(TimeSpan.Zero, "caused", () => Note("caused"));
            });
            World.After(TimeSpan.Zero, "third", () => Note("third"));
            Note("first");
        });
        World.After(TimeSpan.FromSeconds(1), "second", () => Note("second"));
        World.After(TimeSpan.FromSeconds(2), "later", () => Note("later"));
        Pass(TimeSpan.FromSeconds(3));
        Assert.Equal([("first", 1), ("second", 1), ("third", 1), ("end", 1), ("caused", 1), ("later", 2)], order);
    }
}
