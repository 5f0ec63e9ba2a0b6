using NMoE.Learning.Jobs;
using NMoE.Learning.Metrics;

namespace NMoE.Learning.Tests.Metrics;

public sealed class OracleFunctionTests
{
    [Fact]
    public void A_row_is_right_when_any_expert_is()
    {
        // Client 0: expert 0 has row 0, expert 1 has row 1, nobody row 2. Client 1: both have its only row.
        var output = AnswerBlobs.Run(
            new OracleFunction(),
            new OracleParameters(2),
            AnswerBlobs.Shard(0, 1, 1),
            AnswerBlobs.Scores("logits", 2, 3, -1, 2, 1, 1, 0),
            AnswerBlobs.Scores("logits", 2, -1, 3, 1, 2, 1, 0),
            AnswerBlobs.Shard(1),
            AnswerBlobs.Scores("logits", 2, 0, 1),
            AnswerBlobs.Scores("logits", 2, 0, 1));

        Assert.Equal([1, 1, 0, 1], output.Integers.ToArray());
        Assert.Equal(0.75, output.Metrics["accuracy"], 12);
        Assert.Equal(((2.0 / 3) + 1) / 2, output.Metrics["clientAccuracy"], 12);
    }

    [Fact]
    public void Logits_of_every_expert_are_needed()
    {
        var error = Assert.Throws<InvalidDataException>(() => AnswerBlobs.Run(
            new OracleFunction(), new OracleParameters(2), AnswerBlobs.Shard(0), AnswerBlobs.Scores("logits", 2, 1, 0)));
        Assert.Contains("was given 2 inputs, but 6 are needed", error.Message, StringComparison.Ordinal);
    }
}
