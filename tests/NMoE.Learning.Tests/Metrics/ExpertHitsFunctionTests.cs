using NMoE.Learning.Jobs;
using NMoE.Learning.Metrics;

namespace NMoE.Learning.Tests.Metrics;

public sealed class ExpertHitsFunctionTests
{
    [Fact]
    public void A_row_is_an_experts_where_its_largest_logit_is_the_true_class()
    {
        // True classes 0, 1, 1. Expert 0 answers 0, 0, 1; expert 1 answers 1, 1 and, of two equal logits, 0.
        var output = AnswerBlobs.Run(
            new ExpertHitsFunction(),
            new ExpertHitsParameters(),
            AnswerBlobs.Shard(0, 1, 1),
            AnswerBlobs.Scores("logits", 2, 3, -1, 2, 1, 0, 1),
            AnswerBlobs.Scores("logits", 2, -1, 3, 1, 2, 1, 1));
        Assert.Equal([1, 0, 1, 0, 1, 0], output.Integers.ToArray());
    }

    [Fact]
    public void Labels_are_read_row_by_row() =>
        Assert.Equal([3, 0, 9], AnswerBlobs.Run(new LabelsFunction(), new LabelsParameters(), AnswerBlobs.Shard(3, 0, 9)).Integers.ToArray());

    [Fact]
    public void Logits_of_other_rows_are_refused() =>
        Assert.Contains(
            "[2, C] is needed, one row a label",
            Assert.Throws<InvalidDataException>(() => AnswerBlobs.Run(
                new ExpertHitsFunction(), new ExpertHitsParameters(), AnswerBlobs.Shard(0, 1), AnswerBlobs.Scores("logits", 2, 1, 0))).Message,
            StringComparison.Ordinal);
}
