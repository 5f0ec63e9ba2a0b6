using System.Collections.Immutable;
using NMoE.Simulation.Faults;

namespace NMoE.Federation.Settings;

/// <summary>What goes wrong. All chance follows from the experiment's seed, by client and message: the same clients fail at the same times whatever is trained.</summary>
/// <param name="Rules">What happens to messages; the first rule that hits one decides.</param>
/// <param name="Schedule">What happens to devices, and when.</param>
/// <param name="Crashes">Clients that crash once, at random.</param>
/// <param name="Churn">Clients that come and go, at random.</param>
public sealed record FaultsSection(ImmutableArray<MessageFault> Rules, ImmutableArray<ScheduledFault> Schedule, CrashesSection Crashes, ChurnSection Churn);

/// <summary>Clients that crash once.</summary>
/// <param name="Share">Of the clients, [0, 1], rounded to whole ones.</param>
/// <param name="Within">Each at an instant drawn evenly from the beginning until then.</param>
/// <param name="For">How long they are off.</param>
public sealed record CrashesSection(double Share, TimeSpan Within, TimeSpan For);

/// <summary>Clients that come and go: exponential times on and off.</summary>
/// <param name="Up">Mean virtual time on; 0 for clients that stay.</param>
/// <param name="Down">Mean virtual time off.</param>
/// <param name="Until">Nobody goes after that.</param>
public sealed record ChurnSection(TimeSpan Up, TimeSpan Down, TimeSpan Until);
