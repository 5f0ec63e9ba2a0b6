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

    [Key("""
        How the model travels to the clients of a round: none (as it is, 4 bytes a number), fp16 (2 bytes) or int8 (a byte, and 8 a tensor). A client starts from what it then has, and the server goes on from its own model,
        which stays exact; what stage 1 ends with travels as it is. Server and client are charged 2 FLOP a number. With the methods and algorithms that smaller updates go with.
        """)]
    [When(ExtractorSection.InRounds)]
    public ModelForm CompressionDown { get; init; } = ModelForm.None;

    /// <summary>Whether updates travel as models.</summary>
    public bool IsExact => Compression == UpdateForm.None;

    /// <summary>Whether a round's model travels as it is.</summary>
    public bool IsExactDown => CompressionDown == ModelForm.None;

    /// <summary>Whether a client keeps what its update leaves out.</summary>
    public bool Keeps => !IsExact && ErrorFeedback;
}

/// <summary>How a round's model travels to its clients.</summary>
public enum ModelForm
{
    /// <summary>As it is: 4 bytes a number.</summary>
    None,

    /// <summary>In IEEE binary16, to the nearest, ties to even: 2 bytes a number.</summary>
    Fp16,

    /// <summary>In 256 even steps from each tensor's lowest to its highest number: a byte a number.</summary>
    Int8,
}
