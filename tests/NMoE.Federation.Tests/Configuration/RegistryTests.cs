using NMoE.Federation.Algorithms;
using NMoE.Federation.Configuration;
using NMoE.Learning.Data;
using NMoE.Learning.Gates;
using NMoE.Learning.Models;
using NMoE.Learning.Partitions;

namespace NMoE.Federation.Tests.Configuration;

/// <summary>What is registered by name is legal by that name, and explained where a user looks for it.</summary>
public sealed class RegistryTests
{
    public static TheoryData<string, string> Names()
    {
        var names = new TheoryData<string, string>();
        Add("data.name", DataSources.All.Select(set => set.Name));
        Add("data.partition", Partitions.All.Select(partition => partition.Name));
        Add("extractor.method", Objectives.All.Select(objective => objective.Name));
        Add("extractor.algorithm", ServerOptimisers.All.Select(optimiser => optimiser.Name));
        Add("model.extractor", Extractors.All.Select(part => part.Name));
        Add("model.expert", Experts.All.Select(part => part.Name));
        Add("gate.model", GateModels.All.Select(part => part.Name));
        Add("inference.gates", Gates.All.Select(gate => gate.Name));
        return names;

        void Add(string key, IEnumerable<string> of)
        {
            foreach (var name in of)
                names.Add(key, name);
        }
    }

    /// <summary>Momentum 0 fits all of them.</summary>
    [Theory]
    [MemberData(nameof(Names))]
    public void A_registered_name_is_legal(string key, string name)
    {
        string[] needs = name == "file" ? ["data.partition-file=who.csv"]
            : name == "pfedmoe" ? ["extractor.head=personal", "expert.start=reuse", "extractor.method=pfedmoe", "inference.gates=[pfedmoe]"]
            : name == "channel-aware" ? ["latent.channel=analog", "channel.model=shared", "channel.mobility.form=to-and-fro"]
            : [];
        var read = Experiments.ReadFiles(
            (Experiments.File, "extractor.momentum = 0"), [("who.csv", "picture,client\n0,0")], [key == "inference.gates" ? $"{key}=[{name}]" : $"{key}={name}", .. needs]);
        Assert.Equal(name, read.Keys.Single(one => one.Key == key).Value.Trim('[', ']'));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void The_reference_says_what_a_registered_name_does(string key, string name)
    {
        var lines = ExperimentReader.Reference.Split('\n').Select(line => line.Trim()).ToArray();
        var section = Array.IndexOf(lines, $"{key.Split('.')[0]} {{");
        var at = Array.FindIndex(lines, section, line => line.StartsWith($"{key.Split('.')[1]} = ", StringComparison.Ordinal));
        var comment = lines[..at].Reverse().TakeWhile(line => line.StartsWith("//", StringComparison.Ordinal));
        Assert.Matches($"\\b{name} \\(", string.Join(' ', comment));
    }

    [Fact]
    public void No_name_stands_twice() => Assert.Equal(Names().Distinct().Count(), Names().Count);

    [Theory]
    [InlineData("data.name = imagenet", "Write generated or mnist or fashion-mnist or emnist or femnist or cifar10 or cifar100 or folder or npz")]
    [InlineData("data.partition = zipf", "Write iid or non-iid or dirichlet or shards or natural or file")]
    [InlineData("model.extractor = vgg", "Write resnet18 or resnet18-imagenet or resnet8 or cnn or lenet5 or lenet5-relu or mlp or linear or vit-tiny, or mlp with 1 to 8 widths of 1 to 9999, as mlp-200-100, or cnn with two numbers of channels and widths, as cnn-16-32-500")]
    [InlineData("gate.model = mlp", "Write linear, or mlp with 1 to 8 widths of 1 to 9999, as mlp-200-100")]
    [InlineData("model.expert = mlp-0", "Write mlp4 or linear, or mlp with 1 to 8 widths of 1 to 9999, as mlp-200-100")]
    [InlineData("extractor.method = byol", "Write fedce or fedsc or cyclic or pfedmoe")]
    [InlineData("extractor.algorithm = fedadam", "Write fedavg or fedprox or fedavgm or scaffold")]
    public void An_unregistered_name_is_refused_with_the_registered_ones(string text, string remedy) =>
        Assert.Equal(remedy, Experiments.Refuse(text).Remedy);
}
