using System.Text;
using NMoE.Federation.Fuzzing;

namespace NMoE.Federation.Tests.Fuzzing;

/// <summary>docs/protocol.md draws what the roles do, from their own transitions in many small runs.</summary>
public sealed class TransitionPageSpecs : FuzzSpec
{
    private const int Cases = 150;
    private const int MostNames = 4;
    private const string Begin = "<!-- drawn from the roles' own transitions -->\n";
    private const string End = "<!-- end -->\n";

    /// <summary>With NMOE_DRAW=1 in the environment the page is drawn anew instead.</summary>
    [Fact]
    public void The_page_shows_the_transitions_that_the_roles_make()
    {
        var page = Path.Combine(Top(), "docs", "protocol.md");
        var text = File.ReadAllText(page).ReplaceLineEndings("\n");
        var (begin, end) = (text.IndexOf(Begin, StringComparison.Ordinal) + Begin.Length, text.IndexOf(End, StringComparison.Ordinal));
        var drawn = text[..begin] + Diagrams() + text[end..];
        if (Environment.GetEnvironmentVariable("NMOE_DRAW") == "1")
        {
            File.WriteAllText(page, drawn);
        }

        Assert.True(drawn == text || Environment.GetEnvironmentVariable("NMOE_DRAW") == "1", "docs/protocol.md differs from what the roles do: run this test once with NMOE_DRAW=1.");
    }

    private static string Diagrams()
    {
        var all = new List<Recorded>();
        for (var seed = 0UL; seed < Cases; seed++)
        {
            Run(Drawing.Of(seed), plan => RecordedRoles.Of(plan, all));
        }

        var page = new StringBuilder();
        foreach (var role in RoleStates.All.Select(state => state.Role).Distinct())
        {
            page.Append($"\n## {char.ToUpperInvariant(role[0])}{role[1..]}\n\n```mermaid\nstateDiagram-v2\n");
            var edges = all.Where(decision => decision.From.Role == role && decision.From != decision.To)
                .GroupBy(decision => (decision.From, decision.To)).OrderBy(edge => edge.Key.From).ThenBy(edge => edge.Key.To);
            foreach (var edge in edges)
            {
                var names = edge.GroupBy(decision => decision.Name).OrderByDescending(same => same.Count()).ThenBy(same => same.Key, StringComparer.Ordinal).Select(same => same.Key).ToArray();
                page.Append($"    {edge.Key.From.Name} --> {edge.Key.To.Name}: {string.Join(", ", names.Take(MostNames))}{(names.Length > MostNames ? ", .." : "")}\n");
            }

            page.Append("```\n");
        }

        return page.Append('\n').ToString();
    }

    private static string Top()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder!.FullName, "NMoE.sln")))
        {
            folder = folder.Parent;
        }

        return folder.FullName;
    }
}
