using NMoE.Cluster;
using NMoE.Cluster.Live;
using NMoE.Cluster.Work;
using NMoE.Compute.Execution;
using NMoE.Compute.Store;
using NMoE.Federation.Configuration;
using NMoE.Federation.Devices;
using NMoE.Learning;
using NMoE.Learning.Devices;
using NMoE.Learning.Identity;
using NMoE.Reporting;
using NMoE.Simulation;

namespace NMoE.Cli.Running;

/// <summary>What the process says to a script when it ends.</summary>
public static class ExitCodes
{
    /// <summary>All went well.</summary>
    public const int Success = 0;

    /// <summary>The run ended without a result; the message says why.</summary>
    public const int Failed = 1;

    /// <summary>Something that was given is wrong: configuration, data, arguments.</summary>
    public const int BadInput = 2;

    /// <summary>Something that the program needs is missing on this machine.</summary>
    public const int Prerequisite = 3;

    /// <summary>The store or the output cannot be read or written.</summary>
    public const int Disk = 4;

    /// <summary>Runs of one experiment differ that should be equal.</summary>
    public const int Different = 5;

    /// <summary>A search found a run in which an invariant does not hold, or a fault that met no role in some state.</summary>
    public const int Violated = 6;

    /// <summary>Stopped by SIGHUP: its terminal, or the command that started it, is gone.</summary>
    public const int HungUp = 129;

    /// <summary>Stopped by SIGINT (Ctrl-C).</summary>
    public const int Interrupted = 130;

    /// <summary>Stopped by SIGTERM.</summary>
    public const int Terminated = 143;

    /// <summary>Whether a command ended because a signal stopped it.</summary>
    public static bool IsStopped(int code) => code is HungUp or Interrupted or Terminated;

    /// <summary>Runs a command; a user's mistake becomes one message and a code, never a stack trace.</summary>
    public static int Guard(Func<int> command)
    {
        try
        {
            return command();
        }
        catch (Exception error) when (CodeOf(error) is { } code)
        {
            Console.Error.WriteLine("error: " + MessageOf(error));
            return code;
        }
    }

    /// <summary>The code of an error that a user can do something about; null for a bug.</summary>
    public static int? CodeOf(Exception error) => error switch
    {
        RehearsalFailedException { InnerException: { } reason } => CodeOf(reason),
        ConfigurationException or BadArgumentException or LearningException or LiveException or NodeException => BadInput,
        MissingLibraryException or NoDeviceException or FigureNotDrawnException { LacksLibrary: true } => Prerequisite,
        JobFailedException { InnerException: LearningException } => BadInput,
        JobFailedException { InnerException: StoreException or IOException } => Disk,
        ReplayDiffersException => Different,
        StoreException or ReportingException or IOException or UnauthorizedAccessException => Disk,
        JobFailedException or SimulationException or ExperimentFailedException or WorkException or BuiltAnewException => Failed,
        _ => null,
    };

    /// <summary>What a user is told of such an error.</summary>
    public static string MessageOf(Exception error) =>
        error is JobFailedException { InnerException: LearningException or StoreException or WorkException } ? error.InnerException!.Message : error.Message;
}
