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

    /// <summary>Which pictures of a class are for tests, in a data set without a test split.</summary>
    TestPart = 0x4441_0006,

    /// <summary>Which client has which shards.</summary>
    ShardOrder = 0x4441_0007,

    /// <summary>How many pictures each client has.</summary>
    Sizes = 0x4441_0008,
}
