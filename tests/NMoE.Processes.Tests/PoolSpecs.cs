namespace NMoE.Processes.Tests;

public sealed class PoolSpecs
{
    [Fact]
    public void What_a_process_says_is_read_at_once_however_many_specs_wait()
    {
        ThreadPool.GetMinThreads(out var workers, out _);
        Assert.True(workers >= 64, $"Only {workers} threads of the pool come without delay.");
    }
}
