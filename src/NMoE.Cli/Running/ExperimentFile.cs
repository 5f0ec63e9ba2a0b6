using NMoE.Federation.Configuration;

namespace NMoE.Cli.Running;

/// <summary>Reads an experiment file from disk.</summary>
public static class ExperimentFile
{
    /// <summary>The effective configuration of a file and overrides.</summary>
    /// <exception cref="ConfigurationException">Something in them is wrong.</exception>
    public static EffectiveConfiguration Read(string file, IReadOnlyList<string> sets) =>
        ExperimentReader.Read(file, sets, new InputFiles().Open);

    /// <summary>The reference with overrides.</summary>
    public static EffectiveConfiguration Reference(params string[] sets) =>
        ExperimentReader.Read("reference", sets, _ => string.Empty);
}
