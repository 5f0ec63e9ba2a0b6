using NMoE.Federation.Settings;

namespace NMoE.Federation.Tests.Configuration;

/// <summary>Kinds of devices as a configuration states them: how many there are of each, who has which, and what is refused.</summary>
public sealed class DeviceMixTests
{
    /// <summary>Numbers by hand: n x share down to whole clients, those left over by the largest fractions; of equal ones the first kind's.</summary>
    [Theory]
    [InlineData(10, "a.share = 0.7", "b.share = 0.3", "7 3 0")]
    [InlineData(7, "a.share = 0.7", "b.share = 0.3", "5 2 0")]
    [InlineData(10, "a.share = 0.25", "b.share = 0.25", "3 2 5")]
    [InlineData(3, "a.share = 0.1", "b.share = 0.9", "0 3 0")]
    [InlineData(10, "a.clients = [2, 5, 9]", "b.share = 0.5", "3 5 2")]
    [InlineData(3, "a.share = 0.333", "b.share = 0.333", "1 1 1")]
    public void Shares_become_whole_clients(int clients, string first, string second, string counts)
    {
        var mix = Mix($"experiment.clients = {clients}\nmix.{first}\nmix.{second}");

        Assert.Equal(counts, string.Join(' ', mix.Kinds.Append(null).Select(kind => mix.Clients(kind).Length)));
        Assert.Equal(Enumerable.Range(0, clients), mix.Kinds.Append(null).SelectMany(kind => mix.Clients(kind)).Order());
    }

    [Fact]
    public void Who_has_which_follows_from_the_seed_and_who_is_named_stays()
    {
        const string text = "experiment.clients = 40\nmix.named.clients = [7, 8]\nmix.slow.share = 0.5";
        var (one, same, other) = (Mix(text), Mix(text), Mix(text, "seed=2"));

        Assert.Equal(one.Clients(one.Kinds[1]).AsEnumerable(), same.Clients(same.Kinds[1]));
        Assert.NotEqual(one.Clients(one.Kinds[1]).AsEnumerable(), other.Clients(other.Kinds[1]));
        Assert.All([one, other], mix => Assert.Equal([7, 8], mix.Clients(mix.Kinds[0]).AsEnumerable()));
    }

    /// <summary>A kind that states one energy has all others of the experiment's own device, and not the network's; where the experiment states none, the network's radio counts as it does for everyone.</summary>
    [Theory]
    [InlineData("device.energy.radio = 1 W", 1)]
    [InlineData("", 1.288)]
    public void A_kind_has_the_radio_of_the_experiment_but_for_what_it_states(string stated, double watts)
    {
        var kind = Assert.Single(Mix($"channel.profile = lte\n{stated}\nmix.boards {{ share = 0.3, device.energy.flop = 100 pJ }}").Kinds);

        Assert.Equal((watts, 1e-10), (kind.Device.Energy.Radio, kind.Device.Energy.Flop));
    }

    [Fact]
    public void A_larger_share_is_more_of_the_same()
    {
        var (few, many) = (Mix("experiment.clients = 30\nmix.slow.share = 0.2"), Mix("experiment.clients = 30\nmix.slow.share = 0.5"));

        Assert.Equal(6, few.Clients(few.Kinds[0]).Intersect(many.Clients(many.Kinds[0])).Count());
        Assert.Equal(15, many.Clients(many.Kinds[0]).Length);
    }

    /// <summary>The kind's own keys, then its profile, then what the experiment says of its device.</summary>
    [Fact]
    public void A_kind_is_the_experiments_device_but_for_what_it_states()
    {
        var read = Experiments.Read("""
            channel.model = shared
            device { compute = 7 GFLOP/s, memory = 2 GiB, energy.flop = 5 pJ }
            mix.board { share = 0.1, device.profile = raspberry-pi-4, device.memory = 1 GiB, model.expert = mlp-32 }
            mix.slow { share = 0.1, device.compute = 1 GFLOP/s, channel.up = 3 Mbit/s }
            """);
        var (board, slow) = (read.Settings.Mix.Kinds[0], read.Settings.Mix.Kinds[1]);

        Assert.Equal((12e9, 1L << 30, 308e-12, "mlp-32", 20e6), (board.Device.Compute, board.Device.Memory, board.Device.Energy.Flop, board.Expert, board.Rates.Up));
        Assert.Equal((1e9, 2L << 30, 5e-12, "mlp4", 3e6, 20e6), (slow.Device.Compute, slow.Device.Memory, slow.Device.Energy.Flop, slow.Expert, slow.Rates.Up, slow.Rates.Down));
        Assert.Empty(read.Warnings);
    }

