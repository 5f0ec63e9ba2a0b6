using System.Collections.Immutable;
using NMoE.Federation.Records;

namespace NMoE.Federation.References;

/// <summary>A reference or baseline on a test set.</summary>
/// <param name="Record">What it reaches.</param>
/// <param name="Right">1 for each row that is right, in the order of <paramref name="Clients"/>, else 0; empty where gates are not paired with it.</param>
/// <param name="Clients">Clients whose rows they are, ascending.</param>
internal sealed record MeasuredReference(PassRecord Record, ImmutableArray<int> Right, ImmutableArray<int> Clients);
