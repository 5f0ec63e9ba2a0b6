namespace NMoE.Cli.Tests.StrangeInput;

/// <summary>The console, the working folder and the environment are a process's: while these run, nothing else does.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class OneProcess
{
    public const string Name = "one process";
}

/// <summary>
/// Whatever is typed or lies in a file: a code, and one sentence that says what is wrong, where, and what would be right. No stack trace, and nothing half-written.
/// A new row goes into the table of its subject.
/// </summary>
[Collection(OneProcess.Name)]
public sealed class StrangeInputSpecs
{
    private static readonly Row[] s_rows =
    [
        .. ConfigurationRows.All, .. OverrideRows.All, .. PathRows.All, .. TraceRows.All, .. DataRows.All, .. AddressRows.All, .. RunFolderRows.All, .. OptionRows.All, .. GrammarRows.All, .. WarningRows.All,
    ];

    public static TheoryData<string> Names => [.. s_rows.Select(row => row.Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public void Strange_input_ends_with_a_code_and_a_sentence(string name)
    {
        var row = s_rows.Single(row => row.Name == name);
        using var place = new Place();
        place.Write("x.conf", Experiments.Small);
        row.Arranged(place);
        var before = place.Content();

        var ended = InProcess.Run(place.Path, row.Words);

        var told = $"nmoe {row.Line}\ncode {ended.Code}\n{ended.Error}\n{ended.Output}";
        Assert.True(ended.Code == row.Code, told);
        Assert.All(row.Says, phrase => Assert.True(ended.Error.Contains(phrase, StringComparison.Ordinal), $"Not said: {phrase}\n{told}"));
        Assert.All(["   at ", "Unhandled exception", "Exception:"], trace => Assert.False((ended.Error + ended.Output).Contains(trace, StringComparison.Ordinal), told));
        var left = place.Content().Except(before).Where(entry => !row.Leaves.Any(allowed => entry.StartsWith(allowed, StringComparison.Ordinal)));
        Assert.True(!left.Any(), $"Left behind: {string.Join(", ", left)}\n{told}");
    }

    [Fact]
    public void Every_command_has_rows()
    {
        string[] commands = ["run", "live", "calibrate", "compare", "sweep", "worker", "status", "plot", "verify", "cost", "config", "certificates", "bench", "fuzz", "data", "doctor"];
        Assert.Empty(commands.Except(s_rows.Select(row => row.Words.FirstOrDefault() ?? "")));
        Assert.True(s_rows.Length >= 150, $"{s_rows.Length} rows.");
        Assert.Empty(s_rows.GroupBy(row => row.Name).Where(same => same.Count() > 1).Select(same => same.Key));
    }
}
