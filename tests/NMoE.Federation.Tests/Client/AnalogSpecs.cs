using System.Collections.Immutable;
using NMoE.Compute.Execution;
using NMoE.Compute.Jobs;
using NMoE.Federation.Algorithms;
using NMoE.Federation.Configuration;
using NMoE.Federation.Experiments;
using NMoE.Federation.Records;
using NMoE.Learning.Data;
using NMoE.Learning.Jobs;
using NMoE.Learning.Registry;

namespace NMoE.Federation.Tests.Client;

/// <summary>Latents that travel as numbers, in whole experiments of three clients who stand at 100 m, with made-up results: 28 dB up and 38 down, as in LinkSpecs. Four requests of two samples each.</summary>
public sealed class AnalogSpecs
{
    private const string Text = "experiment.clients = 3\ndata { train-per-client = 10, test-per-client = 8 }\nextractor.rounds = 1\ngate { rounds = 1, participation = 1 }\ninference.batch = 2\nchannel { model = shared, delay = 50 ms }";
    private const string Analog = "latent.channel=analog";
    private const string Aware = "inference.gates=[channel-aware]";
    private const string Moves = "channel.mobility.form=to-and-fro";

    private readonly List<Job> _jobs = [];

    /// <summary>A row is D = 128 numbers, 64 uses; what it had of bytes, 512, is gone, and only the words about it are left: pass, request, the blob's hash and rows.</summary>
    [Fact]
    public void Rows_are_channel_uses_and_no_bytes()
    {
        var (digital, analog) = (Run("inference.gates=[rangate]"), Run(Analog, "inference.gates=[rangate]"));
        LedgerRecord[] Requests(RunReport report) => [.. report.Ledger.Where(entry => entry.Kind == "RouteLatents")];
        Assert.All(Requests(digital), entry => Assert.Equal(0, entry.ChannelUses));
        Assert.All(Requests(analog), entry => Assert.Equal(0, entry.ChannelUses % 64));
        var rows = Requests(analog).Sum(entry => entry.ChannelUses) / 64;
        Assert.InRange(rows, 1, 24);
        var saved = Requests(digital).Sum(entry => entry.Sent) - Requests(analog).Sum(entry => entry.Sent);
        Assert.InRange(saved, rows * 512, (rows * 512) + (24 * 3));
        Assert.All(analog.Ledger.Where(entry => entry.Kind != "RouteLatents"), entry => Assert.Equal(0, entry.ChannelUses));
    }

    /// <summary>What peers answer came with the lower of the asker's signal up and the expert's down, 28 dB or 56 steps, and is another one's noise for each pair.</summary>
    [Fact]
    public void A_peers_rows_come_with_the_noise_of_the_link()
    {
        Run(Analog, "inference.gates=[rangate]", "latent.fading=rayleigh");
        var heard = _jobs.Where(job => job.Kind == AnalogParameters.Kind).ToArray();
        Assert.NotEmpty(heard);
        Assert.All(heard.Select(job => LearningJob.Parameters<AnalogParameters>(job)), one => Assert.Equal((56, null, Fading.Rayleigh), (one.Signal, one.Drawn, one.Fading)));
        Assert.Equal(heard.Select(job => (job.Seed, job.Inputs[0])).Distinct().Count(), heard.Select(job => job.Seed).Distinct().Count());
    }

    /// <summary>In stage 3 each of two peers hears a client's rows once, with drawn ratios; the gate learns with the same ones, and is told nothing of them where it sees none.</summary>
    [Theory]
    [InlineData(Aware, true)]
    [InlineData("inference.gates=[fedgate]", false)]
    public void A_gate_learns_with_the_ratios_that_experts_heard(string gates, bool sees)
    {
        Run(Analog, gates, "latent.least-signal=-3", "latent.most-signal=7");
        var drawn = _jobs.Where(job => job.Kind == AnalogParameters.Kind).Select(job => LearningJob.Parameters<AnalogParameters>(job).Drawn).OfType<DrawnSignals>().Distinct().ToArray();
        Assert.Equal(6, drawn.Length);
        Assert.Equal(3, drawn.Select(one => one.Key).Distinct().Count());
        Assert.All(drawn, one => Assert.Equal((-3.0, 7.0), (one.Least, one.Most)));
        var learned = _jobs.Where(job => job.Kind == GateParameters.Kind).Select(job => LearningJob.Parameters<GateParameters>(job).Signals).ToArray();
        Assert.NotEmpty(learned);
        Assert.All(learned, one => Assert.Equal(sees, one is not null));
        Assert.All(learned.OfType<GateSignals>(), one => Assert.Equal([0, 1, 2], drawn.Where(two => two.Key == one.Key).Select(two => two.Expert).Append(one.Own).Order()));
    }