    [Fact]
    public void A_mix_reads_back_from_its_effective_file_and_is_part_of_the_hash()
    {
        const string text = "mix.slow { share = 0.30, device.compute = 1 GFLOP/s }\nmix.named.clients = [1, 2]\n";
        var read = Experiments.Read(text);

        Assert.Contains("mix.slow.share = 0.3  // experiments/x.conf:1\n", read.Render(), StringComparison.Ordinal);
        Assert.Contains("mix.named.clients = [1, 2]  // experiments/x.conf:2\n", read.Render(), StringComparison.Ordinal);
        Assert.Equal(read.ConfigHash, Experiments.Read(read.Render()).ConfigHash);
        Assert.NotEqual(read.ConfigHash, Experiments.Read(text, "mix.slow.device.compute=2 GFLOP/s").ConfigHash);
        Assert.NotEqual(read.ConfigHash, Experiments.Read("").ConfigHash);
    }

    [Theory]
    [InlineData("mix.slow.share = 1.5", "mix.slow.share: 1.5 is out of range. Write a number in (0, 1].")]
    [InlineData("mix.slow.device.compute = 5", "mix.slow.device.compute: '5' has no unit.")]
    [InlineData("mix.slow.device.compute = 1 GFLOP/s", "mix.slow.device.compute: it is not said how many such devices there are. Write mix.slow.share = 0.3, or mix.slow.clients = [3, 7].")]
    [InlineData("mix.slow {}", "mix.slow: it is not said how many such devices there are.")]
    [InlineData("mix.slow = 0.3", "mix.slow: this is a section, not a key. Write mix.slow.share = 0.3")]
    [InlineData("mix.\"a b\".share = 0.3", "is not a name")]
    [InlineData("mix.slow { share = 0.3, clients = [1] }", "mix.slow.clients: mix.slow.share says already how many there are. Leave one of both out.")]
    [InlineData("mix.slow { share = 0.3, device = phone }", "mix.slow.device: this is a section, not a key. Write a key of it, such as mix.slow.device.compute.")]
    [InlineData("mix.slow { share = 0.3, device.profile = fridge }", "mix.slow.device.profile: 'fridge' is not known.")]
    [InlineData("mix.slow { share = 0.3, device.profile = none }", "mix.slow.device.profile: a kind is the experiment's own device but for what it states, and this states nothing. Leave it out,")]
    [InlineData("mix.slow { share = 0.3, device.compte = 1 GFLOP/s }", "mix.slow.device.compte: there is no such key. Did you mean mix.slow.device.compute?")]
    [InlineData("mix.slow { share = 0.3, extractor.epochs = 1 }", "mix.slow.extractor.epochs: all devices of an experiment have one extractor.epochs. A kind of devices has a share or clients, and may state")]
    [InlineData("mix.slow { share = 0.3, channel.delay = 5 ms }", "all devices of an experiment have one channel.delay.")]
    [InlineData("mix.slow.clients = [10]", "mix.slow.clients: there is no client 10. Name some of 0..9.")]
    [InlineData("mix.slow.clients = []", "mix.slow.clients: a kind that nobody has.")]
    [InlineData("mix.a.clients = [1, 2]\nmix.b.clients = [2]", "mix.b.clients: client 2 is of the kind a already. Name each client once.")]
    [InlineData("mix.a.share = 0.7\nmix.b.share = 0.4", "mix.b.share: kinds of devices together are 1.1 of the 10 clients.")]
    [InlineData("mix.a.clients = [0, 1, 2, 3, 4, 5]\nmix.b.share = 0.5", "mix.b.share: kinds of devices together are 1.1 of the 10 clients.")]
    [InlineData("mix.slow { share = 0.3, device.memory = 1 MB }", "device.memory: training takes")]
    [InlineData("mix.slow { share = 0.3, model.expert = mlp-32 }\nexpert.start = reuse", "mix.slow.model.expert: expert.start = reuse takes stage 1's predictor, a mlp4, for every expert. Write expert.start = fine-tune, or leave it out.")]
    [InlineData("mix.slow { share = 0.3, model.expert = mlp-32 }\nevaluation.baselines = [centralised-moe]", "mix.slow.model.expert: centralised-moe in evaluation.baselines trains experts of one shape together. Leave one of both out.")]
    public void What_is_no_mix_is_refused(string text, string words)
    {
        var refused = Experiments.Refuse(text);

        Assert.Contains(words, refused.Message, StringComparison.Ordinal);
        Assert.StartsWith("experiments/x.conf:", refused.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("mix.slow { share = 0.3, channel.up = 1 Mbit/s }", "experiments/x.conf:1: mix.slow.channel.up: nothing reads this key where channel.model = fixed")]
    [InlineData("experiment.clients = 3\nmix.slow.share = 0.1", "experiments/x.conf:2: mix.slow: 0.1 of 3 clients is nobody.")]
    public void What_has_no_effect_is_told(string text, string words)
    {
        var read = Experiments.Read(text);

        Assert.Contains(read.Warnings, warning => warning.Contains(words, StringComparison.Ordinal));
    }

    private static DeviceMix Mix(string text, params string[] sets) => Experiments.Read(text, sets).Settings.Mix;
}
