using System.Text.RegularExpressions;
using Akka.Configuration;
using NMoE.Federation.Configuration;
using NMoE.Federation.Sweeps;
using NMoE.Learning.Partitions;

namespace NMoE.Federation.Tests.Configuration;

public sealed class ReferenceTests
{
    [Fact]
    public void The_reference_sets_every_key_there_is_and_no_other()
    {
        var set = Experiments.Read(string.Empty).Keys.Select(key => key.Key);

        Assert.Equal(ExperimentReader.Facts.Where(key => key.Gate is null).Select(key => key.Path), set);
        Assert.All(Experiments.Read(string.Empty).Keys, key => Assert.StartsWith("reference.conf:", key.Origin, StringComparison.Ordinal));
    }

    /// <summary>The file is written from the sections' members; a value may be spelt in another way there that reads alike, as in 1.5 m/s for 1500 mm/s.</summary>
    [Fact]
    public void The_file_that_people_read_says_line_by_line_what_the_members_of_sections_say()
    {
        var file = File.ReadAllLines(Path.Combine(AppContext.BaseDirectory, "hocon", "reference.conf"));
        var written = ExperimentReader.Reference.TrimEnd('\n').Split('\n');

        Assert.Equal(written.Select(WithoutValue), file.Select(WithoutValue));
        Assert.All(
            HoconScanner.Scan("reference.conf", string.Join('\n', file), _ => null).Where(setting => setting.Value is not RawValue.EmptySection),
            setting => Assert.Equal(Keys.Find(setting.Key)!.DefaultText, Keys.Find(setting.Key)!.Format.WriteAny(Keys.Find(setting.Key)!.Format.ReadAny(setting.Value).Value)));

        static string WithoutValue(string line) => Regex.Replace(line, "^( *[a-z0-9-]+ = ).*$", "$1");
    }

    /// <summary>What the file says of a key is all that a tool is told of it, and its comment names its range, or each of its legal values.</summary>
    [Fact]
    public void What_is_told_of_each_key_names_its_legal_values()
    {
        Assert.All(ExperimentReader.Facts.Where(key => key.Names is { IsEmpty: false } and not ["on", "off"]), key => Assert.All(key.Names, name => Assert.Matches($@"\b{name}\b", key.Reason)));
        Assert.All(ExperimentReader.Facts, key => Assert.False(string.IsNullOrWhiteSpace(key.Reason) || key.Legal.Length == 0 || key.Default.Length == 0));
    }

    [Theory]
    [InlineData("gate.balance", "0.01", "a number in [0, 100]", "[0, 100]", "", "fedgate in inference.gates, globalgate in evaluation.references or centralised-moe in evaluation.baselines")]
    [InlineData("rollgate.share", "0.7", "a number in (0, 1]", "(0, 1]", "", "rollgate in inference.gates")]
    [InlineData("seed", "1", "a whole number in 0..18446744073709551615", "0..18446744073709551615", "", "")]
    [InlineData("channel.mobility.transmit-power", "23", "a number in [-100, 100]", "[-100, 100]", "dBm", "channel.mobility.form = to-and-fro")]
    [InlineData("channel.burst.loss", "0.5", "a number in [0, 1]", "[0, 1]", "", "channel.model = shared; channel.loss-form = bursts")]
    [InlineData("channel.mobility.speed", "1500 mm/s", "a number with its unit (mm/s, m/s) in 1 mm/s .. 1000 m/s", "1 mm/s..1000 m/s", "mm/s, m/s", "channel.mobility.form = to-and-fro")]
    [InlineData("model.norm", "group", "group or batch or batch-local", "", "", "a residual network in model.extractor")]
    [InlineData("model.expert", "mlp4", "mlp4 or linear, or mlp with 1 to 8 widths of 1 to 9999, as mlp-200-100", "", "", "")]
    public void A_key_is_told_with_its_default_unit_legal_values_and_when_it_is_read(string path, string standard, string legal, string range, string units, string readWith)
    {
        var key = ExperimentReader.Facts.Single(key => key.Path == path);

        Assert.Equal((standard, legal, range, units, readWith), (key.Default, key.Legal, key.Range, string.Join(", ", key.Units), string.Join("; ", key.ReadWith)));
    }

