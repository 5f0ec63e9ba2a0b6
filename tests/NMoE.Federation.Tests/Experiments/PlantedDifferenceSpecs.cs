using System.Collections.Immutable;
using NMoE.Compute.Blobs;
using NMoE.Compute.Execution;
using NMoE.Compute.Jobs;
using NMoE.Federation.Experiments;
using NMoE.Federation.Protocol;
using NMoE.Federation.Tests.Devices;
using NMoE.Learning.Data;
using NMoE.Learning.Jobs;
using NMoE.Learning.Registry;
using NMoE.Simulation.Tracing;

namespace NMoE.Federation.Tests.Experiments;

/// <summary>Two runs of one experiment, in the second of which client 0's gate chooses otherwise: where their traces part is what it sends then.</summary>
public sealed class PlantedDifferenceSpecs
{
    [Fact]
    public void The_first_event_that_differs_is_the_first_message_to_the_other_peer()
    {
        var (first, second) = (Events(peer: 1), Events(peer: 2));
        var found = TraceDifference.Find(first, second, 1)!;

        // Four rows of 128 floats travel, with a header.
        Assert.Equal(("client-0", "client-1", nameof(RouteLatents)), (found.First!.Value.From, found.First.Value.To, found.First.Value.Kind));
        Assert.Equal(("client-0", "client-2", nameof(RouteLatents)), (found.Second!.Value.From, found.Second.Value.To, found.Second.Value.Kind));
        Assert.InRange(found.First.Value.Bytes, 4 * 512, (4 * 512) + 100);
        Assert.Equal("arrival", Assert.Single(found.Before).Kind);
        Assert.Equal(first.FindIndex(happened => happened.Kind == nameof(RouteLatents) && happened.From == "client-0") + 1, found.Number);
    }

    [Fact]
    public void The_same_choice_gives_the_same_trace() => Assert.Null(TraceDifference.Find(Events(peer: 1), Events(peer: 1), 1));

    private static List<TracedEvent> Events(int peer)
    {
        var sink = new MemorySink();
        var executor = new RehearsalExecutor(
            LearningFunctions.All(new DataCatalog(null)),
            job => job.Kind == RouteParameters.Kind && LearningJob.Parameters<RouteParameters>(job).Client == 0
                ? new JobResult([new BlobRef(new BlobHash(new string('a', 64)), 100)], ImmutableSortedDictionary<string, double>.Empty, [peer, peer, peer, peer])
                : null);
        new Experiment(DeviceSpec.PlanOf("extractor.rounds=1", "inference.gates=[rangate]", "evaluation.enabled=off"), executor, _ => { }) { TraceSink = sink }
            .Run(CancellationToken.None);
        return [.. TraceReader.Read(new MemoryStream([.. sink.Bytes]))];
    }

    private sealed class MemorySink : ITraceSink
    {
        public List<byte> Bytes { get; } = [];

        public void Write(ReadOnlySpan<byte> canonical) => Bytes.AddRange(canonical.ToArray());
    }
}
