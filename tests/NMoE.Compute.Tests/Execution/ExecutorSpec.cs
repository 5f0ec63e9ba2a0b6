using NMoE.Compute.Blobs;
using NMoE.Compute.Execution;
using NMoE.Compute.Store;

namespace NMoE.Compute.Tests.Execution;

/// <summary>A store in a folder of its own, and executors on it.</summary>
public abstract class ExecutorSpec : IDisposable
{
    private protected TempFolder Folder { get; } = new();
    private protected Toy JoinKind { get; } = Toy.Join();
    private protected Toy SameKind { get; } = Toy.Same();

    public void Dispose()
    {
        Folder.Dispose();
        GC.SuppressFinalize(this);
    }

    private protected static BlobRef Output(IJobHandle handle) => handle.Wait(default).Outputs[0];

    private protected static (int, int) Run(LocalExecutor executor) => (executor.Counts.Run, executor.Counts.Remembered);

    private protected JobStore Store() => new(new(Folder.Path, 1 << 20));

    private protected LocalExecutor Executor() => new(Store(), [JoinKind, SameKind], _ => "code", 1);

    private protected void Lose(string pattern)
    {
        foreach (var file in Folder.Files(pattern))
            File.Delete(file);
    }
}
