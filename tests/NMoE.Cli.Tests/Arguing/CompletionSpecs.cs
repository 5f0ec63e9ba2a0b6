using NMoE.Cli.Tests.StrangeInput;

namespace NMoE.Cli.Tests.Arguing;

/// <summary>Shells complete what is typed by asking the program.</summary>
[Collection(OneProcess.Name)]
public sealed class CompletionSpecs : IDisposable
{
    private readonly Place _place = new();

    public void Dispose() => _place.Dispose();

    [Theory]
    [InlineData("nmoe sw", "sweep")]
    [InlineData("nmoe sweep --a", "--axis")]
    [InlineData("./nmoe data g", "get")]
    [InlineData("nmoe completion z", "zsh")]
    public void What_is_begun_is_completed(string line, string word)
    {
        var (code, output, _) = InProcess.Run(_place.Path, FormattableString.Invariant($"[suggest:{line.Length}]"), line);
        Assert.Equal(0, code);
        Assert.Contains(word, output.Split(Environment.NewLine));
    }

    [Theory]
    [InlineData("bash", "complete -o default -F _nmoe nmoe ./nmoe")]
    [InlineData("zsh", "compdef _nmoe nmoe ./nmoe")]
    [InlineData("fish", "complete -c nmoe")]
    [InlineData("pwsh", "Register-ArgumentCompleter -Native -CommandName nmoe, ./nmoe")]
    public void A_shells_script_asks_the_program_and_is_registered_for_it(string shell, string registered)
    {
        var (code, output, error) = InProcess.Run(_place.Path, "completion", shell);
        Assert.Equal((0, ""), (code, error));
        Assert.Contains("[suggest:", output, StringComparison.Ordinal);
        Assert.Contains(registered, output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--help")]
    [InlineData("sweep|--help")]
    [InlineData("data|get|--help")]
    public void Help_calls_the_program_by_its_name(string line)
    {
        var output = InProcess.Run(_place.Path, line.Split('|')).Output;
        Assert.Matches(@"Usage:\r?\n  nmoe( sweep| data get)? ", output);
    }
}
