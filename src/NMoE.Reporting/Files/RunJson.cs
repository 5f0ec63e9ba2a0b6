using System.Text.Json;
using System.Text.Json.Serialization;

namespace NMoE.Reporting.Files;

/// <summary>How records become JSON here: camelCase names, shortest round-trip numbers, and nothing unknown or missing is read.</summary>
internal static class RunJson
{
    /// <summary>For files that people open.</summary>
    public static readonly JsonSerializerOptions Indented = Make(indented: true);

    /// <summary>For lines.</summary>
    public static readonly JsonSerializerOptions Line = Make(indented: false);

    private static JsonSerializerOptions Make(bool indented) => new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        WriteIndented = indented,
        NewLine = "\n",
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        RespectNullableAnnotations = true,
        RespectRequiredConstructorParameters = true,
        // A loss that diverged is a fact of the run: "NaN" in JSON.
        NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.CamelCase, allowIntegerValues: false) },
    };
}
