namespace NMoE.Learning.Training;

/// <summary>What a draw in training is for.</summary>
internal enum DrawPurpose : uint
{
    /// <summary>An initial parameter.</summary>
    Parameter = 0x5452_0001,

    /// <summary>The order of samples in an epoch.</summary>
    Shuffle = 0x5452_0002,

    /// <summary>Crop and flip of a sample.</summary>
    Augment = 0x5452_0003,

    /// <summary>Router noise.</summary>
    Noise = 0x5452_0004,

    /// <summary>Which samples are held out.</summary>
    Holdout = 0x5452_0005,

    /// <summary>The first view of a sample, for self-supervision.</summary>
    FirstView = 0x5452_0007,

    /// <summary>The second view.</summary>
    SecondView = 0x5452_0008,

    /// <summary>RanGate's choice.</summary>
    Route = 0x5452_0006,

    /// <summary>RollGate's pseudo-labels.</summary>
    PseudoLabel = 0x5452_0009,

    /// <summary>Which numbers of an update travel.</summary>
    Compression = 0x5452_000A,

    /// <summary>Noise and fading of a latent on an analog link.</summary>
    Analog = 0x5452_000B,

    /// <summary>Signal-to-noise ratios that a gate learns with.</summary>
    Signal = 0x5452_000C,
}
