namespace NMoE.Architecture.Tests;

/// <summary>A room is a namespace, and a folder. Within a project rooms name each other in one direction, as projects do.</summary>
public sealed class RoomTests
{
    public static TheoryData<string> Projects => [.. SourceTree.Projects.Select(project => project.Project)];

    [Theory]
    [MemberData(nameof(Projects))]
    public void No_rooms_name_each_other_in_a_ring(string project)
    {
        IReadOnlyCollection<Naming> namings = [.. CompiledRooms.Namings(Assembly(project)), .. Openings(project)];
        var rings = Rings.Among(namings);

        Assert.True(rings.Count == 0, string.Join(Environment.NewLine, rings.Select(ring => Rings.Words(ring, namings))));
    }

    [Theory]
    [MemberData(nameof(Projects))]
    public void A_room_is_a_folder(string project) => Assert.Empty(Files(project).SelectMany(Rules.WrongRoom));

    [Theory]
    [InlineData("src/NMoE.Compute/Store/Files.cs", "namespace NMoE.Compute.Store;\n", 0)]
    [InlineData("src/NMoE.Compute/Files.cs", "namespace NMoE.Compute;\n", 0)]
    [InlineData("src/NMoE.Compute/Store/Files.cs", "namespace NMoE.Compute;\n", 1)]
    [InlineData("src/NMoE.Compute/Files.cs", "namespace NMoE.Compute.Store;\n", 1)]
    [InlineData("src/NMoE.Cli/Program.cs", "return 0;\n", 0)]
    [InlineData("bench/Loads/Load.cs", "namespace NMoE.Bench.Loads;\n", 0)]
    [InlineData("bench/Load.cs", "namespace NMoE.Bench.Loads;\n", 1)]
    public void A_file_in_another_folder_than_its_room_is_found(string path, string text, int found) =>
        Assert.Equal(found, Rules.WrongRoom(new SourceFile(path, text)).Count());

    [Theory]
    [InlineData("ABase")]
    [InlineData("AnInterface")]
    [InlineData("AField")]
    [InlineData("AnArgument")]
    [InlineData("AResult")]
    [InlineData("AnElement")]
    [InlineData("AConstraint")]
    [InlineData("AnAttribute")]
    [InlineData("ACall")]
    [InlineData("ACast")]
    [InlineData("ACatch")]
    [InlineData("ALambda")]
    public void Whatever_names_a_room_is_found(string by)
    {
        var namings = CompiledRooms.Namings(typeof(RoomTests).Assembly.Location);

        Assert.Contains(namings, naming => (naming.From, naming.To, naming.By) == ("NMoE.Planted.Hall", "NMoE.Planted.Yard", by));
    }

    [Fact]
    public void A_constant_of_another_room_shows_only_where_the_room_is_opened()
    {
        Assert.DoesNotContain(CompiledRooms.Namings(typeof(RoomTests).Assembly.Location), naming => naming.By == "AConstant");
        Assert.Equal(
            [new Naming("NMoE.Planted.Hall", "NMoE.Planted.Yard", "AConstant.cs", "all of it")],
            Rules.Openings(new SourceFile("src/NMoE.Planted/Hall/AConstant.cs", "using System.Text;\nusing NMoE.Planted.Yard;\nusing NMoE.Other;\n\nnamespace NMoE.Planted.Hall;\n")));
    }

    [Theory]
    [InlineData("")]
    [InlineData("", "A B", "B C", "A C")]
    [InlineData("A B", "A B", "B A")]
    [InlineData("A B C", "A B", "B C", "C A")]
    [InlineData("A A.B", "A A.B", "A.B A", "A C")]
    [InlineData("A B|D E", "A B", "B A", "B C", "C D", "D E", "E D")]
    public void Rooms_that_reach_each_other_are_a_ring(string expected, params string[] arrows) =>
        Assert.Equal(expected, string.Join('|', Rings.Among(Namings(arrows)).Select(ring => string.Join(' ', ring))));

    [Fact]
    public void A_ring_is_told_with_those_who_close_it()
    {
        var namings = CompiledRooms.Namings(typeof(RoomTests).Assembly.Location).Where(naming => naming.From.StartsWith("NMoE.Planted.Ring.", StringComparison.Ordinal)).ToArray();

        Assert.Equal(
            "a ring of NMoE.Planted.Ring.Cellar, NMoE.Planted.Ring.Kitchen:\n  NMoE.Planted.Ring.Cellar -> NMoE.Planted.Ring.Kitchen: Shelf names Oven\n  NMoE.Planted.Ring.Kitchen -> NMoE.Planted.Ring.Cellar: Oven names Shelf",
            Rings.Words(Assert.Single(Rings.Among(namings)), namings).ReplaceLineEndings("\n"));
    }

    private static Naming[] Namings(string[] arrows) => [.. arrows.Select(arrow => arrow.Split(' ')).Select(ends => new Naming(ends[0], ends[1], "type", "type"))];

    private static IEnumerable<Naming> Openings(string project) => Files(project).SelectMany(Rules.Openings);

    private static IEnumerable<SourceFile> Files(string project) => SourceTree.Code.Where(file => file.Project == project);

    /// <summary>As it was built beside these tests: same configuration, same framework.</summary>
    private static string Assembly(string project)
    {
        var built = Path.GetRelativePath(Path.Combine(SourceTree.Top, "tests", "NMoE.Architecture.Tests"), AppContext.BaseDirectory);
        var folder = Path.GetDirectoryName(SourceTree.Projects.Single(file => file.Project == project).Path)!;
        return Path.Combine(SourceTree.Top, folder, built, project + ".dll");
    }
}
