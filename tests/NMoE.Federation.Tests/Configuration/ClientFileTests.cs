using NMoE.Federation.Configuration;

namespace NMoE.Federation.Tests.Configuration;

/// <summary>A file that names each picture's client, as a configuration names it.</summary>
public sealed class ClientFileTests
{
    private const string Text = "experiment.clients = 3\ndata { partition = file, partition-file = who.csv }";

    [Fact]
    public void The_hash_goes_by_whose_pictures_are_whose_and_not_by_where_the_file_lies()
    {
        const string rows = "picture,client\n0,0\n1,1\n2,2\n";
        var first = Read(rows);
        var moved = Experiments.ReadFiles((Experiments.File, Text), [("elsewhere/b.csv", rows)], "data.partition-file=elsewhere/b.csv");
        var other = Read(rows.Replace("2,2", "2,1", StringComparison.Ordinal));

        Assert.Equal(first.ConfigHash, moved.ConfigHash);
        Assert.Equal(first.Identity, moved.Identity);
        Assert.NotEqual(first.ConfigHash, other.ConfigHash);
        Assert.Equal([[0], [1], [2]], first.Settings.Data.Clients!.Rows.Select(own => own.ToArray()));
    }

    [Theory]
    [InlineData("data.partition-file=\"\"", "--set: data.partition-file: data.partition = file, and no file is named. Name a file with the columns picture and client, as docs/data.md describes it.")]
    [InlineData("data.partition-file=no.csv", "--set: data.partition-file: there is no file 'no.csv'. Name a file with the columns picture and client, as docs/data.md describes it.")]
    [InlineData("experiment.clients=2", "who.csv:3: data.partition-file: there is no client 2. Clients have the numbers 0 to 1, or all of them names; experiment.clients = 2 says how many there are.")]
    public void What_is_wrong_with_it_is_said_with_file_line_and_key(string set, string message) =>
        Assert.Equal(message, Assert.Throws<ConfigurationException>(() => Read("picture,client\n0,0\n1,2", set)).Message);

    [Fact]
    public void It_is_read_for_the_partition_that_asks_for_it_alone()
    {
        var read = Read("picture,client\n0,9", "data.partition=iid");
        Assert.Null(read.Settings.Data.Clients);
        Assert.Contains(read.Warnings, warning => warning.Contains("data.partition-file: nothing reads this key where data.partition = iid", StringComparison.Ordinal));
    }

    private static EffectiveConfiguration Read(string file, params string[] sets) => Experiments.ReadFiles((Experiments.File, Text), [("who.csv", file)], sets);
}
