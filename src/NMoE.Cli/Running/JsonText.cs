using System.CommandLine;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace NMoE.Cli.Running;

/// <summary>What <c>--json</c> prints, the same way for every command: names as in files, a number that is none as <c>"NaN"</c>, and signs as they are.</summary>
internal static class JsonText
{
    private static readonly JsonSerializerOptions s_options = new()
    {
        WriteIndented = true,
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    /// <summary>The option.</summary>
    /// <param name="what">What is printed.</param>
    public static Option<bool> Option(string what) => new("--json") { Description = $"Print {what} as JSON." };

    /// <summary>The text, which ends with a line feed.</summary>
    public static string Of<T>(T value) => JsonSerializer.Serialize(value, s_options) + "\n";
}
