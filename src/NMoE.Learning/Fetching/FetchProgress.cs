namespace NMoE.Learning.Fetching;

/// <summary>How far a download is.</summary>
/// <param name="Received">Bytes here, those of an earlier attempt included.</param>
/// <param name="Total">Bytes of the whole archive.</param>
public readonly record struct FetchProgress(long Received, long Total);
