namespace NMoE.Learning.Data;

/// <summary>What a draw is for. Draws of different purposes never share a counter.</summary>
internal enum PhiloxPurpose : uint
{
    /// <summary>Shape, place and colours of a generated picture.</summary>
    GeneratedPicture = 0x4441_0001,

    /// <summary>Noise on a generated picture.</summary>
    GeneratedNoise = 0x4441_0002,

    /// <summary>The order in which the pictures of a class are dealt to clients.</summary>
    Deal = 0x4441_0003,

    /// <summary>Class shares of a client.</summary>
    Shares = 0x4441_0004,

    /// <summary>The order of the dominant classes.</summary>
    DominantOrder = 0x4441_0005,
}
