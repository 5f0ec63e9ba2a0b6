using System.Collections.Immutable;
using System.Text;
using NMoE.Compute.Execution;
using NMoE.Compute.Jobs;
using NMoE.Compute.Store;

namespace NMoE.Compute.Tests.Execution;

/// <summary>
/// Who waits for a job that is computed elsewhere: three experiments ask for one and end, in every order of what they do and of how far the job is.
/// Whoever has not ended gets it, whoever ends is told at once, and it is never under way twice.
/// </summary>
public sealed class WaitingSpecs : ExecutorSpec
{
    private static readonly ImmutableArray<string> s_job = ["carried", "lands", "landed"];
    private static readonly ImmutableArray<string> s_events = ["first ends", "second asks", "second ends", "third asks"];

    public enum End
    {
        /// <summary>A result.</summary>
        Result,

        /// <summary>It fails elsewhere.</summary>
        Failure,

        /// <summary>The disk is full when it is recorded.</summary>
        FullDisk,
    }

    [Theory]
    [InlineData(End.Result)]
    [InlineData(End.Failure)]
    [InlineData(End.FullDisk)]
    public void In_every_order_each_that_waits_is_answered_and_nothing_is_under_way_twice(End end)
    {
        var place = new Place(Folder.Path, end);
        using var executor = place.Executor;
        var orders = Orders(s_job, s_events).Where(order => order.IndexOf("second asks") < order.IndexOf("second ends")).ToArray();
        Assert.Equal(420, orders.Length);
        foreach (var (number, order) in orders.Index())
            new Course(place, Toy.Job("join", (ulong)number), order).Go();
    }

    /// <summary>All ways to lay one sequence, in its order, among events in any order.</summary>
    private static IEnumerable<ImmutableArray<string>> Orders(ImmutableArray<string> sequence, ImmutableArray<string> events)
    {
        if (sequence.IsEmpty && events.IsEmpty)
            return [[]];
        var first = sequence.IsEmpty ? [] : Orders(sequence[1..], events).Select(rest => rest.Insert(0, sequence[0]));
        return first.Concat(events.SelectMany(one => Orders(sequence, events.Remove(one)).Select(rest => rest.Insert(0, one))));
    }

    /// <summary>An executor whose carrier and disk let a course go on in the middle of what they do.</summary>
    private sealed class Place : IJobCarrier
    {
        public Place(string folder, End end)
        {
            End = end;
            Executor = new(new JobStore(new(folder, 1 << 24), Create), [Toy.Join()], _ => "code", 1) { Carrier = this };
        }

        public End End { get; }

        public LocalExecutor Executor { get; }

        public Action Between { get; set; } = () => { };

        public List<CarriedJob> UnderWay { get; } = [];

        public int Carried { get; set; }

        public bool Takes(Job job)
        {
            Meanwhile();
            return true;
        }

        public void Carry(CarriedJob job)
        {
            Assert.DoesNotContain(UnderWay, other => other.Key == job.Key);
            UnderWay.Add(job);
            Carried++;
        }

        public void Land()
        {
            foreach (var job in UnderWay.ToArray())
            {
                if (End == End.Failure)
                    job.Fail(new InvalidOperationException("no memory"));
                else
                    job.Finish(new([], ImmutableSortedDictionary<string, double>.Empty, [7]), TimeSpan.Zero);
                UnderWay.Remove(job);
            }
        }

        private FileStream Create(string path)
        {
            // What lands writes its record, and nothing else.
            if (UnderWay.Count == 0)
                return StoreFolder.CreateFile(path);
            Meanwhile();
            return End == End.FullDisk ? throw new IOException("no space left") : StoreFolder.CreateFile(path);
        }

        private void Meanwhile()
        {
            var what = Between;
            Between = () => { };
            what();
        }
    }

    private sealed class Course(Place place, Job job, ImmutableArray<string> order)
    {
        private readonly ExecutorShare[] _shares = [.. Enumerable.Range(0, 3).Select(_ => place.Executor.Share(null))];
        private readonly IJobHandle?[] _handles = new IJobHandle?[3];
        private readonly bool[] _ended = new bool[3];

        public void Go()
        {
            place.Carried = 0;
            place.Between = () => Do("", "carried");
            _handles[0] = _shares[0].Submit(job);
            Do("carried", "lands");
            place.Between = () => Do("lands", "landed");
            var wasCarried = place.Carried > 0;
            place.Land();
            place.Between();
            place.Between = () => { };
            Do("landed", "");
            place.Land();

            Assert.All(_handles.Where(handle => handle is not null), handle => Assert.True(handle!.IsFinished, Text()));
            Assert.InRange(_shares.Sum(share => share.Counts.Run), 0, 1);
            if (place.End == End.Result)
            {
                Assert.True(place.Carried <= (wasCarried ? 1 : 2), Text());
                Assert.All(_handles.Index().Where(one => one.Item is not null && !_ended[one.Index]), one => Assert.Equal(7, one.Item!.Wait(default).Integers[0]));
            }

            Array.ForEach(_shares, share => share.Dispose());
        }

        private void Do(string after, string until)
        {
            var begin = order.IndexOf(after) + 1;
            var end = until.Length == 0 ? order.Length : order.IndexOf(until);
            foreach (var one in order[begin..end])
                Happens(one);
        }

        private void Happens(string what)
        {
            var who = what.Split(' ')[0] switch { "first" => 0, "second" => 1, _ => 2 };
            if (what.EndsWith("asks", StringComparison.Ordinal))
            {
                _handles[who] = _shares[who].Submit(job);
                return;
            }

            _shares[who].Dispose();
            _ended[who] = true;
            Assert.True(_handles[who]?.IsFinished ?? true, $"Who ended still waits: {Text()}");
        }

        private string Text() => new StringBuilder("first asks, ").AppendJoin(", ", order).ToString();
    }
}
