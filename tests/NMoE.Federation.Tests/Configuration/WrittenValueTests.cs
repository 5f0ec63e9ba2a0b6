using NMoE.Federation.Configuration;

namespace NMoE.Federation.Tests.Configuration;

/// <summary>Numbers with their units inside sentences, and paths that begin with <c>~</c>: what they seem to say, or refused in true words.</summary>
public sealed class WrittenValueTests
{
    [Theory]
    [InlineData("at 1s crash client-1 for 2s", "at 1 s crash client-1 for 2 s")]
    [InlineData("at 1.5min kill client-1", "at 90 s kill client-1")]
    [InlineData("at\t1\u00a0s kill client-1", "at 1 s kill client-1")]
    [InlineData("at 0us kill client-1", "at 0 us kill client-1")]
    [InlineData("at 2d kill client-1", "at 2 d kill client-1")]
    [InlineData("at 36h kill client-1", "at 36 h kill client-1")]
    public void A_schedule_is_read_with_or_without_the_space(string written, string read) =>
        Assert.Contains(read, Value("faults.schedule", $"[\"{written}\"]"), StringComparison.Ordinal);

    [Theory]
    [InlineData("drop 10% of any", "drop 10 % of any")]
    [InlineData("drop 0.5% of RoundUpdate from clients", "drop 0.5 % of RoundUpdate")]
    [InlineData("drop 1e-3% of any", "drop 0.001 % of any")]
    [InlineData("delay 5% of any by 2s between 10s and 1min", "by 2 s between 10 s and 1 min")]
    public void A_rule_is_read_with_or_without_the_space(string written, string read) =>
        Assert.Contains(read, Value("faults.rules", $"[\"{written}\"]"), StringComparison.Ordinal);

    [Theory]
    [InlineData("faults.schedule", "at 1 crash client-1", "'crash' is not a unit here")]
    [InlineData("faults.schedule", "at 1parsec kill client-1", "'parsec' is not a unit here")]
    [InlineData("faults.schedule", "at s kill client-1", "does not start with a number")]
    [InlineData("faults.schedule", "at -1s kill client-1", "out of range")]
    [InlineData("faults.schedule", "at １s kill client-1", "does not start with a number")]
    [InlineData("faults.schedule", "at 1,5s kill client-1", "number")]
    [InlineData("faults.rules", "drop 10 of any", "'of' stands where '%' belongs")]
    [InlineData("faults.rules", "drop 10percent of any", "'percent' stands where '%' belongs")]
    [InlineData("faults.rules", "drop NaN% of any", "NaN")]
    [InlineData("faults.rules", "drop 101% of any", "'101' is no percentage in 0..100")]
    public void What_is_no_number_with_its_unit_is_refused(string key, string written, string words) =>
        Assert.Contains(words, Assert.Throws<ConfigurationException>(() => Value(key, $"[\"{written}\"]")).Problem, StringComparison.Ordinal);

    [Theory]
    [InlineData("data.path")]
    [InlineData("compute.store.path")]
    [InlineData("channel.trace")]
    [InlineData("channel.intervals")]
    public void Another_users_home_is_refused_in_every_path(string key)
    {
        var refused = Assert.Throws<ConfigurationException>(() => Value(key, "\"~other/x\""));

        Assert.Equal((key, 1), (refused.Key, refused.Line));
        Assert.Contains("'~other/x' begins with ~ and a name", refused.Problem, StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_below_the_home_is_included_from_there()
    {
        var opened = new List<string>();
        string? Open(string file)
        {
            opened.Add(file);
            return file switch { "folder/x.conf" => "include \"~/base.conf\"", "~/base.conf" => "include \"more.conf\"", _ => "seed = 5" };
        }

        Assert.Equal("5", ExperimentReader.Read("folder/x.conf", [], Open).Keys.Single(key => key.Key == "seed").Value);
        Assert.Equal(["folder/x.conf", "~/base.conf", "~/more.conf"], opened);
    }

    /// <summary>The reader is given a text for any name, so that it cannot be refused as missing.</summary>
    [Fact]
    public void Another_users_home_is_refused_in_an_include_too() => Assert.Contains(
        "~ and a name",
        Assert.Throws<ConfigurationException>(() => ExperimentReader.Read("x.conf", [], file => file == "x.conf" ? "include \"~other/b.conf\"" : "")).Problem, StringComparison.Ordinal);

    private static string Value(string key, string written) =>
        ExperimentReader.Read("x.conf", [], _ => $"{key} = {written}").Keys.Single(found => found.Key == key).Value;
}
