namespace NMoE.Cli.Running;

/// <summary>What a command that reads an experiment says of it before anything else, and the only way to say it: on standard error, a line each.</summary>
internal static class Warnings
{
    /// <summary>Says some sentences.</summary>
    public static void Say(IEnumerable<string> sentences)
    {
        foreach (var sentence in sentences)
        {
            Console.Error.WriteLine($"warning: {sentence}");
        }
    }
}
