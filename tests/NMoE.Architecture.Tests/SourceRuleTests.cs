namespace NMoE.Architecture.Tests;

public sealed class SourceRuleTests
{
    [Fact]
    public void The_protocol_is_free_of_akka()
    {
        var protocol = SourceTree.Files("src", "*.cs").Where(IsProtocol).ToArray();

        Assert.NotEmpty(protocol);
        Assert.DoesNotContain(protocol, Rules.NamesAkka);
    }

    [Theory]
    [InlineData("using Akka.Actor;")]
    [InlineData("using static Akka.Actor.Props;")]
    [InlineData("internal sealed record Ping(Akka.Actor.IActorRef From);")]
    public void A_protocol_that_names_akka_is_found(string text) => Assert.True(Rules.NamesAkka(Code(text)));

    [Fact]
    public void A_comment_about_akka_is_no_reference_to_it() => Assert.False(Rules.NamesAkka(Code("// Carried by Akka.NET, but free of it.")));

    [Fact]
    public void A_file_of_src_has_fewer_than_300_lines() =>
        Assert.Empty(SourceTree.Code.Where(Rules.IsTooLong).Select(file => file.Path));

    [Theory]
    [InlineData(299, false)]
    [InlineData(300, true)]
    public void The_300th_line_is_one_too_many(int lines, bool tooLong) =>
        Assert.Equal(tooLong, Rules.IsTooLong(Code(string.Concat(Enumerable.Repeat("x\n", lines)))));

    [Fact]
    public void Halves_are_rounded_one_way() => Assert.Empty(SourceTree.Code.SelectMany(Rules.UnsaidRounding));

    [Theory]
    [InlineData("var held = (int)Math.Round(share * rows);", 1)]
    [InlineData("var held = Halves.Round(share * rows);", 0)]
    [InlineData("var held = Math.Round(share, digits - 2);", 0)]
    [InlineData("var held = Math.Round(share, MidpointRounding.ToEven);", 0)]
    public void Rounding_that_does_not_say_where_halves_go_is_found(string text, int lines) => Assert.Equal(lines, Rules.UnsaidRounding(Code(text)).Count());

    [Fact]
    public void No_test_is_skipped() =>
        Assert.Empty(SourceTree.Files("tests", "*.cs").Where(Rules.SkipsATest).Select(file => file.Path));

    [Theory]
    [InlineData("[Fact(", "Skip = \"slow\")]")]
    [InlineData("[Theory(DisplayName = \"a\", ", "Skip=\"b\")]")]
    [InlineData("Assert.", "Skip(\"no data\");")]
    public void A_skipped_test_is_found(string start, string end) => Assert.True(Rules.SkipsATest(Code(start + end)));

    [Theory]
    [InlineData("NU1900")]
    [InlineData("NU1901")]
    [InlineData("NU1902")]
    [InlineData("NU1903")]
    [InlineData("NU1904")]
    public void What_a_registry_says_or_does_not_say_fails_no_build(string warning) =>
        Assert.Matches($"<WarningsNotAsErrors>[^<]*{warning}", File.ReadAllText(Path.Combine(SourceTree.Top, "Directory.Build.props")));

    [Fact]
    public void Only_specs_that_run_one_at_a_time_start_processes()
    {
        var starting = SourceTree.Files("tests", "*.cs").Where(file => !file.Path.StartsWith("tests/NMoE.Architecture.Tests/", StringComparison.Ordinal)).Where(Rules.StartsAProcess).ToArray();

        Assert.NotEmpty(starting);
        Assert.All(starting, file => Assert.StartsWith("tests/NMoE.Processes.Tests/", file.Path, StringComparison.Ordinal));
        Assert.Contains(SourceTree.Files("tests/NMoE.Processes.Tests", "*.cs"), file => file.Text.Contains("[assembly: CollectionBehavior(DisableTestParallelization = true)]", StringComparison.Ordinal));
        Assert.Contains("dotnet test NMoE.sln -m:1 ", File.ReadAllText(Path.Combine(SourceTree.Top, "nmoe")), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("using var run = Process.Start(\"dotnet\");")]
    [InlineData("var start = new ProcessStartInfo(\"dotnet\");")]
    public void A_spec_that_starts_a_process_is_found(string text) => Assert.True(Rules.StartsAProcess(Code(text)));

    [Theory]
    [InlineData("NMoE.Simulation")]
    [InlineData("NMoE.Federation")]
    public void The_simulated_world_may_not_look_outside(string project) =>
        Assert.True(Rules.BansAmbient(Assert.Single(SourceTree.Files("src", project + ".csproj"))));

    [Theory]
    [InlineData("<Project><PropertyGroup /></Project>")]
    [InlineData("<Project><PropertyGroup><BansAmbient>false</BansAmbient></PropertyGroup></Project>")]
    [InlineData("<Project><PropertyGroup><BansAmbient>true</BansAmbient><NoWarn>RS0030</NoWarn></PropertyGroup></Project>")]
    public void A_ban_that_is_off_is_found(string project) => Assert.False(Rules.BansAmbient(new SourceFile("src/A/A.csproj", project)));

    [Theory]
    [InlineData("P:System.DateTime.UtcNow;")]
    [InlineData("T:System.Random;")]
    [InlineData("T:System.Threading.Tasks.Task;")]
    [InlineData("T:System.Threading.Thread;")]
    [InlineData("T:System.IO.File;")]
    [InlineData("M:System.Guid.NewGuid;")]
    public void The_ban_covers(string symbol) =>
        Assert.Contains(symbol, Assert.Single(SourceTree.Files("src", "BannedSymbols.txt")).Text, StringComparison.Ordinal);

    [Fact]
    public void An_exemption_from_the_ban_says_why() =>
        Assert.Empty(SourceTree.Files("src", "*.cs").SelectMany(Rules.UnexplainedExemptions));

    [Fact]
    public void An_exemption_without_a_reason_is_found() =>
        Assert.Single(Rules.UnexplainedExemptions(Code("#pragma warning disable RS0030\n#pragma warning disable RS0030 // the loop's own thread\n")));

    [Fact]
    public void No_file_or_folder_is_without_a_subject() =>
        Assert.Empty(SourceTree.Files("src", "*.cs").Concat(SourceTree.Files("tests", "*.cs")).Where(Rules.HasNoSubject).Select(file => file.Path));

    [Theory]
    [InlineData("src/NMoE.Learning/Utils/Tensors.cs")]
    [InlineData("src/NMoE.Learning/Helpers.cs")]
    public void A_folder_or_file_without_a_subject_is_found(string path) => Assert.True(Rules.HasNoSubject(new SourceFile(path, "")));

    private static bool IsProtocol(SourceFile file) => file.Path.StartsWith("src/NMoE.Federation/Protocol/", StringComparison.Ordinal);

    private static SourceFile Code(string text) => new("src/NMoE.Compute/Code.cs", text);
}
