namespace NMoE.Federation.Tests.Configuration;

/// <summary>Values that are right alone and cannot be of one experiment: too few clients, pictures or bytes for what is asked.</summary>
public sealed class UnfitTests
{
    [Fact]
    public void More_experts_a_sample_than_clients_are_refused_where_k_is_written()
    {
        var refused = Experiments.Refuse("experiment.clients = 4\ninference.k = 5");

        Assert.Equal(
            "experiments/x.conf:2: inference.k: 5 experts a sample are more than the 4 there are. Write a whole number in 1..4, or raise experiment.clients.",
            refused.Message);
    }

    [Theory]
    [InlineData("absent { \"4\" = [0] }", "there are only 3 rounds")]
    [InlineData("absent { \"1\" = [2] }", "there is no client 2")]
    [InlineData("absent { \"1\" = [0, 1] }", "nobody is left in this round")]
    [InlineData("absent { \"0\" = [0] }", "'0' is not a round")]
    [InlineData("absent { \"01\" = [0] }", "'01' is not a round")]
    [InlineData("absent { \"1\" = [one] }", "'one' is not a client number")]
    public void An_absence_that_cannot_be_is_refused(string absent, string problem) =>
        Assert.Equal(problem, Experiments.Refuse($"experiment.clients = 2\nextractor {{ rounds = 3, {absent} }}").Problem);

    [Theory]
    [InlineData("model { extractor = cnn, norm = batch-local }", "model.norm: cnn has no batch norms that a client could keep. Write group, or a residual network for model.extractor.")]
    [InlineData("gate { model = mlp-8, method = discriminant }", "gate.model: mlp-8 is trained by gradients, and gate.method = discriminant solves a linear gate. Write linear, with gate.features for a hidden layer, or gate.method = rounds.")]
    [InlineData("gate { model = mlp-8, recipe = robust }", "gate.model: mlp-8 is trained by gradients, and gate.method = discriminant solves a linear gate. Write linear, with gate.features for a hidden layer, or gate.method = rounds.")]
    public void A_model_that_cannot_be_is_refused(string text, string message) => Assert.EndsWith(message, Experiments.Refuse(text).Message, StringComparison.Ordinal);

    [Fact]
    public void A_model_that_does_not_fit_into_a_device_is_refused_with_what_it_needs_and_what_there_is()
    {
        // Width 16 (counted in LearningMemoryTests): 3 * 4 B * 931738 parameters and 64 pictures of 1189160 B.
        var refused = Experiments.Refuse("extractor.batch = 64\ndevice.memory = 64 MiB");

        Assert.Equal(
            "experiments/x.conf:2: device.memory: training takes 87287096 B (parameters, gradients, momentum, and the activations of 64 pictures), and a device has 67108864 B. "
            + "Write at least 87287096 B, or lower model.width or extractor.batch.",
            refused.Message);
        Assert.Equal(87_287_096, Experiments.Read("extractor.batch = 64\ndevice.memory = 87287096 B").Settings.Device.Memory);
        Experiments.Refuse("extractor.batch = 64\ndevice.memory = 87287095 B");
    }

    [Fact]
    public void Control_variates_two_views_and_a_shard_smaller_than_a_batch_count()
    {
        Assert.Contains("94741000 B", Experiments.Refuse("extractor { algorithm = scaffold, momentum = 0 }\ndevice.memory = 1 MiB").Problem, StringComparison.Ordinal);
        Assert.Contains("23072456 B", Experiments.Refuse("data.train-per-client = 10\ndevice.memory = 1 MiB").Problem, StringComparison.Ordinal);

        // FedSC: a projection head of 256 * 128 + 256 + 512 * 256 + 512 parameters, whose layers have 256 and 512 outputs, and 128 pictures.
        const long parameters = 700_176 + 32_768 + 256 + 131_072 + 512;
        const long needed = (12 * parameters) + (128L * (12_288 + 1_172_736 + (4 * (128 + 256 + 512))));
        Assert.Contains($"{needed} B", Experiments.Refuse("extractor.method = fedsc\ndevice.memory = 1 MiB").Problem, StringComparison.Ordinal);
    }
}
