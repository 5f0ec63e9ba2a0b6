using System.Text.Json.Serialization;

namespace NMoE.Cli.Doctor;

/// <summary>How bad a finding is.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<FindingLevel>))]
public enum FindingLevel
{
    /// <summary>As it should be.</summary>
    [JsonStringEnumMemberName("good")]
    Good,

    /// <summary>Experiments run, but something is worth knowing.</summary>
    [JsonStringEnumMemberName("advice")]
    Advice,

    /// <summary>Something that experiments need is missing or broken.</summary>
    [JsonStringEnumMemberName("broken")]
    Broken,
}

/// <summary>What one look at the machine found.</summary>
/// <param name="Subject">What was looked at.</param>
/// <param name="Level">How bad it is.</param>
/// <param name="Detail">What is there, in plain words.</param>
/// <param name="Remedy">What would be right; null where nothing is to be done.</param>
internal sealed record Finding(string Subject, FindingLevel Level, string Detail, string? Remedy = null);
