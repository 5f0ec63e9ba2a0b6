using System.Collections.Immutable;
using NMoE.Compute.Blobs;
using NMoE.Compute.Jobs;
using NMoE.Federation.Settings;

namespace NMoE.Federation.Roles;

/// <summary>
/// What the server makes of a round's updates in stage 1, and how clients' steps are corrected for it. A new one is one class, and one line in
/// <c>ServerOptimisers</c>; a step that no kind of job computes yet is a kind of its own (<c>LearningFunctions.All</c>).
/// </summary>
public interface IServerOptimiser
{
    /// <summary>Its name in <c>extractor.algorithm</c>.</summary>
    string Name { get; }

    /// <summary>
    /// Whether a round leaves nothing behind but the average of its updates, so that updates of other rounds can join one (<c>extractor.late</c>,
    /// <c>extractor.aggregation</c>).
    /// </summary>
    bool IsPlainAverage => false;

    /// <summary>mu of the pull back to the round's start in the clients' loss; 0 for none.</summary>
    /// <param name="stage">The settings.</param>
    double Proximal(ExtractorSection stage) => 0;

    /// <summary>The job that makes the next parameters of one part of the model. Its output 0 is the part; an output 1 is kept for the next round.</summary>
    /// <param name="stage">The settings.</param>
    /// <param name="updates">The part as it came from the clients.</param>
    Job Step(ExtractorSection stage, PartUpdates updates);

    /// <summary>A setting that it cannot be used with; null where there is none.</summary>
    /// <param name="stage">The settings.</param>
    SettingConflict? Conflict(ExtractorSection stage) => null;
}

/// <summary>
/// A server optimiser with control variates: a vector at the server and one at each client, which correct each local step of FedCE. It spans the system, and this
/// is only its arithmetic: the vectors travel in <c>TrainRound.Control</c> and <c>RoundUpdate.Control</c>, a client keeps its own in <c>OwnParts.Control</c> and takes it
/// back where no round counted it (<c>ClientDurable.Settled</c>), and the server keeps its own in <c>AggregatorDurable.Control</c>.
/// </summary>
internal interface IControlVariates : IServerOptimiser
{
    /// <summary>A client's epochs. Outputs: the parts of the model, the client's new variate, and its change.</summary>
    /// <param name="parameters">As FedCE has them.</param>
    /// <param name="seed">The job's seed.</param>
    /// <param name="round">What they start from, the variates that there are included.</param>
    Job Local(Learning.Jobs.FedCeParameters parameters, ulong seed, LocalRound round);

    /// <summary>The server's next variate.</summary>
    /// <param name="changes">The clients' changes, by client.</param>
    /// <param name="clients">All clients, those that took no part included.</param>
    /// <param name="control">The server's variate; null before its first round has ended.</param>
    Job Control(ImmutableArray<BlobRef> changes, int clients, BlobRef? control);
}

/// <summary>One part of the model as it came from the clients of a round.</summary>
/// <param name="Before">The part from which the round started.</param>
/// <param name="Weights">What each update weighs.</param>
/// <param name="Models">The clients' parts, by client.</param>
/// <param name="Kept">The last step's output 1; null before the first, or where it has none.</param>
public sealed record PartUpdates(BlobRef Before, ImmutableArray<double> Weights, ImmutableArray<BlobRef> Models, BlobRef? Kept);

/// <summary>A setting that contradicts an objective or a server optimiser.</summary>
/// <param name="Key">The setting.</param>
/// <param name="Problem">Why the two do not go together.</param>
/// <param name="Remedy">The value that would be right.</param>
public sealed record SettingConflict(string Key, string Problem, string Remedy)
{
    /// <summary>What else would be right, as a setting; null for another objective or server optimiser.</summary>
    public string? Otherwise { get; init; }
}