    [Fact]
    public void The_defaults_are_those_of_the_paper_where_a_processor_can_bear_them()
    {
        var settings = Experiments.Read(string.Empty).Settings;

        Assert.Equal((1ul, 10, 16), (settings.Seed, settings.Experiment.Clients, settings.Model.Width));
        Assert.Equal((2500, 1000, IidPartition.PartitionName, 0.3), (settings.Data.TrainPerClient, settings.Data.TestPerClient, settings.Data.Partition, settings.Data.Tau));
        Assert.Equal((0.05, 0.9, 5e-4, 64), (settings.Extractor.LearningRate, settings.Extractor.Momentum, settings.Extractor.WeightDecay, settings.Extractor.Batch));
        Assert.Equal((1e-3, 128, 50, 0.1, 5), (settings.Expert.LearningRate, settings.Expert.Batch, settings.Expert.Epochs, settings.Expert.Holdout, settings.Expert.Patience));
        Assert.Equal((50, 1, 0.7, 0.01, 1.0), (settings.Gate.Rounds, settings.Gate.Epochs, settings.Gate.Participation, settings.Gate.Balance, settings.Gate.Clip));
        Assert.Equal((0.7, 10, 1, 1e-3), (settings.RollGate.Share, settings.RollGate.Laps, settings.RollGate.Epochs, settings.RollGate.Tolerance));
        Assert.Equal(["fedgate", "rangate", "localgate"], settings.Inference.Gates.AsEnumerable());
        Assert.Equal((TimeSpan.FromMilliseconds(20), 20e6, 20e9), (settings.Channel.Delay.Value, settings.Channel.Bandwidth, settings.Device.Compute));
        Assert.Equal((Environment.ProcessorCount, 20L << 30), (settings.Compute.Threads, settings.Compute.Store.MaxBytes));
    }

    [Fact]
    public void Every_key_of_the_reference_stands_below_a_comment_or_another_such_key()
    {
        var lines = ExperimentReader.Reference.Split('\n');

        Assert.All(
            Enumerable.Range(1, lines.Length - 1).Where(at => Regex.IsMatch(lines[at], @"^\s*[a-z-]+ = ")),
            at => Assert.Matches(@"^\s*//", lines[at - 1]));
    }

    [Fact]
    public void Akka_alone_reads_the_reference_as_the_strict_reader_does()
    {
        var akka = ConfigurationFactory.ParseString(ExperimentReader.Reference);

        Assert.Equal(50, akka.GetInt("expert.epochs"));
        Assert.Equal("20 Mbit/s", akka.GetString("channel.bandwidth"));
        Assert.Equal(TimeSpan.FromMilliseconds(20), akka.GetTimeSpan("channel.delay"));
        Assert.Equal(["fedgate", "rangate", "localgate"], akka.GetStringList("inference.gates"));
        Assert.Equal(string.Empty, akka.GetString("compute.store.path"));
        Assert.True(akka.GetBoolean("evaluation.enabled"));
    }

    [Theory]
    [MemberData(nameof(ExperimentFiles))]
    public void Every_experiment_of_the_repository_reads_and_states_nothing_in_vain(string file)
    {
        var name = Path.GetFileNameWithoutExtension(file);

        var read = SweepReader.Read(file, [], [], path => File.Exists(path) ? File.ReadAllText(path) : null);

        Assert.Equal(name, read.Name);

        // It compares networks for one phone, whose radio is that of one of them.
        Assert.All(read.Warnings, warning => Assert.Equal(("channels", true), (name, warning.Contains("is another network", StringComparison.Ordinal))));
    }

    public static TheoryData<string> ExperimentFiles() =>
        new(Directory.GetFiles(Path.Combine(AppContext.BaseDirectory, "experiments"), "*.conf").Order(StringComparer.Ordinal));
}
