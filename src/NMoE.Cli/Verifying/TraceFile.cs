using NMoE.Simulation.Tracing;

namespace NMoE.Cli.Verifying;

/// <summary>A trace's canonical form in a file.</summary>
/// <param name="path">The file; one that is there is overwritten.</param>
internal sealed class TraceFile(string path) : ITraceSink, IDisposable
{
    private const int BufferBytes = 1 << 20;
    private readonly FileStream _file = new(path, FileMode.Create, FileAccess.Write, FileShare.Read, BufferBytes);

    public void Write(ReadOnlySpan<byte> canonical) => _file.Write(canonical);

    public void Dispose() => _file.Dispose();
}
