using NMoE.Federation.Configuration;
using NMoE.Federation.Sweeps;

namespace NMoE.Federation.Tests.Configuration;

public sealed class LanguageTests
{
    [Theory]
    [InlineData("a\nseed = 1", 1, "no '=' or '{' follows this key")]
    [InlineData("seed = 1\n}", 2, "this '}' closes nothing")]
    [InlineData("\nextractor {\n  rounds = 5\n", 2, "this brace is never closed")]
    [InlineData("extractor {\n  rounds = 5\n}\n}\ngate.rounds = 3", 4, "this '}' closes nothing")]
    [InlineData("seed = = 1", 1, "a second '=' follows the first")]
    [InlineData("seed = 1 model.width = 8", 1, "'=' stands inside a value")]
    [InlineData("model { width = 8 } seed = 1", 1, "more text follows a finished value")]
    [InlineData("experiment.name = \"a\" seed = 1", 1, "more text follows a finished value")]
    [InlineData("seed = 1 gate { rounds = 3 }", 1, "'{' stands inside a value")]
    [InlineData("inference.gates += fedgate", 1, "'+=' is not read alike by all engines")]
    [InlineData("seed = 1\nmodel.width = ${?WIDTH}", 2, "substitutions such as ${NAME} are not read alike by all engines")]
    [InlineData("model.width = ${WIDTH}", 1, "substitutions such as ${NAME} are not read alike by all engines")]
    [InlineData("gate = ${extractor} { rounds = 3 }", 1, "substitutions such as ${NAME} are not read alike by all engines")]
    [InlineData("gate { rounds = 3 } ${extractor}", 1, "substitutions such as ${NAME} are not read alike by all engines")]
    [InlineData("data.path = \"a\nseed = 1", 1, "this quote is never closed")]
    [InlineData("data.path = \"\"\"a\"\"\"", 1, "triple quotes are not read alike by all engines")]
    [InlineData("data.path = a\"b\"", 1, "a quote opens in the middle of a value")]
    [InlineData("data.path = \" a\"", 1, "white space at the ends of a quoted value is not read alike by all engines")]
    [InlineData("data.path = \"\\q\"", 1, "this escape is not known")]
    [InlineData("inference.gates = [fedgate,\n rangate", 1, "this bracket is never closed")]
    [InlineData("inference.gates = [[fedgate]]", 1, "a list holds another list or section")]
    [InlineData("seed =\n1", 1, "no value stands here")]
    [InlineData("seed = 1,, model.width = 8", 1, "a comma stands where a key should")]
    [InlineData("{ seed = 1 }", 1, "a section has no name")]
    [InlineData("model..width = 8", 1, "'.' cannot stand in a key")]
    [InlineData("extractor.rounds = 5//7", 1, "'5//7' is not a whole number")]
    [InlineData("seed = 1\nextractor.rounds = 5#7", 2, "'5#7' is not a whole number")]
    [InlineData("extractor { rounds = 5//7 }", 1, "'5//7' is not a whole number")]
    [InlineData("experiment.name = \"a\"// why", 1, "more text follows a finished value")]
    [InlineData("experiment.name = \"a\"# why", 1, "more text follows a finished value")]
    [InlineData("experiment.name = \"a\"b", 1, "more text follows a finished value")]
    [InlineData("inference.gates = [fedgate]# why", 1, "more text follows a finished value")]
    [InlineData("inference.gates = [fedgate//, rangate]", 1, "'fedgate//' is not known")]
    [InlineData("model { width = 32 }// why", 1, "more text follows a finished value")]
    [InlineData("model {// why\n width = 32 }", 1, "a comment follows something without a space")]
    [InlineData("seed = 1,// why", 1, "a comment follows something without a space")]
    [InlineData("seed // = 1", 1, "no '=' or '{' follows this key")]
    [InlineData("seed = // 1", 1, "no value stands here")]
    [InlineData("seed = 1 2", 1, "'1 2' is not a whole number")]
    [InlineData("// why\rseed = one", 2, "'one' is not a whole number")]
    [InlineData("seed = 1\u00a0", 1, "the sign U+00A0 needs quotes")]
    [InlineData("se\u200bed = 1", 1, "no '=' or '{' follows this key")]
    [InlineData("data.path = \"\ufffd\"", 1, "this text holds what is no character")]
    [InlineData("data.path = \"\\ud800\"", 1, "this text holds what is no character")]
    [InlineData("data.path = \ufffd", 1, "'\ufffd' needs quotes")]
    public void What_another_engine_would_read_otherwise_is_refused_with_its_line(string text, int line, string problem)
    {
        var refused = Experiments.Refuse(text);

        Assert.Equal((problem, line), (refused.Problem, refused.Line));
        Assert.NotEmpty(refused.Remedy);
    }

    [Fact]
    public void Braces_nested_without_end_are_refused_before_the_stack_is() =>
        Assert.Equal("sections are nested too deeply", Experiments.Refuse(string.Concat(Enumerable.Repeat("a {", 100_000))).Problem);

