using Akka.Actor;

namespace NMoE.Cluster.Work.Messages;

/// <summary>To the coordinator: the run is over, and workers that go now are not missed.</summary>
internal sealed record Closing;

/// <summary>To the coordinator, again and again: look whether somebody is waited for too long.</summary>
internal sealed record Tick : INotInfluenceReceiveTimeout
{
    /// <summary>One serves for all.</summary>
    public static Tick Instance { get; } = new();
}
