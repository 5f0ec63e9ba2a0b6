namespace NMoE.Cluster.Work;

/// <summary>Something that happened to a worker.</summary>
/// <param name="What">Which.</param>
/// <param name="Text">In words, for a log.</param>
public sealed record WorkerNews(WorkerEvent What, string Text)
{
    /// <summary>The job that it is about; null where it is about none.</summary>
    public string? Job { get; init; }

    /// <summary>The kind of that job.</summary>
    public string? Kind { get; init; }

    /// <summary>Seconds that its function took; null where nothing ran.</summary>
    public double? Seconds { get; init; }
}

/// <summary>What may happen to a worker.</summary>
public enum WorkerEvent
{
    /// <summary>Its node is up and looks for the coordinator.</summary>
    Joining,

    /// <summary>It was admitted: it has the experiment's data, and its training step gives the coordinator's bits.</summary>
    Admitted,

    /// <summary>It begins a job.</summary>
    JobBegan,

    /// <summary>It has finished a job.</summary>
    JobEnded,

    /// <summary>It gave a job back.</summary>
    JobReturned,

    /// <summary>A job failed as it would anywhere.</summary>
    JobBroke,

    /// <summary>It lost the coordinator, stopped its work, and will join again.</summary>
    Lost,

    /// <summary>Its node could not be started; another try follows.</summary>
    Failed,

    /// <summary>It may not work for this coordinator.</summary>
    Refused,
}

/// <summary>How a worker ended.</summary>
/// <param name="Reason">Null for one that was stopped; why it may not work, for one that was refused.</param>
public sealed record WorkerEnd(string? Reason);
