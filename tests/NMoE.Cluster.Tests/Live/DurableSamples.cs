using System.Collections.Immutable;
using NMoE.Compute.Blobs;
using NMoE.Federation.Aggregator;
using NMoE.Federation.Client;
using NMoE.Federation.Protocol;

namespace NMoE.Cluster.Tests.Live;

/// <summary>What devices of a live run persist, with something in each part.</summary>
internal static class DurableSamples
{
    public static ClientDurable Client { get; } = new()
    {
        Training = new(
            new(Blob('6'), Blob('7'), null), new(4, new(null, Blob('8'), null)),
            new(new TrainRound(Stages.Extractor, 4, [Blob('2'), Blob('3')], [Blob('4')]) { Counted = 3 }, new RoundUpdate(Stages.Extractor, 4, [Blob('d')], 500, 0.5, [])))
        {
            History = ImmutableSortedDictionary<int, OwnParts>.Empty.Add(3, new(Blob('e'), null, null)),
        },
        Expert = new(Blob('5'), 1, Blob('9'), null, null),
        Sharing = new([0, 3], ImmutableSortedDictionary<int, BlobRef>.Empty.Add(3, Blob('b'))),
        Gates = ImmutableSortedDictionary<string, GateMemory>.Empty.Add(Stages.Gate, new(Blob('a'), [])).Add(Stages.Rolling, new(Blob('c'), [])),
        Turns = ImmutableSortedDictionary<string, RingTurn>.Empty.Add(
            Stages.Rolling, new(new TravellingModel(Stages.Rolling, 1, 2, RingStep.Adopt, [0, 1], [Blob('1')], 0.25, double.PositiveInfinity, [1]), Passed: true)),
        Serving = new(MayServe: true, null, 2),
        Place = 1,
    };

    public static AggregatorDurable Aggregator { get; } = new()
    {
        Stage = Stages.Gate,
        MayBegin = true,
        Round = 7,
        Joined = ImmutableSortedDictionary<int, int>.Empty.Add(0, 500).Add(2, 400),
        Extractor = [Blob('1'), Blob('2')],
        Velocity = [Blob('3')],
        Control = Blob('4'),
        Correlations = ImmutableSortedDictionary<int, Correlated>.Empty.Add(1, new Correlated(3, Blob('5'))),
        Gates = ImmutableSortedDictionary<string, BlobRef>.Empty.Add(Stages.Gate, Blob('6')),
        Ready = [0, 2],
        Versions = ImmutableSortedDictionary<int, ImmutableArray<BlobRef>>.Empty.Add(6, [Blob('7')]),
        Counted = ImmutableSortedDictionary<int, int>.Empty.Add(2, 6),
        Experts = [0, 2],
        Generation = 1,
        Unheard = [2],
        Held = new Checkpoint { Number = 3, Step = Stages.Gate, Round = 7, Joined = ImmutableSortedDictionary<int, int>.Empty.Add(0, 500), Extractor = [Blob('8')] },
    };

    private static BlobRef Blob(char digit) => new(new BlobHash(new string(digit, 64)), 5);
}
