using System.Collections.Immutable;
using System.CommandLine.Parsing;
using NMoE.Federation.Sweeps;

namespace NMoE.Cli.Commands;

/// <summary>Which gates figures show, and what they are called there.</summary>
internal static class FigureLabels
{
    /// <summary>Gates, references or baselines by name.</summary>
    public static string[] ReadGates(ArgumentResult result)
    {
        foreach (var token in result.Tokens.Where(token => !SweepNames.Answerers.Contains(token.Value)))
            result.AddError(Unknown("--gate", token.Value));
        return [.. result.Tokens.Select(token => token.Value)];
    }

    /// <summary>Texts GATE=LABEL.</summary>
    public static string[] ReadLabels(ArgumentResult result)
    {
        foreach (var written in result.Tokens.Select(token => token.Value))
        {
            if (written.Split('=', 2) is not [var gate, { Length: > 0 }])
                result.AddError($"--label: '{written}' is no label. Write GATE=LABEL, as in fedgate=Ours.");
            else if (!SweepNames.Answerers.Contains(gate))
                result.AddError(Unknown("--label", gate));
        }

        return [.. result.Tokens.Select(token => token.Value)];
    }

    /// <summary>Labels by gate; of two for one gate the later.</summary>
    public static ImmutableSortedDictionary<string, string> Of(string[] labels) => labels.Select(label => label.Split('=', 2)).GroupBy(parts => parts[0], StringComparer.Ordinal)
        .ToImmutableSortedDictionary(same => same.Key, same => same.Last()[1], StringComparer.Ordinal);

    private static string Unknown(string option, string gate) => $"{option}: '{gate}' is not a gate, reference or baseline. {SweepNames.Remedy(gate, SweepNames.Answerers)}";
}
