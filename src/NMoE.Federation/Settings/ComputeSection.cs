using NMoE.Learning.Devices;
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

    [Key("""
        What computes: cpu, cuda (the first GPU) or "cuda:N", in quotes. The processor and a GPU round differently, and what one has computed is not remembered for the other. On a GPU jobs use algorithms that compute alike each time, and
        compute.threads of them run at once, each on a stream of its own (docs/gpu.md). NMoE has not been run on a GPU.
        """)]
    public ComputeDevice Device { get; init; } = ComputeDevice.Cpu;

    [Key("64 MiB..1024 TiB", "Memory of the GPU that jobs may fill together: all (nine tenths of what it has) or {range}. Fewer jobs than compute.threads run at once where they would need more.", Word = "all")]
    [When("a GPU in compute.device")]
    public long DeviceMemory { get; init; } = long.MaxValue;

    [Key("Whether the GPU may round the factors of fp32 products to 10 bits (TF32), which is faster: on or off. Jobs computed so are remembered apart.")]
    [When("a GPU in compute.device")]
    public bool Tf32 { get; init; }

    /// <summary>What computes, with how it rounds.</summary>
    public ComputeDevice Computing => Device with { Tf32 = Tf32 && !Device.IsCpu };

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
