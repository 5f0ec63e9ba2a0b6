using System.Runtime.InteropServices;
using NMoE.Chance;
using NMoE.Compute.Blobs;
using NMoE.Compute.Jobs;
using NMoE.Learning.Analog;
using NMoE.Learning.Gates;
using NMoE.Learning.Jobs;
using NMoE.Learning.Models;
using NMoE.Learning.Tests.Metrics;
using static TorchSharp.torch;

namespace NMoE.Learning.Tests.Gates;

/// <summary>A gate that sees signals, and what an analog link does to latents.</summary>
public sealed class ChannelAwareGateTests
{
    private static readonly ModelSpec Model = new(16, 10) { Gate = SignalGate.NameOf(SignalForm.Diag) };
    private static readonly float[] s_scores = [1, 3, .5f, 2];

    // softplus of it is 1: a is .1 a dB.
    private static readonly float s_slope = (float)Math.Log(Math.E - 1);

    /// <summary>sigma^2 = mean(h^2) / ratio, and h = (3, 4) has a mean square of 12.5.</summary>
    [Theory]
    [InlineData(0, 3.535533906)]
    [InlineData(10, 1.118033989)]
    [InlineData(20, .3535533906)]
    public void Noise_is_as_strong_as_the_signal_says(double decibels, double expected) => Assert.Equal(expected, AnalogChannel.Deviation([3, 4], AnalogChannel.Ratio(decibels)), 5e-10);

    /// <summary>E||n||^2 / ||h||^2 is one over the ratio, for any D: the mean of 2000 rows of D = 50 is off by sqrt(2 / 100000) = .45 %, three of which are 1.4 %.</summary>
    [Theory]
    [InlineData(-5)]
    [InlineData(10)]
    public void Noise_has_in_the_mean_the_power_that_the_ratio_says(double decibels)
    {
        var draws = new Draws(1, 7, 0);
        float[] latents = [.. Enumerable.Range(0, 2000 * Model.Latent).Select(_ => (float)draws.Next())];
        var heard = Analog(latents, new AnalogParameters(Model, Fading.None) { Signal = LinkSteps.OfDecibels(decibels) });
        var noise = latents.Zip(heard, (sent, came) => Math.Pow(came - sent, 2)).Sum();
        Assert.Equal(Math.Pow(10, -decibels / 10), noise / latents.Sum(number => (double)number * number), Math.Pow(10, -decibels / 10) * .014);
    }

    [Fact]
    public void At_a_high_ratio_latents_arrive_as_they_were_but_for_what_noise_there_is()
    {
        float[] latents = [.. Enumerable.Range(0, Model.Latent).Select(number => number / 100f)];
        Assert.Equal(latents, Analog(latents, new AnalogParameters(Model, Fading.None) { Signal = LinkSteps.Clearest }), (one, other) => MathF.Abs(one - other) < 1e-6f);
    }

    /// <summary>The logits of two experts differ by d = w.h, and noise turns the decision over with probability Phi(-d / (sigma ||w||)): 20 000 draws are off by .0035 at most in three deviations of .1587.</summary>
    [Theory]
    [InlineData(2, .0227501319, .0032)]
    [InlineData(1, .1586552539, .0078)]
    public void Noise_turns_decisions_over_as_often_as_the_normal_distribution_says(double difference, double expected, double within)
    {
        // h = (1, 1) has a mean square of 1, so that with a ratio of 4 sigma is 1/2; w = (d / 2 + e, d / 2 - e) has w.h = d, and ||w|| = 2 where e^2 = 2 - d^2 / 4.
        var (half, e) = (difference / 2, Math.Sqrt(2 - (difference * difference / 4)));
        var turned = Enumerable.Range(0, 20_000).Count(row =>
        {
            float[] latent = [1, 1];
            AnalogChannel.Send(latent, 10 * Math.Log10(4), Fading.None, new Draws(3, 8, (uint)row));
            return ((half + e) * latent[0]) + ((half - e) * latent[1]) < 0;
        });
        Assert.Equal(expected, turned / 20_000.0, within);
    }

    /// <summary>Rayleigh fading with a mean ratio g: P(ratio below t) = 1 - exp(-t / g), and the ergodic capacity e^(1/g) E1(1/g) / ln 2; less than without fading, log2(1 + g). 200 000 draws.</summary>
    [Theory]
    [InlineData(0, .8603473823, 1)]
    [InlineData(10, 2.9065148084, 3.4594316186)]
    [InlineData(20, 5.8840482361, 6.6582114828)]
    public void Rayleigh_fading_has_its_outage_and_capacity(double decibels, double capacity, double steady)
    {
        var (ratio, draws) = (AnalogChannel.Ratio(decibels), new Draws(4, 9, 0));
        double[] faded = [.. Enumerable.Range(0, 200_000).Select(_ => ratio * AnalogChannel.Fade(Fading.Rayleigh, draws))];
        Assert.Equal(capacity, faded.Average(one => Math.Log2(1 + one)), .012);
        Assert.Equal(steady, Math.Log2(1 + (ratio * AnalogChannel.Fade(Fading.None, draws))), 1e-9);
        Assert.Equal(decibels == 10 ? .0951625820 : 1 - Math.Exp(-1 / ratio), faded.Count(one => one < 1) / 200_000.0, .0033);
    }

