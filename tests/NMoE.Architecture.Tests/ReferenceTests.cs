namespace NMoE.Architecture.Tests;

public sealed class ReferenceTests
{
    [Fact]
    public void References_point_only_down()
    {
        var projects = SourceTree.Projects;

        Assert.NotEmpty(projects);
        Assert.Empty(projects.SelectMany(Rules.WrongReferences));
    }

    [Theory]
    [InlineData("NMoE.Simulation", "NMoE.Compute")]
    [InlineData("NMoE.Learning", "NMoE.Federation")]
    [InlineData("NMoE.Reporting", "NMoE.Cli")]
    [InlineData("NMoE.Federation", "NMoE.TestKit")]
    public void A_reference_that_points_up_or_sideways_is_found(string from, string to) =>
        Assert.Equal([$"{from} -> {to}"], Rules.WrongReferences(Project(from, $"<ProjectReference Include=\"..\\{to}\\{to}.csproj\" />")));

    [Fact]
    public void A_project_without_a_place_is_found() =>
        Assert.Single(Rules.WrongReferences(Project("NMoE.Extras", "")));

    [Fact]
    public void Every_project_is_in_the_solution()
    {
        var solution = File.ReadAllText(Path.Combine(SourceTree.Top, "NMoE.sln"));
        var projects = SourceTree.Projects.Concat(SourceTree.Files("tests", "*.csproj"));

        Assert.DoesNotContain(projects, project => !solution.Contains(project.Path.Replace('/', '\\'), StringComparison.Ordinal));
    }

    [Fact]
    public void Every_project_has_tests()
    {
        var tested = SourceTree.Files("tests", "*.csproj").Select(project => project.Project);
        // The kit has no tests of its own: the tests of the simulation are written with it.
        var projects = SourceTree.Files("src", "*.csproj").Select(project => project.Project).Where(name => name != "NMoE.TestKit");

        Assert.Empty(projects.Select(name => name + ".Tests").Except(tested));
    }

    private static SourceFile Project(string name, string items) =>
        new($"src/{name}/{name}.csproj", $"<Project><ItemGroup>{items}</ItemGroup></Project>");
}
