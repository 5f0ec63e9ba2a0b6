using NMoE.Bench;
using NMoE.Cli.Tests.StrangeInput;

namespace NMoE.Cli.Tests.Arguing;

/// <summary>The benches are a tool of its own, with a place among the program's commands.</summary>
[Collection(OneProcess.Name)]
public sealed class BenchSpecs : IDisposable
{
    private readonly Place _place = new();

    public void Dispose() => _place.Dispose();

    [Theory]
    [InlineData("bench")]
    [InlineData("bench", "loop")]
    [InlineData("bench", "loop", "--events", "1000")]
    public void The_program_alone_says_where_the_benches_are(params string[] arguments) =>
        Assert.Equal(new Ended(2, "", "error: bench: it is a tool of its own. The launcher starts it: ./nmoe bench.\n"), InProcess.Run(_place.Path, bench: null, arguments));

    [Theory]
    [InlineData("--help")]
    [InlineData("run", "--help")]
    public void Help_says_the_same_with_the_benches_and_without(params string[] arguments) =>
        Assert.Equal(InProcess.Run(_place.Path, bench: null, arguments), InProcess.Run(_place.Path, Benches.Create(), arguments));

    [Theory]
    [InlineData("nmoe COMMAND --help", "  nmoe run experiments/quickstart.conf", "run", "--help")]
    [InlineData("nmoe bench COMMAND --help", "  nmoe bench rates --models cnn,resnet18", "bench", "rates", "--help")]
    public void A_list_of_commands_is_without_the_examples_that_each_command_has(string where, string example, params string[] arguments)
    {
        var list = InProcess.Run(_place.Path, Benches.Create(), [.. arguments[..^2], "--help"]).Output;

        Assert.Single(list.Split('\n'), line => line.Contains("Example", StringComparison.Ordinal));
        Assert.EndsWith($"Examples of a command: {where}\n", list, StringComparison.Ordinal);
        Assert.Contains(example, InProcess.Run(_place.Path, Benches.Create(), arguments).Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("loop")]
    [InlineData("overhead")]
    [InlineData("network")]
    [InlineData("cluster")]
    [InlineData("wire")]
    [InlineData("blobs")]
    [InlineData("rates")]
    [InlineData("scale")]
    public void The_tool_has_each_bench(string name)
    {
        var (code, output, _) = InProcess.Run(_place.Path, "help", "bench", name);

        Assert.Equal(0, code);
        Assert.Contains($" bench {name} [options]", output, StringComparison.Ordinal);
    }
}
