using NMoE.Compute.Blobs;

namespace NMoE.Compute.Execution;

/// <summary>A blob that left the store cannot be made again as it was.</summary>
public sealed class RemakeException : ComputeException
{
    private RemakeException(string message, BlobHash expected, BlobHash? actual)
        : base(message) => (Expected, Actual) = (expected, actual);

    /// <summary>The blob that is missing.</summary>
    public BlobHash Expected { get; }

    /// <summary>What its job made this time; null when the job could not be found or needs the blob itself.</summary>
    public BlobHash? Actual { get; }

    internal static RemakeException Differs(string kind, BlobHash expected, BlobHash? actual) => new(
        $"The job '{kind}' made the blob {expected.Hex} before and {actual?.Hex ?? "no blob in its place"} now: it is not a pure function of its job, "
        + "or the fingerprint misses something that changes its bits.",
        expected, actual);

    internal static RemakeException NoProducer(BlobHash blob) => new(
        $"The blob {blob.Hex} is not in the store, and no remembered job of this code and machine made it. Run the experiment again from its start.",
        blob, null);

    internal static RemakeException NeedsItself(string kind, BlobHash blob) => new(
        $"The blob {blob.Hex} is missing, and the job '{kind}' that makes it needs it as an input. Remove the store's folder and run again.",
        blob, null);
}