    /// <summary>s = (1, 3, .5, 2), a = .1 a dB. At 10 dB each the gate is what it is without; with expert 1 at -5 dB the best moves from 1 to 3.</summary>
    [Theory]
    [InlineData(10, new[] { .0853688935, .6307955432, .0517788513, .2320567119 })]
    [InlineData(-5, new[] { .1674050973, .2760043447, .1015363241, .4550542339 })]
    public void Diag_goes_where_it_is_heard(double first, double[] expected)
    {
        var shares = Shares([10, first, 10, 10]);
        Assert.Equal(expected, shares, (one, other) => Math.Abs(one - other) < 1e-6);
        Assert.Equal(first < 0 ? 3 : 1, Array.IndexOf(shares, shares.Max()));
    }

    /// <summary>Signals that are all alike shift all scores of diag: it chooses as FedGate's gate does, of the same weights to rounding. Signals at the cap are such ones.</summary>
    [Theory]
    [InlineData(-10)]
    [InlineData(20)]
    [InlineData(60)]
    public void With_all_signals_alike_diag_is_the_plain_gate(double decibels) => Assert.Equal(Choices.Shares(s_scores, 0), Shares([decibels, decibels, decibels, decibels]), (one, other) => Math.Abs(one - other) < 1e-6);

    /// <summary>Own expert 0 at the cap, 40 dB, and so has whose signal is not known; -5 dB for expert 1. Of scores 1 + 4, 3 - .5, .5 + 4 and 2 + 4 the last is the greatest, and with expert 1 at 20 dB, 3 + 2, still.</summary>
    [Theory]
    [InlineData(-5, null, new[] { 3, 0, 2, 1 })]
    [InlineData(40, 10.0, new[] { 1, 0, 2, 3 })]
    [InlineData(70, -10.0, new[] { 1, 0, 2, 3 })]
    public void It_serves_with_the_signals_that_its_client_knows(double second, double? last, int[] expected)
    {
        int? Step(double? decibels) => decibels is { } stated ? LinkSteps.OfDecibels(stated) : null;
        var links = new LinkSense(128, new SampleCost(0, 0, 1, 0, 1, 0, 0, 0),
            [[Link.None, new(9, 9) { SignalToNoise = Step(second) }, new(9, 9), new(9, 9) { SignalToNoise = Step(last) }]]);
        var choices = Routed(links, new ChannelAwareKeys(), 4, 1);
        Assert.Equal(expected, choices.Integers.AsEnumerable());
    }

    /// <summary>The control has the same signals in another order for each sample, so that whoever is not heard is asked by some and not by others.</summary>
    [Fact]
    public void Shuffled_signals_are_those_of_others()
    {
        var links = new LinkSense(128, new SampleCost(0, 0, 1, 0, 1, 0, 0, 0),
            [[Link.None, new(9, 9) { SignalToNoise = LinkSteps.OfDecibels(-10) }, new(9, 9) { SignalToNoise = LinkSteps.OfDecibels(40) }, new(9, 9) { SignalToNoise = LinkSteps.OfDecibels(40) }]]);
        Assert.All(Routed(links, new ChannelAwareKeys(), 1, 64).Integers, expert => Assert.Equal(3, expert));
        Assert.Contains(1, Routed(links, new ChannelAwareKeys { Shuffled = true }, 1, 64).Integers);
    }