    /// <summary>Whose access no distance makes has no signal: a trace gives the rates of two clients.</summary>
    [Fact]
    public void A_client_without_a_signal_is_refused()
    {
        const string Trace = "time_s,device,up_bit_s,down_bit_s,delay_ms,loss\n0,client-2,16e6,16e6,0,0\n0,client-1,16e6,16e6,0,0\n";
        var refused = Assert.Throws<ConfigurationException>(() => Run([("a.csv", Trace)], Analog, "inference.gates=[rangate]", "channel.trace=a.csv"));
        Assert.EndsWith("channel.trace: a client with measured rates has no signal, and its latents would travel without time and noise. Leave out the traces of clients, or write latent.channel = digital.", refused.Message, StringComparison.Ordinal);
    }

    public static TheoryData<string, string[]> Refused() => new()
    {
        { "latent.channel: analog latents have the noise of their radio's signal, and no signal is known where distance does not make the rates. Write digital, or channel.model = shared and channel.mobility.form = to-and-fro.", ["channel.mobility.form=none", Analog] },
        { "latent.precision: analog latents are numbers and no bytes, which cannot be fewer. Write fp32, or latent.channel = digital.", [Analog, "latent.precision=int8"] },
        { "inference.retries: an analog latent is sent once. Write 0, or latent.channel = digital.", [Analog, "inference.retries=1"] },
        { "inference.gates: des foresees what bytes of latents take, and analog ones are none. Leave it out, or write latent.channel = digital.", [Analog, "inference.gates=[des]"] },
        { "latent.most-signal: the greatest ratio is less than the least. Write at least latent.least-signal.", [Analog, "latent.most-signal=-11"] },
        { "inference.gates: channel-aware learns what noise does to latents, and digital ones have none. Leave it out, or write latent.channel = analog.", [Aware] },
        { "inference.gates: fedgate would read the gate that channel-aware trains, which sees more than latents. Leave one of them out, and compare them by a sweep's axis.", [Analog, "inference.gates=[channel-aware, fedgate]"] },
        { "gate.input: the hidden layer of channel-aware's mlp sees latents as they are. Write latent, or another inference.channel-aware.form.", [Analog, Aware, "gate.input=centred", "inference.channel-aware.form=mlp"] },
        { "experiment.clients: channel-aware's linear form has a number for each two of them, which all travel to each client in each round. Write at most 1000, or another inference.channel-aware.form.", [Analog, Aware, "experiment.clients=1001", "inference.channel-aware.form=linear"] },
        { "gate.method: channel-aware is trained by gradients. Write rounds, or leave channel-aware out of inference.gates.", [Analog, Aware, "gate.method=discriminant"] },
        { "gate.model: channel-aware has a form of its own, inference.channel-aware.form. Write linear, or leave channel-aware out of inference.gates.", [Analog, Aware, "gate.model=mlp-8"] },
        { "gate.noise-form: channel-aware would have its signals disturbed with its latents. Write gaussian, or leave channel-aware out of inference.gates.", [Analog, Aware, "gate.noise-form=jitter"] },
        { "topology.peers: channel-aware sees the signals of all experts. Write all, or leave channel-aware out of inference.gates.", [Analog, Aware, "topology.peers=ring", "topology.count=1"] },
        { "gate.sampled-peers: channel-aware sees the signals of all experts. Write all, or leave channel-aware out of inference.gates.", [Analog, Aware, "gate.sampled-peers=1"] },
        { "evaluation.references: globalgate has no signals to learn with. Leave it out, or leave channel-aware out of inference.gates.", [Analog, Aware, "evaluation.references=[globalgate]"] },
        { "evaluation.baselines: centralised-moe has no signals to learn with. Leave it out, or leave channel-aware out of inference.gates.", [Analog, Aware, "evaluation.baselines=[centralised-moe]"] },
    };

    [Theory]
    [MemberData(nameof(Refused))]
    public void What_analog_latents_cannot_be_used_with_is_refused_by_name(string message, string[] sets) =>
        Assert.Contains(message, Configuration.Experiments.Refuse(Text, [Moves, .. sets]).Message, StringComparison.Ordinal);

    private RunReport Run(params string[] sets) => Run([], sets);

    private RunReport Run(ImmutableArray<(string, string)> files, params string[] sets)
    {
        var settings = Configuration.Experiments.ReadFiles(
            (Configuration.Experiments.File, Text), [.. files],
            [Moves, "channel.mobility.near=100 m", "channel.mobility.far=100 m", "channel.mobility.bandwidth=1 MHz", "channel.mobility.path-loss-exponent=3", "channel.mobility.reference-loss=40", "channel.mobility.noise-figure=9",
                "channel.mobility.transmit-power=23", "channel.mobility.server-transmit-power=33", .. sets]).Settings;
        var executor = new RehearsalExecutor(LearningFunctions.All(new DataCatalog(null)), job =>
        {
            _jobs.Add(job);
            return null;
        });
        return new Experiment(Plans.Of(settings, new DataSpec("generated", GeneratedSource.Version, 1)), executor, _ => { }).Run(CancellationToken.None).Report;
    }
}