    [Fact]
    public void Comments_commas_quotes_and_both_spellings_of_a_section_read_alike()
    {
        var read = Experiments.Read("""
            # one comment
            seed : 7, model { width = 32 } // another
            "extractor" = {
              rounds = 3 # three
              absent { "2" = [1
                               4], 3 = [0] }
            }
            data.path = "/a // b # c"
            experiment.name = plain-name_1
            """.Replace("\n", "\r\n", StringComparison.Ordinal)).Settings;

        Assert.Equal((7ul, 32, 3), (read.Seed, read.Model.Width, read.Extractor.Rounds));
        Assert.Equal([1, 4], read.Extractor.Absent[2]);
        Assert.Equal([0], read.Extractor.Absent[3]);
        Assert.Equal(("/a // b # c", "plain-name_1"), (read.Data.Path, read.Experiment.Name));
    }

    /// <summary>A comment has white space or a line's start before it; elsewhere its signs are signs.</summary>
    [Theory]
    [InlineData("/mnt//a", "/mnt//a")]
    [InlineData("/mnt/a#b", "/mnt/a#b")]
    [InlineData("/mnt/a // b", "/mnt/a")]
    [InlineData("/mnt/a\t# b", "/mnt/a")]
    [InlineData("/mnt/a//", "/mnt/a//")]
    [InlineData("/mnt/a b  c", "/mnt/a b  c")]
    [InlineData("/mnt/é/数据", "/mnt/é/数据")]
    [InlineData("\"/mnt/a, b\"", "/mnt/a, b")]
    [InlineData("\"/mnt/a\" // b", "/mnt/a")]
    [InlineData("\"\"", "")]
    public void A_value_means_the_same_in_a_file_an_include_an_axis_and_an_override(string text, string value)
    {
        var line = $"data {{ name = cifar10\n path = {text}\n}}";
        (string, string)[] files = [("experiments/x.conf", line), ("experiments/y.conf", "include \"x.conf\""), ("experiments/z.conf", $"sweep.axes.a {{ b {{\n{line}\n}} }}")];
        string? Open(string name) => files.FirstOrDefault(file => file.Item1 == name).Item2;

        Assert.Equal(value, ExperimentReader.Read("experiments/x.conf", [], Open).Settings.Data.Path);
        Assert.Equal(value, ExperimentReader.Read("experiments/y.conf", [], Open).Settings.Data.Path);
        Assert.Equal(value, SweepReader.Read("experiments/z.conf", [], [], Open).Points[0].Configuration.Settings.Data.Path);
        Assert.Equal(value, Experiments.Read("data.name = cifar10", $"data.path={text}").Settings.Data.Path);
        Assert.Equal(value, Experiments.Read("data.name = cifar10", $" data . path = {text} ".Replace(" . ", ".", StringComparison.Ordinal)).Settings.Data.Path);
        Assert.Equal(value, Experiments.Read("", $"data={{name=cifar10, path={text}\n}}").Settings.Data.Path);
    }

    [Fact]
    public void An_included_file_is_read_in_its_place_and_keeps_its_own_lines()
    {
        var read = Experiments.ReadFiles(
            ("experiments/a.conf", "seed = 1\ninclude \"parts/b.conf\"\nmodel.width = 32"),
            [("experiments/parts/b.conf", "\nseed = 5\nmodel.width = 24\ngate { include \"../c.conf\" }"), ("experiments/c.conf", "rounds = 9")]);

        Assert.Equal((5ul, 32, 9), (read.Settings.Seed, read.Settings.Model.Width, read.Settings.Gate.Rounds));
        Assert.Equal("experiments/parts/b.conf:2", read.Keys.Single(key => key.Key == "seed").Origin);
        Assert.Equal("experiments/c.conf:1", read.Keys.Single(key => key.Key == "gate.rounds").Origin);
    }

    [Theory]
    [InlineData("include \"x.conf\"", "'experiments/x.conf' includes itself")]
    [InlineData("include \"../experiments/./x.conf\"", "'experiments/x.conf' includes itself")]
    [InlineData("include \"none.conf\"", "there is no file 'experiments/none.conf'")]
    [InlineData("include \"/etc/base.conf\"", "'/etc/base.conf' is not a relative file name")]
    [InlineData("include file(\"base.conf\")", "include takes a file name in quotes")]
    [InlineData("include base.conf", "include takes a file name in quotes")]
    public void An_include_that_cannot_be_followed_is_refused_with_its_line(string include, string problem)
    {
        var refused = Experiments.Refuse("seed = 1\n" + include);

        Assert.Equal((problem, 2), (refused.Problem, refused.Line));
    }

    [Fact]
    public void Files_that_include_each_other_are_refused()
    {
        var refused = Assert.Throws<ConfigurationException>(() => Experiments.ReadFiles(
            ("a.conf", "include \"b.conf\""), [("b.conf", "\ninclude \"a.conf\"")]));

        Assert.Equal(("b.conf", 2, "'a.conf' includes itself"), (refused.File, refused.Line, refused.Problem));
    }
}
