using System.Reflection;

namespace NMoE.Federation.Configuration;

/// <summary>Files of <c>hocon/</c> that travel inside the assembly.</summary>
internal static class Embedded
{
    /// <summary>The text of a file.</summary>
    public static string Text(string name)
    {
        using var stream = Assembly.GetExecutingAssembly().GetManifestResourceStream(name)
            ?? throw new InvalidOperationException($"{name} is not embedded in the assembly.");
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }
}
