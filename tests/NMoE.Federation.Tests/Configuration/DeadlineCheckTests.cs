namespace NMoE.Federation.Tests.Configuration;

/// <summary>Deadlines beside what rounds, experts and requests take at the least.</summary>
public sealed class DeadlineCheckTests
{
    /// <summary>
    /// Width 64 has 11.2 million parameters in F and some in H: 46 MB, which take 13 500 s at 27.2 kbit/s, each way.
    /// </summary>
    [Fact]
    public void Deadlines_that_cannot_be_met_are_told_all_at_once_with_size_rate_time_and_key()
    {
        string[] warnings = [.. Experiments.Read(
            "experiment.clients = 2\ndata { train-per-client = 10, test-per-client = 4 }\nmodel.width = 64\nextractor.deadline = 2 h\nchannel { model = fixed, bandwidth = 27200 bit/s }\ninference.deadline = 100 ms").Warnings];
        Assert.Matches(
            @"^extractor\.deadline is 2 h 0 min, and a client's part of a round of stage 1 takes [78] h [0-9]+ min at the least: 3 h [0-9]+ min to get the model, 4[5-9](\.[0-9])? MB at 27\.2 kbit/s; "
            + @".* at 20 GFLOP/s; 3 h [0-9]+ min to send it back, 4[5-9](\.[0-9])? MB at 27\.2 kbit/s\.$",
            warnings[0]);
        Assert.StartsWith("inference.deadline is 100 ms, and a request takes ", warnings[^1], StringComparison.Ordinal);
    }

    [Fact]
    public void Delays_count_too()
    {
        var read = Experiments.Read("experiment.clients = 2\ndata { train-per-client = 10, test-per-client = 4 }\nchannel.delay = 1 min\ninference.deadline = 20 s");
        Assert.Matches(@"^inference\.deadline is 20 s, and a request takes 1 min 0 s at the least: 1 min 0 s to send the latents of 4 samples to peers, 0\.[0-9] kB at 20 Mbit/s\.$", Assert.Single(read.Warnings));
    }

    [Theory]
    [InlineData("")]
    [InlineData("channel.profile = lte")]
    [InlineData("channel.profile = satellite")]
    [InlineData("extractor.method = fedsc")]
    public void Defaults_have_nothing_to_tell(string text) => Assert.Empty(Experiments.Read(text).Warnings);

    [Fact]
    public void Work_that_virtual_time_cannot_count_is_refused() => Assert.StartsWith(
        "a client's part of a round of stage 1 takes more than 10000000000 s of virtual time: ",
        Experiments.Refuse("device.compute = 1 kFLOP/s\nexpert.epochs = 10000\nextractor { epochs = 1, rounds = 1 }\ndata.train-per-client = 1000000\nmodel.width = 16").Problem,
        StringComparison.Ordinal);
}
