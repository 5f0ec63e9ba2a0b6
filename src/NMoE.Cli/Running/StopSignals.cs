using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;

namespace NMoE.Cli.Running;

/// <summary>
/// The signals that ask a command to stop, all alike: INT (Ctrl-C), TERM (<c>kill</c>, a scheduler, a container's end) and HUP (the terminal is gone). The first cancels the
/// work; the second ends the process at once. A process that was started by another one of this program (<see cref="ParentVariable"/>) is stopped by that one's end too.
/// </summary>
internal sealed class StopSignals : IDisposable
{
    /// <summary>The environment variable that names the process whose child this one is.</summary>
    public const string ParentVariable = "NMOE_PARENT";

    private readonly CancellationTokenSource _stop = new();
    private readonly PosixSignalRegistration[] _registrations;
    private int _first;

    /// <summary>Listens from now on.</summary>
    public StopSignals()
    {
        _registrations = [.. new[] { PosixSignal.SIGINT, PosixSignal.SIGTERM, PosixSignal.SIGHUP }.Select(signal => PosixSignalRegistration.Create(signal, Receive))];
        if (int.TryParse(Environment.GetEnvironmentVariable(ParentVariable), NumberStyles.None, CultureInfo.InvariantCulture, out var parent))
        {
            new Thread(() => EndWith(parent)) { IsBackground = true, Name = "parent" }.Start();
        }
    }

    /// <summary>Cancelled by the first signal.</summary>
    public CancellationToken Token => _stop.Token;

    /// <summary>Whether a signal has come.</summary>
    public bool HaveStopped => _first != 0;

    /// <summary>128 and the signal's number, as a shell gives it.</summary>
    public int Code => (PosixSignal)_first switch
    {
        PosixSignal.SIGTERM => ExitCodes.Terminated,
        PosixSignal.SIGHUP => ExitCodes.HungUp,
        _ => ExitCodes.Interrupted,
    };

    /// <summary>As in <c>Stopped by SIGTERM.</c></summary>
    public string Sentence => (PosixSignal)_first == PosixSignal.SIGINT ? "Interrupted." : $"Stopped by {(PosixSignal)_first}.";

    /// <summary>Does a command's work; where a signal stops it, says so on standard error and gives the signal's code.</summary>
    /// <param name="left">What is true then: what is kept, and which command goes on.</param>
    /// <param name="work">The work, which ends with an <see cref="OperationCanceledException"/> when its token is cancelled.</param>
    public static int Until(string left, Func<CancellationToken, int> work)
    {
        using var signals = new StopSignals();
        try
        {
            return work(signals.Token);
        }
        catch (Exception end) when (signals.HasCaused(end))
        {
            return signals.Stopped(left);
        }
    }

    /// <summary>As <see cref="Until(string, Func{CancellationToken, int})"/>.</summary>
    public static async Task<int> Until(string left, Func<CancellationToken, Task<int>> work)
    {
        using var signals = new StopSignals();
        try
        {
            return await work(signals.Token).ConfigureAwait(false);
        }
        catch (Exception end) when (signals.HasCaused(end))
        {
            return signals.Stopped(left);
        }
    }

    /// <summary>Says on standard error that a signal stopped the command.</summary>
    /// <param name="left">What is true then.</param>
    /// <returns>The command's code.</returns>
    public int Stopped(string left)
    {
        try
        {
            Console.Error.WriteLine($"{Sentence} {left}");
        }
        catch (IOException)
        {
            // The terminal is gone: nobody reads.
        }

        return Code;
    }

    public void Dispose()
    {
        Array.ForEach(_registrations, registration => registration.Dispose());
    }

    // Whoever writes to a terminal that is gone fails with an IOException before he sees the cancellation.
    private bool HasCaused(Exception end) => HaveStopped && end is OperationCanceledException or IOException;

    private void Receive(PosixSignalContext signal)
    {
        signal.Cancel = Stop(signal.Signal);
    }

    private bool Stop(PosixSignal signal)
    {
        if (Interlocked.CompareExchange(ref _first, (int)signal, 0) != 0)
        {
            return false;
        }

        // On another thread than the one that signals arrive at: what the cancellation sets off may wait, and a second signal must be heard.
        ThreadPool.QueueUserWorkItem(_ => _stop.Cancel());
        return true;
    }

    private void EndWith(int parent)
    {
        try
        {
            using var process = Process.GetProcessById(parent);
            process.WaitForExit();
        }
        catch (ArgumentException)
        {
            // It has ended already.
        }

        Stop(PosixSignal.SIGHUP);
    }
}
