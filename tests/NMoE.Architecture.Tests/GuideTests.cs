namespace NMoE.Architecture.Tests;

public sealed class GuideTests
{
    /// <summary>What a guide prints of the code is the code.</summary>
    [Theory]
    [InlineData("docs/extend.md", "src/NMoE.Federation/Protocol/Correlated.cs", "public sealed record")]
    [InlineData("docs/add-an-algorithm.md", "src/NMoE.Federation/Algorithms/CyclicTransfer.cs", "internal sealed class")]
    [InlineData("docs/add-a-model.md", "src/NMoE.Learning/Models/Cnn.cs", "/// <summary>The CNN")]
    [InlineData("docs/add-a-model.md", "src/NMoE.Learning/Models/Tanh.cs", "/// <summary>tanh x.")]
    public void A_guide_prints_what_the_code_says(string guide, string file, string from)
    {
        var code = Text(file);
        Assert.Contains(code[code.IndexOf(from, StringComparison.Ordinal)..].Trim(), Text(guide), StringComparison.Ordinal);
    }

    private static string Text(string path) => File.ReadAllText(Path.Combine(SourceTree.Top, path)).Replace("\r\n", "\n", StringComparison.Ordinal);
}
