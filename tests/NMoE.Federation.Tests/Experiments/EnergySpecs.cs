using NMoE.Federation.Experiments;

namespace NMoE.Federation.Tests.Experiments;

/// <summary>The energy of whole experiments reconciles with what their ledgers say.</summary>
public sealed class EnergySpecs
{
    private static readonly string[] Short = ["extractor.rounds=2", "gate.rounds=1"];

    [Fact]
    public void Bytes_reconcile_with_the_ledger_and_joules_with_bytes_seconds_and_flops()
    {
        var report = Run("device.energy.sent-byte=2 uJ", "device.energy.received-byte=1 uJ", "device.energy.radio=500 mW", "device.energy.flop=100 pJ").Report;

        Assert.Equal(["supervisor", "aggregator", "client-0", "client-1", "client-2"], report.Energy.Select(device => device.Device));
        foreach (var device in report.Energy)
        {
            // Servers are switched off while goodbyes are in flight, of which what had left them counts as sent.
            Assert.Equal(report.Ledger.Where(line => line.To == device.Device).Sum(line => line.Delivered), device.ReceivedBytes);
            var sent = report.Ledger.Where(line => line.From == device.Device).ToArray();
            Assert.InRange(device.SentBytes, sent.Sum(line => line.Delivered), sent.Sum(line => line.Sent));
        }

        foreach (var client in report.Energy.Where(device => device.Device.StartsWith("client", StringComparison.Ordinal)))
        {
            Assert.Equal((2e-6 * client.SentBytes) + (1e-6 * client.ReceivedBytes) + (0.5 * client.RadioSeconds), client.RadioJoules, 1e-9);
            Assert.Equal(1e-10 * client.Flops, client.ComputeJoules, 1e-9);
            Assert.True(client is { RadioSeconds: > 0, Flops: > 0 });
        }

        Assert.All(report.Energy.Where(device => !device.Device.StartsWith("client", StringComparison.Ordinal)), server => Assert.Equal((0, 0), (server.RadioJoules, server.ComputeJoules)));
    }

    [Fact]
    public void Where_nothing_costs_energy_nothing_is_counted_and_where_it_is_counted_nothing_else_changes()
    {
        var (free, costly) = (Run(), Run("device.energy.flop=1 pJ"));

        Assert.Empty(free.Report.Energy);
        Assert.NotEmpty(costly.Report.Energy);
        Assert.Equal((free.TraceHash, free.VirtualTime), (costly.TraceHash, costly.VirtualTime));
    }

    [Fact]
    public void A_profile_of_devices_has_the_speed_memory_and_energy_of_its_file()
    {
        var phone = Configuration.Experiments.Read("device.profile = phone").Settings.Device;

        // 438.39 mW a Mbit/s are 438.39 nJ a bit.
        Assert.Equal((20e9, 4L << 30, 1.288, 1.5e-10), (phone.Compute, phone.Memory, phone.Energy.Radio, phone.Energy.Flop));
        Assert.Equal(8 * 438.39e-9, phone.Energy.SentByte, 1e-9);
        Assert.Equal(8 * 51.97e-9, phone.Energy.ReceivedByte, 1e-9);
        Assert.Equal("laptop", Configuration.Experiments.Read("device { profile = laptop, memory = 1 GiB }").Settings.Device.Profile);
        Assert.Equal(1L << 30, Configuration.Experiments.Read("device { profile = laptop, memory = 1 GiB }").Settings.Device.Memory);
    }

    /// <summary>
    /// The network's radio goes before the device's, and both before nothing; what is stated goes before both. Numbers of the paper: 1288.04 mW and 11.576 s of LTE, 132.86 mW and 238.1 ms of Wi-Fi.
    /// </summary>
    [Theory]
    [InlineData("device.profile = phone", 1.288, 11.576)]
    [InlineData("device.profile = phone\nchannel.profile = ideal", 1.288, 11.576)]
    [InlineData("device.profile = phone\nchannel.profile = lte", 1.288, 11.576)]
    [InlineData("device.profile = phone\nchannel.profile = churn", 1.288, 11.576)]
    [InlineData("device.profile = phone\nchannel.profile = wifi", 0.133, 0.238)]
    [InlineData("device.profile = laptop\nchannel.profile = lossy", 1.288, 11.576)]
    [InlineData("device.profile = laptop\nchannel.profile = nb-iot", 0.08, 10)]
    [InlineData("device.profile = laptop\nchannel.profile = satellite", 0.133, 0.238)]
    [InlineData("device { profile = phone, energy.radio = 3 W }\nchannel.profile = wifi", 3, 0.238)]
    [InlineData("device.energy.flop = 1 pJ\nchannel.profile = wifi", 0.133, 0.238)]
    [InlineData("channel.profile = wifi", 0, 0)]
    [InlineData("channel.profile = wifi\nmix.some { share = 0.5, device.profile = phone }", 0, 0)]
    public void The_radio_is_the_networks(string text, double radio, double tail)
    {
        var settings = Configuration.Experiments.Read(text).Settings;
        Assert.Equal((radio, tail), (settings.Device.Energy.Radio, settings.Device.Energy.TailFor.TotalSeconds));
        Assert.All(settings.Mix.Kinds, kind => Assert.Equal((0.133, 0.238, 150e-12), (kind.Device.Energy.Radio, kind.Device.Energy.TailFor.TotalSeconds, kind.Device.Energy.Flop)));
    }

