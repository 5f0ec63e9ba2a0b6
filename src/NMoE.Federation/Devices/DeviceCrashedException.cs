namespace NMoE.Federation.Devices;

/// <summary>A device crashed, from the fault schedule or by a learning failure: its volatile state is gone.</summary>
public sealed class DeviceCrashedException(string reason) : Exception(reason);

/// <summary>The experiment cannot go on, for a reason that lies in the experiment.</summary>
public sealed class ExperimentFailedException(string reason) : Exception(reason);
