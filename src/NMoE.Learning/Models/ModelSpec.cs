using System.Text.Json.Serialization;
using NMoE.Learning.Data;

namespace NMoE.Learning.Models;

/// <summary>The architecture shared by all clients (paper, Sec. IV-A).</summary>
/// <param name="Width">Channels of a residual network's first stage: 64 in the paper, 16 for CPU presets; a multiple of 16, oneDNN's block on AVX-512. Other extractors do not read it.</param>
/// <param name="Classes">Number of classes C.</param>
public sealed record ModelSpec(int Width, int Classes)
{
    /// <summary>Dimensions D of the latent F(x).</summary>
    public int Latent => Parts.Of(this, ModelPart.Extractor, 0).Count;

    /// <summary>The extractor's name (<see cref="Extractors"/>); null for <see cref="ResNet18"/>.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public string? Extractor { get; init => field = value == ResNet18.ModelName ? null : value; }

    /// <summary>The expert's name (<see cref="Experts"/>); null for <see cref="Mlp4"/>.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public string? Expert { get; init => field = value == Mlp4.ModelName ? null : value; }

    /// <summary>The trained gate's name (<see cref="GateModels"/>), in jobs that read one; null for a linear one, and in all other jobs.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public string? Gate { get; init => field = value == LinearGate.ModelName ? null : value; }

    /// <summary>As messages name it: the extractor, and its width where it has one.</summary>
    [JsonIgnore]
    public string Words => Extractor is null ? FormattableString.Invariant($"width {Width}")
        : Extractors.Of(Extractor).HasWidth ? FormattableString.Invariant($"{Extractor}, width {Width}")
        : Extractor;

    /// <summary>The extractor's normalisation.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public NormKind Norm { get; init; }

    /// <summary>The type of the extractor's activations and of its gradients on the way back; parameters and their gradients are float32.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public Precision Precision { get; init; }

    /// <summary>The pictures' shape where it is another one than CIFAR-10's; else null, so that jobs on CIFAR-10 keep their keys.</summary>
    [JsonPropertyName("PictureShape")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public PictureShape? OtherShape { get; init; }

    /// <summary>How pictures are made numbers where that is otherwise than CIFAR-10's; else null, likewise.</summary>
    [JsonPropertyName("PictureTraits")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public PictureTraits? OtherTraits { get; init; }

    /// <summary>The shape of the pictures that the extractor takes.</summary>
    [JsonIgnore]
    public PictureShape Shape
    {
        get => OtherShape ?? PictureShape.Cifar;
        init => OtherShape = value == PictureShape.Cifar ? null : value;
    }

    /// <summary>How pictures are made numbers, and whether they may be mirrored.</summary>
    [JsonIgnore]
    public PictureTraits Traits
    {
        get => OtherTraits ?? PictureTraits.Cifar;
        init => OtherTraits = value == PictureTraits.Cifar ? null : value;
    }
}

/// <summary>What the extractor computes in.</summary>
public enum Precision
{
    /// <summary>IEEE 754 binary32.</summary>
    Float32,

    /// <summary>bfloat16: float32's range with 8 bits of significand, products summed in float32.</summary>
    BFloat16,
}

/// <summary>How the extractor's convolutions are normalised.</summary>
public enum NormKind
{
    /// <summary>Group norm of 8 groups: it has no running statistics for averages to spoil.</summary>
    Group,

    /// <summary>Batch norm, with running statistics.</summary>
    Batch,
}