    [Theory]
    [InlineData("inference.gates = [des]", 1)]
    [InlineData("inference.gates = [des]\ndevice.energy.radio = 1 W", 0)]
    [InlineData("inference.gates = [wdmoe]", 0)]
    public void A_gate_that_weighs_energy_where_none_is_spent_is_warned_of(string text, int sentences) => Assert.Equal(
        Enumerable.Repeat("inference.gates has des, which weighs energy, and devices spend none: all experts cost it the same. Write device.energy.radio or another of its energies, or a device.profile.", sentences),
        Configuration.Experiments.Read(text).Warnings.Where(sentence => sentence.Contains("weighs energy", StringComparison.Ordinal)));

    /// <summary>Joules that are another radio's are told; not where the experiment says what its radio spends, and not where nothing is spent.</summary>
    [Theory]
    [InlineData("device.profile = phone\nchannel.profile = satellite", "channel.profile = satellite does not say what its radio spends: the joules of device.profile = phone are those of another one")]
    [InlineData("device.profile = laptop\nchannel.profile = nr-5g", "channel.profile = nr-5g does not say what its radio spends")]
    [InlineData("device.profile = phone\nchannel.profile = nb-iot", "")]
    [InlineData("device.profile = laptop\nchannel.profile = wifi", "")]
    [InlineData("device.profile = phone\nchannel.profile = lossy", "")]
    [InlineData("device.profile = phone\nchannel.profile = ideal", "")]
    [InlineData("device.profile = phone", "")]
    [InlineData("channel.profile = nb-iot", "")]
    [InlineData("device { profile = phone, energy { sent-byte = 1 uJ, received-byte = 1 uJ, radio = 1 W } }\nchannel.profile = satellite", "")]
    public void A_radio_of_another_network_is_warned_of(string text, string warning)
    {
        var warnings = Configuration.Experiments.Read(text).Warnings.Where(sentence => sentence.Contains("radio", StringComparison.Ordinal)).ToArray();
        if (warning.Length == 0)
            Assert.Empty(warnings);
        else
            Assert.Contains(warning, Assert.Single(warnings), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("raspberry-pi-4")]
    [InlineData("jetson-nano")]
    [InlineData("laptop")]
    public void Every_profile_of_devices_reads_back_from_its_effective_file(string name)
    {
        var read = Configuration.Experiments.Read($"device.profile = {name}");

        Assert.Equal(read.ConfigHash, Configuration.Experiments.Read(read.Render()).ConfigHash);
        Assert.True(read.Settings.Device.SpendsEnergy);
    }

    /// <summary>One device is there once, whatever it carries: three clients with 2 W each, and the aggregator on one of them.</summary>
    [Fact]
    public void What_a_device_spends_at_rest_counts_once_where_it_carries_the_aggregator_too()
    {
        var outcome = Run("channel.model=shared", "channel.up=4 Mbit/s", "aggregator.place=client", "aggregator.client=1", "device.energy.idle=2 W", "device.energy.sleep=1 mW");
        Assert.Equal(3 * 2 * outcome.VirtualTime.Seconds, outcome.Report.Energy.Sum(device => device.IdleJoules), 1e-6);
        Assert.Equal(0, outcome.Report.Energy.Single(device => device.Device == "aggregator").SleepJoules);
    }

    /// <summary>The parts are the whole, and the tail and the sleep of each radio are the time that it is not on.</summary>
    [Fact]
    public void Joules_by_cause_add_up_over_the_whole_run()
    {
        var outcome = Run("device.energy.sent-byte=2 uJ", "device.energy.radio=500 mW", "device.energy.tail=3 W", "device.energy.tail-for=20 ms", "device.energy.sleep=10 mW", "device.energy.idle=2 W", "device.energy.flop=100 pJ");
        var clients = outcome.Report.Energy.Where(device => device.Device.StartsWith("client", StringComparison.Ordinal)).ToArray();
        Assert.All(clients, client =>
        {
            Assert.InRange(client.TailSeconds, 0.02, client.RadioSeconds * 100);
            Assert.Equal(3 * client.TailSeconds, client.TailJoules, 1e-9);
            Assert.Equal(0.01 * (outcome.VirtualTime.Seconds - client.RadioSeconds - client.TailSeconds), client.SleepJoules, 1e-9);
            Assert.Equal(2 * outcome.VirtualTime.Seconds, client.IdleJoules, 1e-9);
            Assert.Equal(client.TransmitJoules + client.ReceiveJoules + client.OnJoules + client.TailJoules + client.SleepJoules, client.RadioJoules, 1e-9);
        });
        Assert.True(outcome.Report.Rounds[^1].JoulesSoFar < outcome.Report.Energy.Sum(device => device.Joules));
    }

    private static Outcome Run(params string[] sets) => ChannelFactorySpecs.Run([.. Short, .. sets]);
}
