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

        Assert.Equal(ExperimentReader.KnownKeys, set);
        Assert.All(Experiments.Read(string.Empty).Keys, key => Assert.StartsWith("reference.conf:", key.Origin, StringComparison.Ordinal));
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

        var read = SweepReader.Read(file, [], path => File.Exists(path) ? File.ReadAllText(path) : null);

        Assert.Equal(name, read.Name);
        Assert.Empty(read.Warnings);
    }

    public static TheoryData<string> ExperimentFiles() =>
        new(Directory.GetFiles(Path.Combine(AppContext.BaseDirectory, "experiments"), "*.conf").Order(StringComparer.Ordinal));
}
