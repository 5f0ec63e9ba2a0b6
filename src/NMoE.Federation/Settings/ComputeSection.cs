using NMoE.Learning.Keys;

namespace NMoE.Federation.Settings;

/// <summary>The machine's part.</summary>
[Section("compute", "This machine's part: changes no result and is no part of the configuration's hash.")]
public sealed record ComputeSection
{
    [Key("0..1024", "Compute threads, one job each: all (one a core; 0 means the same) or 1..1024.", Name = "threads", Word = "all")]
    public int StatedThreads { get; init; } = 0;

    /// <summary>Compute threads, each one job at a time.</summary>
    public int Threads => StatedThreads > 0 ? StatedThreads : Environment.ProcessorCount;

    /// <summary>The store of results.</summary>
    public StoreSection Store { get; init; } = new();
}

/// <summary>The store of results.</summary>
[Section("store")]
public sealed record StoreSection
{
    [Key("""
        Folder of the results that are remembered; "" means the user's cache.
        """, Empty = "the user's cache")]
    public string Path { get; init; } = "";

    [Key("1 MiB..1024 TiB", "Blobs beyond this are evicted, least recently used first. {range}.", Name = "max-size")]
    public long MaxBytes { get; init; } = 20L << 30;
}
