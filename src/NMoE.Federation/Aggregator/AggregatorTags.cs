using NMoE.Compute.Blobs;
using NMoE.Federation.Protocol;
using NMoE.Federation.Roles;
using NMoE.Learning.Models;

namespace NMoE.Federation.Aggregator;

/// <summary>A part of the first model.</summary>
/// <param name="Part">The part.</param>
internal sealed record InitialTag(ModelPart Part) : JobTag("initial");

/// <summary>A part of the model that is averaged.</summary>
/// <param name="Stage">The stage that the round is of.</param>
/// <param name="Round">Round.</param>
/// <param name="Part">The part's place in the model; the number of parts for the server's control variate.</param>
internal sealed record AverageTag(string Stage, int Round, int Part) : JobTag("average");

/// <summary>An update that travelled compressed, as a model.</summary>
/// <param name="Client">Who sent it.</param>
/// <param name="Update">The update as it came.</param>
internal sealed record RestoredTag(int Client, RoundUpdate Update) : JobTag("restored");

/// <summary>A part of the model in the form in which it travels.</summary>
/// <param name="Of">The part.</param>
/// <param name="Averaged">The average that it came of, which waits for this; null where a round is to begin.</param>
internal sealed record PackedTag(BlobRef Of, JobFinished? Averaged) : JobTag("packed");

/// <summary>The deadline of a round, or of FedSC's exchange before it.</summary>
/// <param name="Name">The purpose.</param>
/// <param name="Stage">The stage that the round is of.</param>
/// <param name="Round">Round, from 1.</param>
/// <param name="Tries">How often it was begun before.</param>
internal sealed record RoundTimer(string Name, string Stage, int Round, int Tries) : TimerTag(Name);

/// <summary>The deadline of a step without rounds: there is one at a time.</summary>
/// <param name="Stage">The step.</param>
internal sealed record StepTimer(string Stage) : TimerTag(TimerName)
{
    public const string TimerName = "step";
}

/// <summary>The weighed sum of the others' matrices.</summary>
/// <param name="Round">Round.</param>
/// <param name="Client">The client that it is for.</param>
internal sealed record ExternalTag(int Round, int Client) : JobTag("external");
