using NMoE.Learning.Jobs;
using NMoE.Learning.Metrics;

namespace NMoE.Learning.Tests.Metrics;

public sealed class ScoreFunctionTests
{
    [Fact]
    public void Pooled_measures_weigh_rows_and_client_measures_weigh_clients()
    {
        // Client 0 has both rows right, client 1 one of four: pooled 3/6, mean of clients (1 + 1/4)/2.
        var output = AnswerBlobs.Run(
            new ScoreFunction(),
            new ScoreParameters(2),
            AnswerBlobs.Scores("probabilities", 2, .9f, .1f, .2f, .8f),
            AnswerBlobs.Shard(0, 1),
            AnswerBlobs.Scores("probabilities", 2, .7f, .3f, .7f, .3f, .7f, .3f, .7f, .3f),
            AnswerBlobs.Shard(0, 1, 1, 1));

        Assert.Equal([1, 1, 1, 0, 0, 0], output.Integers.ToArray());
        Assert.Equal(0.5, output.Metrics["accuracy"], 12);
        Assert.Equal(0.625, output.Metrics["clientAccuracy"], 12);
        // Pooled: class 0 has 2 hits in 2 true and 5 predicted (4/7), class 1 has 1 in 4 and 1 (2/5). Clients: 1, and (2/5 + 0)/2.
        Assert.Equal(((4.0 / 7) + 0.4) / 2, output.Metrics["macroF1"], 12);
        Assert.Equal(0.6, output.Metrics["clientMacroF1"], 12);
        // Pooled, class 1 positive: .8 beats .1 and .3; three at .3 beat .1 and tie .3: 2 + 3 + 1.5 of 8.
        Assert.Equal(0.8125, output.Metrics["auc"], 12);
        Assert.Equal(0.75, output.Metrics["clientAuc"], 12);
        Assert.Equal(0, output.Metrics["aucSkipped"]);
    }

    [Fact]
    public void A_client_without_an_auc_is_left_out_of_the_mean()
    {
        var output = AnswerBlobs.Run(
            new ScoreFunction(),
            new ScoreParameters(2),
            AnswerBlobs.Scores("probabilities", 3, .9f, .1f, 0, .2f, .8f, 0),
            AnswerBlobs.Shard(0, 1),
            AnswerBlobs.Scores("probabilities", 3, .7f, .3f, 0),
            AnswerBlobs.Shard(0));

        Assert.Equal(1.0, output.Metrics["clientAuc"], 12);
        Assert.Equal(1, output.Metrics["aucSkipped"]);

        // Client 0 lacks class 2; client 1 has one row, of which no class has both signs.
        Assert.Equal(1 + 3, output.Metrics["clientAucSkipped"]);
    }

    /// <summary>Client 0 is perfect on two of three classes (2/3), client 1 on one (1/3); pooled, again two of three.</summary>
    [Fact]
    public void Macro_f1_can_go_over_all_classes()
    {
        var output = AnswerBlobs.Run(
            new ScoreFunction(),
            new ScoreParameters(2) { F1 = ClassesOfF1.All },
            AnswerBlobs.Scores("probabilities", 3, .9f, .1f, 0, .2f, .8f, 0),
            AnswerBlobs.Shard(0, 1),
            AnswerBlobs.Scores("probabilities", 3, .7f, .3f, 0),
            AnswerBlobs.Shard(0));

        Assert.Equal(2.0 / 3, output.Metrics["macroF1"], 12);
        Assert.Equal(0.5, output.Metrics["clientMacroF1"], 12);
    }

    [Fact]
    public void An_input_of_another_kind_is_refused_with_what_it_holds()
    {
        var error = Assert.Throws<InvalidDataException>(() => AnswerBlobs.Run(
            new ScoreFunction(), new ScoreParameters(1), AnswerBlobs.Scores("logits", 2, 1, 0), AnswerBlobs.Shard(0)));
        Assert.Contains("'probabilities' of type F32 is needed; this one holds logits (F32)", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Fewer_rows_than_labels_are_refused()
    {
        var error = Assert.Throws<InvalidDataException>(() => AnswerBlobs.Run(
            new ScoreFunction(), new ScoreParameters(1), AnswerBlobs.Scores("probabilities", 2, 1, 0), AnswerBlobs.Shard(0, 1)));
        Assert.Contains("has the shape [1, 2], but [2, C] is needed", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_missing_input_is_refused()
    {
        var error = Assert.Throws<InvalidDataException>(
            () => AnswerBlobs.Run(new ScoreFunction(), new ScoreParameters(2), AnswerBlobs.Shard(0)));
        Assert.Contains("was given 1 inputs, but 4 are needed", error.Message, StringComparison.Ordinal);
    }
}
