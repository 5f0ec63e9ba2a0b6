using NMoE.Cli.Tests.StrangeInput;

namespace NMoE.Cli.Tests.Arguing;

/// <summary>Whatever stands on a command line: it is read as what it says, or refused with code 2 and a sentence that names it, before anything is done.</summary>
[Collection(OneProcess.Name)]
public sealed class ArgumentSpecs : IDisposable
{
    private readonly Place _place = new();

    private static readonly string[] s_numbers = ["", " ", "-1", "+1", "0x10", "1.5", "1,5", "1e3", "NaN", "Infinity", "one", "99999999999999999999999", "１", "1 "];
    private static readonly string[] s_durations = ["", "10", "-1 s", "0 s", "1e9 h", "NaN s", "10 parsecs", "s", "１ s", "10001 h", "1 S", "1,5 s"];
    private static readonly string[] s_paths = ["", "~other/x", "~~", "a\nb"];
    private static readonly string[] s_addresses = ["", ":", "host", "host:", ":1", "host:0", "host:65536", "host:-1", "host:1.5", "host:１", "host:99999999999"];

    private static readonly (string[] Line, string Option, string[] Values)[] s_options =
    [
        (["calibrate", "q.conf"], "--threads", s_numbers), (["calibrate", "q.conf"], "--repeats", [.. s_numbers, "0", "1001"]),
        (["fuzz", "q.conf"], "--seeds", [.. s_numbers, "0"]), (["fuzz", "q.conf"], "--seed", s_numbers), (["fuzz", "q.conf"], "--threads", [.. s_numbers, "0", "1025"]),
        (["fuzz", "q.conf"], "--time", s_durations), (["run", "q.conf"], "--patience", s_durations),
        (["live", "q.conf"], "--nodes", [.. s_numbers, "0", "1025"]), (["worker", "--join", "127.0.0.1:1"], "--threads", [.. s_numbers, "0"]),
        (["worker", "--join", "127.0.0.1:1"], "--port", [.. s_numbers, "65536"]), (["worker", "--join", "127.0.0.1:1"], "--store-size", [.. s_numbers, "0"]),
        (["bench", "loop"], "--events", [.. s_numbers, "0"]), (["bench", "overhead"], "--pairs", [.. s_numbers, "0"]), (["bench", "cluster"], "--rounds", [.. s_numbers, "0"]),
        (["bench", "cluster"], "--pairs", s_numbers), (["bench", "cluster"], "--train-per-client", s_numbers), (["bench", "wire"], "--frames", [.. s_numbers, "0"]),
        (["bench", "wire"], "--seed", s_numbers), (["bench", "blobs"], "--rounds", [.. s_numbers, "0"]), (["bench", "blobs"], "--megabytes", [.. s_numbers, "0", "1001"]),
        (["run", "q.conf"], "--out", s_paths), (["sweep", "q.conf"], "--out", s_paths), (["verify", "q.conf"], "--out", s_paths), (["plot", "x"], "--out", s_paths),
        (["compare", "x", "y"], "--out", s_paths), (["live", "q.conf"], "--out", s_paths), (["data", "get", "cifar10"], "--to", s_paths), (["doctor"], "--store", s_paths),
        (["doctor"], "--data", s_paths), (["worker", "--join", "127.0.0.1:1"], "--store", s_paths), (["worker", "--join", "127.0.0.1:1"], "--data", s_paths),
        (["worker", "--join", "127.0.0.1:1"], "--certificates", s_paths), (["status", "--join", "127.0.0.1:1"], "--certificates", s_paths),
        (["data", "get", "cifar10"], "--from", ["", "ftp://host/a", "http://", "file://other/a", "~other/a", "a\nb"]),
        (["status"], "--join", s_addresses), (["worker"], "--join", s_addresses),
    ];

    public static TheoryData<string, string, string> Odd { get; } = Table();

    public void Dispose() => _place.Dispose();

    [Theory]
    [MemberData(nameof(Odd))]
    public void An_odd_value_is_refused_with_the_options_name(string line, string option, string value)
    {
        var (code, output, error) = InProcess.Run(_place.Path, [.. line.Split(' '), option, value]);

        Assert.Equal((2, ""), (code, output));
        Assert.Contains(option, error, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", error, StringComparison.Ordinal);
        Assert.DoesNotContain("System.", error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("run", "CONF")]
    [InlineData("run|~other/q.conf", "CONF: '~other/q.conf' begins with ~ and a name")]
    [InlineData("run|q.conf|r.conf", "r.conf")]
    [InlineData("run|q.conf|--sett|a=1", "--sett")]
    [InlineData("rnu|q.conf", "rnu")]
    [InlineData("data", "")]
    [InlineData("data|get", "NAME")]
    [InlineData("data|get|imagenet", "imagenet")]
    [InlineData("bench", "")]
    [InlineData("worker", "--join")]
    [InlineData("plot", "RUN")]
    [InlineData("plot|", "RUN: it is empty")]
    [InlineData("compare|one", "RUN")]
    [InlineData("certificates|", "DIR")]
    [InlineData("verify|q.conf|--threads|1;2", "q.conf")]
    [InlineData("run|no/such/file.conf", "no/such/file.conf: there is no such file")]
    [InlineData("run|~/no/such/file.conf", "/no/such/file.conf: there is no such file")]
    public void A_command_line_that_cannot_be_read_ends_with_2(string line, string names)
    {
        var (code, output, error) = InProcess.Run(_place.Path, line.Split('|'));

        Assert.Equal((2, ""), (code, output));
        Assert.Contains(names, error, StringComparison.Ordinal);
        Assert.NotEmpty(error);
        Assert.DoesNotContain("   at ", error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("help")]
    [InlineData("help|run")]
    [InlineData("run|--help")]
    [InlineData("--version")]
    public void Help_and_version_are_no_mistakes(string line) => Assert.Equal(0, InProcess.Run(_place.Path, line.Length == 0 ? [] : line.Split('|')).Code);

    private static TheoryData<string, string, string> Table()
    {
        var table = new TheoryData<string, string, string>();
        foreach (var (line, option, values) in s_options)
        {
            foreach (var value in values)
                table.Add(string.Join(' ', line), option, value);
        }

        return table;
    }
}
