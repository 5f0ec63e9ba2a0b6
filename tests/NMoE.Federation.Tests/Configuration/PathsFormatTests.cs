namespace NMoE.Federation.Tests.Configuration;

public sealed class PathsFormatTests
{
    [Fact]
    public void A_path_says_from_whom_to_whom_and_what_is_otherwise_there()
    {
        var paths = Experiments.Read("channel { model = shared, paths = [\"client-1+client-2 to any delay 50 ms loss 5 %\", \"clients to aggregator loss 0.5 %\"] }").Settings.Channel.Paths;

        Assert.Equal((50.0, 5.0), (paths[0].Delay!.Value.TotalMilliseconds, paths[0].LossPercent));
        Assert.Equal((null, 0.5), (paths[1].Delay, paths[1].LossPercent));
        Assert.True(paths[0].From.Contains(new(2)) && !paths[0].From.Contains(new(3)) && paths[0].To.Contains(new(3)));
    }

    [Theory]
    [InlineData("client-1 to client-2 delay 50 ms loss 5 %")]
    [InlineData("any to supervisor delay 0 us")]
    [InlineData("aggregator to clients loss 0.125 %")]
    public void What_was_read_is_written_so_that_it_reads_back(string sentence)
    {
        var read = Experiments.Read($"channel {{ model = shared, paths = [\"{sentence}\"] }}");

        Assert.Equal(read.ConfigHash, Experiments.Read(read.Render()).ConfigHash);
    }

    [Theory]
    [InlineData("client-1 to client-2", "it says neither a delay")]
    [InlineData("client-1 client-2 loss 1 %", "'client-2' stands where 'to' belongs")]
    [InlineData("client-1 to client-2 loss 1", "'%' is missing at the end")]
    [InlineData("client-1 to client-2 loss 100 %", "nothing would ever arrive")]
    [InlineData("client-1 to client-2 loss -1 %", "'-1' is no percentage in 0..100")]
    [InlineData("client-1 to client-2 loss 1 % delay 1 s", "'delay' is one word too many")]
    [InlineData("client-1 to client-77 loss 1 %", "there is no client-77")]
    public void A_sentence_that_says_no_path_is_refused_with_its_number_and_line(string sentence, string problem)
    {
        var refused = Experiments.Refuse($"channel.model = shared\nchannel.paths = [\"any to any loss 1 %\", \"{sentence}\"]");

        Assert.Contains(problem, refused.Problem, StringComparison.Ordinal);
        Assert.Contains("number 2", refused.Problem, StringComparison.Ordinal);
        Assert.Equal(2, refused.Line);
    }

    [Fact]
    public void Paths_of_a_fixed_channel_are_refused() =>
        Assert.Contains("all paths of a fixed channel are alike", Experiments.Refuse("channel.paths = [\"any to any loss 1 %\"]").Problem, StringComparison.Ordinal);
}
