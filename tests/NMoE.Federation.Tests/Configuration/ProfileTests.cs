using NMoE.Learning.Jobs;

namespace NMoE.Federation.Tests.Configuration;

public sealed class ProfileTests
{
    [Fact]
    public void A_profile_stands_between_the_reference_and_the_experiment()
    {
        var read = Experiments.Read("profile = paper\nextractor.rounds = 3", "extractor.epochs=2");
        Assert.Equal((64, 3, 2), (read.Settings.Model.Width, read.Settings.Extractor.Rounds, read.Settings.Extractor.Epochs));
        Assert.StartsWith("profiles.conf:", read.Keys.Single(key => key.Key == "model.width").Origin, StringComparison.Ordinal);
    }

    /// <summary>The values that the paper states.</summary>
    [Fact]
    public void The_papers_profile_is_the_papers()
    {
        var fedce = Experiments.Read("profile = paper").Settings;
        Assert.Equal((100, 5, 64, 0.05, 0.9, 5e-4), (
            fedce.Extractor.Rounds, fedce.Extractor.Epochs, fedce.Extractor.Batch, fedce.Extractor.LearningRate, fedce.Extractor.Momentum, fedce.Extractor.WeightDecay));
        var fedsc = Experiments.Read("profile = paper\nextractor.method = fedsc").Settings;
        Assert.Equal((200, 5, 256, 0.03, 3.0, 4.0), (
            fedsc.Extractor.Rounds, fedsc.Extractor.Epochs, fedsc.Extractor.Batch, fedsc.Extractor.LearningRate, fedsc.Extractor.Clip, fedsc.FedSc.Cap));
        Assert.Equal(("cifar10", 20, 20), (fedce.Data.Name, fedce.Evaluation.EveryRounds, fedsc.Evaluation.EveryRounds));
        Assert.Equal((50, 1, 1e-3, 0.7), (fedce.Gate.Rounds, fedce.Gate.Epochs, fedce.Gate.LearningRate, fedce.Gate.Participation));
    }

    [Theory]
    [InlineData("fedce")]
    [InlineData("fedsc")]
    public void The_small_profile_passes_24_times_over_the_pictures(string method)
    {
        var stage = Experiments.Read($"profile = cpu\nextractor.method = {method}").Settings.Extractor;
        Assert.Equal(24, stage.Rounds * stage.Epochs);
    }

    [Fact]
    public void Every_value_of_a_profile_is_legal() => Assert.All(
        from profile in new[] { "cpu", "paper" } from method in new[] { "fedce", "fedsc" } select (profile, method),
        pair => Experiments.Read($"profile = {pair.profile}\nextractor.method = {pair.method}"));

    /// <summary>The paper's way is the reference's; a recipe stands between that, or a profile, and what an experiment says.</summary>
    [Fact]
    public void A_recipe_changes_how_the_gate_is_trained_and_nothing_else()
    {
        var paper = Experiments.Read("profile = paper");
        Assert.Equal(paper.ConfigHash, Experiments.Read("profile = paper\ngate.recipe = paper").ConfigHash);
        var robust = Experiments.Read("profile = paper\ngate { recipe = robust, batch = 7 }");
        Assert.Equal((GateMethod.Discriminant, 7), (robust.Settings.Gate.Method, robust.Settings.Gate.Batch));
        Assert.All(robust.Keys.Zip(paper.Keys).Where(pair => pair.First.Value != pair.Second.Value), pair => Assert.StartsWith("gate.", pair.First.Key, StringComparison.Ordinal));
        Assert.StartsWith("gates.conf:", robust.Keys.Single(key => key.Key == "gate.method").Origin, StringComparison.Ordinal);
        Assert.Contains("'rubost' is not known", Experiments.Refuse("gate.recipe = rubost").Problem, StringComparison.Ordinal);
    }

    [Fact]
    public void An_unknown_profile_is_refused() => Assert.Contains("'tiny' is not known", Experiments.Refuse("profile = tiny").Problem, StringComparison.Ordinal);
}
