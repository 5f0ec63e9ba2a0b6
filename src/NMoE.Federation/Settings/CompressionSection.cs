using NMoE.Learning.Jobs;
using NMoE.Learning.Keys;

namespace NMoE.Federation.Settings;

/// <summary>In which form a client's update of stage 1 travels to the server.</summary>
[Section("")]
public sealed record CompressionSection
{
    [Key("""
        How a client's update travels to the server: none (its model as it is, 4 bytes a number), or its change in fp16 (2 bytes), int8 (a byte, and 8 a tensor for its lowest number and its step), top-k (the
        largest in magnitude, 8 bytes each) or random-k (at places that both ends draw alike, 4 bytes each). The server adds what came to the model that the round started from. Client and server are charged
        4 and 2 FLOP a number. With rounds of fedce, and any algorithm but scaffold; not with norms that clients keep.
        """)]
    [When(ExtractorSection.InRounds)]
    public UpdateForm Compression { get; init; } = UpdateForm.None;

    [Key("(0, 1]", "Share of the numbers that travel. In {range}; read by top-k and random-k.")]
    [When(ExtractorSection.InRounds, "extractor.compression = top-k or random-k")]
    public double CompressionShare { get; init; } = 0.01;

    [Key("Whether a client keeps what its update leaves out and adds it to the next one (error feedback; Seide et al., 2014; Stich et al., 2018). An update that the server never counts is lost with all that it held.")]
    [When(ExtractorSection.InRounds, "extractor.compression = fp16 or int8 or top-k or random-k")]
    public bool ErrorFeedback { get; init; } = true;

    /// <summary>Whether models travel as they are.</summary>
    public bool IsExact => Compression == UpdateForm.None;

    /// <summary>Whether a client keeps what its update leaves out.</summary>
    public bool Keeps => !IsExact && ErrorFeedback;
}