    /// <summary>
    /// Experts 1 and 2 are right wherever their latents came with more than 5 dB, and wrong below; the own one, 0, is right in six of ten. Latents say nothing. Each form learns to go to the own one where neither is heard, and to whom is heard
    /// where one is: with signals of both of -10 dB, all stay; with 20 dB for one of them, none does. A plain gate has nothing to go by.
    /// </summary>
    [Theory]
    [InlineData(SignalForm.Diag)]
    [InlineData(SignalForm.Linear)]
    [InlineData(SignalForm.Mlp)]
    public void Each_form_learns_to_go_where_it_is_heard(SignalForm form)
    {
        const int Rows = 600;
        var model = new ModelSpec(16, 10) { Gate = SignalGate.NameOf(form) };
        var signals = new GateSignals(11, 0, -10, 20);
        var draws = new Draws(2, 5, 0);
        long[] labels = [.. Enumerable.Range(0, Rows).Select(_ => (long)draws.Next(10))];
        ReadOnlyMemory<byte> Opinion(Func<int, bool> isRight) => AnswerBlobs.Scores("logits", 10, [.. labels.SelectMany((label, row) => Enumerable.Range(0, 10).Select(one => one == (isRight(row) ? label : (label + 1) % 10) ? 4f : 0f))]);
        double[] Heard(int expert) => AnalogChannel.Decibels(new(signals.Key, expert, signals.Least, signals.Most), Rows);
        var (second, third) = (Heard(1), Heard(2));
        var gate = AnswerBlobs.Run(new Learning.Training.InitFunction(), new InitParameters(model, ModelPart.Gate, 3)).Blobs[0];
        var trained = AnswerBlobs.Run(
            new FedGateFunction(),
            new GateParameters(model, 3, [0, 1, 2], 0.02, 50, 40, 0, RouterNoise.Gaussian, 0, GradientRule.None, 1, GateMode.DenseMixture, 1) { Signals = signals },
            gate, AnswerBlobs.Scores("latents", model.Latent, new float[Rows * model.Latent]), AnswerBlobs.Shard(labels), Opinion(row => row % 10 < 6), Opinion(row => second[row] > 5), Opinion(row => third[row] > 5)).Blobs[0];
        var scores = Scored(model, trained, [[4, -1, -1], [4, 2, -1], [4, -1, 2]]);
        Assert.Equal([0, 1, 2], scores.Select(row => Array.IndexOf(row, row.Max())));
    }

    [Fact]
    public void What_is_drawn_is_the_same_for_who_hears_and_who_learns_and_another_for_each_expert()
    {
        var (one, other) = (AnalogChannel.Decibels(new(5, 1, -10, 20), 400), AnalogChannel.Decibels(new(5, 2, -10, 20), 400));
        Assert.Equal(one[..10], AnalogChannel.Decibels(new(5, 1, -10, 20), 10));
        Assert.NotEqual(one[0], other[0]);
        Assert.All(one, decibels => Assert.InRange(decibels, -10, 20));
        Assert.Equal(5, one.Average(), 1.3);
    }

    [Fact]
    public void A_gate_that_sees_no_signals_has_the_jobs_it_had() => Assert.DoesNotContain("Signals", LearningJob.Create(
        new GateParameters(new(16, 10), 3, [0], 0.02, 50, 1, 0, RouterNoise.Gaussian, 0, GradientRule.None, 1, GateMode.DenseMixture, 1), 1).Parameters, StringComparison.Ordinal);

    private static double[] Shares(double[] decibels)
    {
        var scores = Scored(Model, Trained(), [[.. decibels.Select(one => (float)SignalInputs.Of(one))]]);
        return Choices.Shares(scores[0], 0);
    }

    private static float[][] Scored(ModelSpec model, ReadOnlyMemory<byte> gate, float[][] signals)
    {
        using var scope = NewDisposeScope();
        using var quiet = no_grad();
        var experts = signals[0].Length;
        using var parameters = new FlatParameters((Network.G, ParameterLayout.Of(model, ModelPart.Gate, experts), gate));
        var input = SignalInputs.Beside(zeros(signals.Length, model.Latent), tensor(signals.SelectMany(row => row).ToArray(), signals.Length, experts));
        var scores = Network.Score(parameters, model, experts, input).data<float>().ToArray();
        return [.. Enumerable.Range(0, signals.Length).Select(row => scores[(row * experts)..((row + 1) * experts)])];
    }

    private static JobOutput Routed(LinkSense links, ChannelAwareKeys keys, int k, int rows) => AnswerBlobs.Run(
        new RouteFunction(), new RouteParameters(Model, ChannelAwareGate.GateName, 0, 4, k, []) { Links = links, GateSettings = LearningJob.Element(keys) },
        AnswerBlobs.Scores("latents", Model.Latent, new float[rows * Model.Latent]), Trained());

    private static ReadOnlyMemory<byte> Trained() => SafeTensors.Write(
    [
        new TensorBlob("bias", TensorType.F32, [4], MemoryMarshal.AsBytes<float>(s_scores).ToArray()),
        new TensorBlob(SignalGate.Slope, TensorType.F32, [1], BitConverter.GetBytes(s_slope)),
        new TensorBlob("weight", TensorType.F32, [4, Model.Latent], new byte[4 * Model.Latent * sizeof(float)]),
    ]);

    private static float[] Analog(float[] latents, AnalogParameters parameters) => MemoryMarshal.Cast<byte, float>(
        SafeTensors.Read(AnswerBlobs.Run(new AnalogFunction(), parameters, AnswerBlobs.Scores("latents", Model.Latent, latents)).Blobs[0])["latents"].Data.Span).ToArray();
}
