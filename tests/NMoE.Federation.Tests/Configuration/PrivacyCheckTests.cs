namespace NMoE.Federation.Tests.Configuration;

/// <summary>Noise that protects nothing is refused; noise that leaves nothing, and a delta that allows whole pictures, are told.</summary>
public sealed class PrivacyCheckTests
{
    private const string Base = "extractor { method = fedsc, rounds = 2 }\ndata.train-per-client = 500\n";

    [Theory]
    [InlineData("1e-158")]
    [InlineData("1e-300")]
    [InlineData("1e-9")]
    public void A_sigma_whose_epsilon_is_beyond_all_is_refused(string sigma)
    {
        var refused = Experiments.Refuse($"{Base}fedsc {{ privacy = noise\n sigma = {sigma} }}");
        Assert.Equal("fedsc.sigma", refused.Key);
        Assert.EndsWith("has an epsilon above 1000000 over the 2 releases of a run, and protects nothing", refused.Problem, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("1e-300")]
    [InlineData("0.0009")]
    [InlineData("1000001")]
    public void An_epsilon_that_no_account_can_tell_from_none_is_out_of_range(string epsilon) =>
        Assert.Equal("fedsc.epsilon", Experiments.Refuse($"{Base}fedsc {{ privacy = budget, epsilon = {epsilon} }}").Key);

    [Theory]
    [InlineData("privacy = budget, delta = 0.002", "fedsc.delta is 0.002, and a client has 500 pictures: a delta of 1/500 or more allows whole pictures to be given away. Write a smaller one.")]
    [InlineData("privacy = noise, sigma = 5, cap = 4", "The noise on matrices has sigma 5, and no matrix is larger than fedsc.cap = 4: nothing of them is left. Write a smaller fedsc.sigma.")]
    public void What_weakens_protection_or_leaves_nothing_is_told(string text, string warning) =>
        Assert.Contains(warning, Experiments.Read($"{Base}fedsc {{ {text} }}").Warnings);

    [Fact]
    public void The_published_noise_has_nothing_to_tell() =>
        Assert.Empty(Experiments.Read($"{Base}fedsc {{ privacy = noise, sigma = 0.00104, delta = 1e-5 }}").Warnings);
}
