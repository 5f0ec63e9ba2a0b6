using System.Collections.Immutable;

namespace NMoE.Compute.Execution;

/// <summary>Threads of our own, fed first in, first out, so that a busy thread pool holds nothing up.</summary>
internal sealed class ComputeThreads : IDisposable
{
    // Making a blob again goes down the chain of jobs that led to it, one frame or two a job.
    private const int StackBytes = 64 << 20;

    private readonly Queue<Work> _queue = new();
    private readonly ImmutableArray<Thread> _threads;
    private readonly Action? _start;
    private bool _stopped;

    /// <param name="name">What the threads are called, before a number each.</param>
    /// <param name="count">How many there are.</param>
    /// <param name="start">What each does first; null for nothing.</param>
    public ComputeThreads(string name, int count, Action? start)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        _start = start;
        _threads = [.. Enumerable.Range(0, count).Select(number => NewThread($"{name}-{number}"))];
        foreach (var thread in _threads)
            thread.Start();
    }

    /// <summary>What a thread does, and what becomes of it when the threads stop first, or when their start failed.</summary>
    public sealed record Work(Action Run, Action Cancel, Action<Exception> Fail);

    public bool IsCurrent => _threads.Contains(Thread.CurrentThread);

    /// <summary>How much waits for a thread.</summary>
    public int Waiting
    {
        get
        {
            lock (_queue)
                return _queue.Count;
        }
    }

    public void Enqueue(Work work)
    {
        lock (_queue)
        {
            if (!_stopped)
            {
                _queue.Enqueue(work);
                Monitor.Pulse(_queue);
                return;
            }
        }

        work.Cancel();
    }

    /// <summary>Cancels what has not started. Running work is told through its own token.</summary>
    public void Stop()
    {
        ImmutableArray<Work> left;
        lock (_queue)
        {
            _stopped = true;
            left = [.. _queue];
            _queue.Clear();
            Monitor.PulseAll(_queue);
        }

        foreach (var work in left)
            work.Cancel();
    }

    public void Dispose()
    {
        Stop();
        foreach (var thread in _threads)
        {
            if (thread != Thread.CurrentThread)
                thread.Join();
        }
    }

    private Thread NewThread(string name) => new(Loop, StackBytes) { IsBackground = true, Name = name };

    private void Loop()
    {
        var failure = StartFailure();
        while (Next() is { } work)
        {
            if (failure is null)
                work.Run();
            else
                work.Fail(failure);
        }
    }

    private Exception? StartFailure()
    {
        try
        {
            _start?.Invoke();
            return null;
        }
#pragma warning disable CA1031 // An exception that leaves a thread ends the process without a word to the waiting run.
        catch (Exception e)
#pragma warning restore CA1031
        {
            return e;
        }
    }

    private Work? Next()
    {
        lock (_queue)
        {
            while (_queue.Count == 0 && !_stopped)
                Monitor.Wait(_queue);
            return _queue.TryDequeue(out var work) ? work : null;
        }
    }
}
