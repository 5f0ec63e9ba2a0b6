using NMoE.Cli.Running;
using NMoE.Federation.Configuration;
using NMoE.Federation.Sweeps;
using NMoE.Learning.Data;

namespace NMoE.Cli.Tests.Running;

/// <summary>A process that a command starts reads what the command read, whatever became of the files.</summary>
public sealed class GivenExperimentTests : IDisposable
{
    private const string Text = """
        include "part.conf"
        experiment { name = given, clients = 2 }
        channel { model = shared, trace = "TRACE" }
        """;

    private const string Trace = "time_s,device,up_bit_s,down_bit_s,delay_ms,loss\n0,client-0,1000,1000,0,0\n";
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("nmoe-given-");

    public void Dispose() => _folder.Delete(recursive: true);

    [Theory]
    [InlineData("x.conf", "experiment.name = another")]
    [InlineData("part.conf", "seed = 8")]
    [InlineData("trace.csv", "time_s,device,up_bit_s,down_bit_s,delay_ms,loss\n0,client-0,2000,1000,0,0\n")]
    [InlineData("x.conf", null)]
    [InlineData("part.conf", null)]
    [InlineData("trace.csv", null)]
    public void What_becomes_of_a_file_afterwards_changes_nothing(string file, string? becomes)
    {
        var path = WriteExperiment();
        var (given, configuration) = GivenExperiment.Read(path, ["extractor.rounds=3"]);
        given.Write(PathOf("experiment.json"));
        if (becomes is null)
            File.Delete(PathOf(file));
        else
            File.WriteAllText(PathOf(file), becomes);

        var read = GivenExperiment.Load(PathOf("experiment.json")).Configuration();

        Assert.Equal(configuration.Keys.AsEnumerable(), read.Keys);
        Assert.Equal(configuration.ConfigHash, read.ConfigHash);
        Assert.Equal(("given", 7UL, 3), (read.Settings.Experiment.Name, read.Settings.Seed, read.Settings.Extractor.Rounds));
    }

    [Fact]
    public void Another_configuration_than_the_commands_is_refused()
    {
        var (given, configuration) = GivenExperiment.Read(WriteExperiment(), []);
        given = given with { Files = given.Files.SetItem(PathOf("part.conf"), "seed = 8") };

        var error = Assert.Throws<BadArgumentException>(() => given.Configuration());

        Assert.Contains($"and the command {configuration.ConfigHash[..12]}. Start the command again.", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Data_that_changed_meanwhile_is_refused()
    {
        var (given, _) = GivenExperiment.Read(WriteExperiment(), []);
        given.CheckData(given.Data);

        var error = Assert.Throws<DataException>(() => given.CheckData(given.Data with { ContentHash = "other" }));

        Assert.Contains("had generated-2 when the command began", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void What_another_command_has_written_is_not_overwritten()
    {
        var (given, _) = GivenExperiment.Read(WriteExperiment(), []);
        given.Write(PathOf("experiment.json"));
        Assert.Throws<IOException>(() => given.Write(PathOf("experiment.json")));
    }

    [Fact]
    public void A_file_is_read_once_by_all_experiments_of_a_sweep()
    {
        var path = WriteExperiment("\nsweep.axes.seed { 1 { extractor.rounds = 1 }, 2 { extractor.rounds = 2 } }");
        var files = new InputFiles();
        var opened = new List<string>();

        var plan = SweepReader.Read(path, [], [], name =>
        {
            opened.Add(name);
            var content = files.Open(name);

            // Whoever asks again gets what was there the first time.
            if (content is not null)
                File.WriteAllText(name, "changed");
            return content;
        });

        Assert.True(opened.Count(name => name == PathOf("trace.csv")) > 1);
        Assert.Single(plan.Points.Select(point => point.Configuration.Contents["channel.trace"]).Distinct());
    }

    [Theory]
    [InlineData("x.conf", "")]
    [InlineData("x.conf", "\n")]
    [InlineData("x.conf", " \t\r\n\n")]
    [InlineData("part.conf", "")]
    [InlineData("part.conf", " ")]
    [InlineData("trace.csv", "")]
    public void An_empty_file_is_said_to_be_empty(string file, string text)
    {
        var path = WriteExperiment();
        File.WriteAllText(PathOf(file), text);

        var error = Assert.Throws<ConfigurationException>(() => ExperimentFile.Read(path, []));

        Assert.StartsWith($"{PathOf(file)}: the file is empty. Write what differs from the defaults", error.Message, StringComparison.Ordinal);
    }

    private string WriteExperiment(string more = "")
    {
        File.WriteAllText(PathOf("part.conf"), "seed = 7");
        File.WriteAllText(PathOf("trace.csv"), Trace);
        File.WriteAllText(PathOf("x.conf"), Text.Replace("TRACE", PathOf("trace.csv"), StringComparison.Ordinal) + more);
        return PathOf("x.conf");
    }

    private string PathOf(string name) => Path.Combine(_folder.FullName, name);
}
