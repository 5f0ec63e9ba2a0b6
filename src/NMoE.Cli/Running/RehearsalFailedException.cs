namespace NMoE.Cli.Running;

/// <summary>An experiment came to no end when it was gone through without training: nothing was trained, and nothing of the run itself failed.</summary>
/// <param name="reason">How it ended.</param>
internal sealed class RehearsalFailedException(Exception reason)
    : Exception($"In the rehearsal, before anything was trained: {ExitCodes.MessageOf(reason)}", reason);
