using NMoE.Federation.Configuration;

namespace NMoE.Federation.Tests.Configuration;

/// <summary>Reads experiments that stand in memory.</summary>
internal static class Experiments
{
    public const string File = "experiments/x.conf";

    public static EffectiveConfiguration Read(string text, params string[] sets) => ReadFiles((File, text), [], sets);

    public static EffectiveConfiguration ReadFiles((string Name, string Text) main, (string Name, string Text)[] others, params string[] sets)
    {
        var files = others.Append(main).ToDictionary(file => file.Name, file => file.Text, StringComparer.Ordinal);
        return ExperimentReader.Read(main.Name, sets, files.GetValueOrDefault);
    }

    public static ConfigurationException Refuse(string text, params string[] sets) =>
        Assert.Throws<ConfigurationException>(() => Read(text, sets));
}
