using System.Text.Json.Serialization;

namespace NMoE.Learning.Data;

/// <summary>Where pictures come from.</summary>
/// <param name="Name">The name of a data set in <see cref="DataSources"/>.</param>
/// <param name="ContentHash">SHA-256 over the files of a data set on disk; of a generated one, its generator's name and version.</param>
/// <param name="Seed">Seed of a generated data set; 0 for one on disk.</param>
public sealed record DataSpec(string Name, string ContentHash, ulong Seed)
{
    /// <summary>How it is read; null where that is as by default.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public DataReading? Reading { get; init; }

    /// <summary>What its pictures are like where that is otherwise than CIFAR-10's; else null, so that jobs on those keep their keys.</summary>
    [JsonPropertyName("Form")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public PictureForm? OtherForm { get; init; }

    /// <summary>Pictures of each user, where the data set says whose they are; else null.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public UserRows? Users { get; init; }

    /// <summary>What its pictures are like.</summary>
    [JsonIgnore]
    public PictureForm Form
    {
        get => OtherForm ?? PictureForm.Cifar10;
        init => OtherForm = value == PictureForm.Cifar10 ? null : value;
    }
}
