using System.Text;

namespace NMoE.Cli.Tests.StrangeInput;

/// <summary>Text of experiment files. The file is <c>c.conf</c>.</summary>
internal static class ConfigurationRows
{
    public static Row[] All =>
    [
        Text("a key that there is not", "seeed = 1", "c.conf:1: seeed", "Did you mean seed?"),
        Text("a number without its unit", "\nchannel.delay = 20", "c.conf:2: channel.delay: '20' has no unit", "0 ms .. 1 h"),
        Text("a unit that there is not", "channel.bandwidth = 20 Mbps", "c.conf:1: channel.bandwidth", "Mbit/s"),
        Text("a share above 1", "data { partition = non-iid, tau = 1.5 }", "c.conf:1: data.tau: 1.5 is out of range", "(0, 1]"),
        Text("a probability of 1", "channel { model = shared, loss = 1 }", "c.conf:1: channel.loss: 1 is out of range", "[0, 1)"),
        Text("a brace that is not closed", "data {\n tau = 1", "c.conf:1", "brace"),
        Text("a brace that closes nothing", "seed = 1\n}", "c.conf:2"),
        Text("a list that is not closed", "inference.gates = [fedgate,", "c.conf:1"),
        Text("two equals signs", "seed = = 1", "c.conf:1"),
        Text("a key without a value", "seed =", "c.conf:1: seed"),
        Text("adding to a list", "inference.gates += rollgate", "c.conf:1", "+="),
        Text("a substitution", "seed = ${x}", "c.conf:1", "${"),
        Text("a list for a number", "seed = [1, 2]", "c.conf:1: seed"),
        Text("a word for a list", "inference.gates = fedgate", "c.conf:1: inference.gates"),
        Text("a section for a value", "seed { a = 1 }", "c.conf:1: seed"),
        Text("a value for a section", "data = 5", "c.conf:1: data"),
        Text("a list in a list", "inference.gates = [[fedgate]]", "c.conf:1: inference.gates", "List only words and numbers"),
        Text("a negative seed", "seed = -1", "c.conf:1: seed: -1 is out of range", "0..18446744073709551615"),
        Text("a seed beyond 64 bits", "seed = 18446744073709551616", "c.conf:1: seed", "0..18446744073709551615"),
        Text("a half", "experiment.clients = 1.5", "c.conf:1: experiment.clients: '1.5'", "1..4194304"),
        Text("no number", "extractor.learning-rate = NaN", "c.conf:1: extractor.learning-rate: 'NaN'", "(0, 10]"),
        Text("an infinity", "extractor.clip = Infinity", "c.conf:1: extractor.clip", "1000000"),
        Text("a number beyond all numbers", "extractor.clip = 1e400", "c.conf:1: extractor.clip", "1000000"),
        Text("a negative time", "inference.deadline = -5 s", "c.conf:1: inference.deadline", "1 ms .. 10000 h"),
        Text("a time beyond its range", "inference.deadline = 20000 h", "c.conf:1: inference.deadline", "1 ms .. 10000 h"),
        Text("a word that is no choice", "extractor.method = fedcd", "c.conf:1: extractor.method", "fedce", "fedsc"),
        Text("a gate that there is not", "inference.gates = [fedgat]", "c.conf:1: inference.gates", "fedgate"),
        Text("no gates", "inference.gates = []", "inference.gates"),
        Text("a gate twice", "inference.gates = [fedgate, fedgate]", "c.conf:1: inference.gates"),
        Text("more experts a sample than clients", "experiment.clients = 2\ninference.k = 3", "3 experts a sample are more than the 2 there are"),
        Text("a buffer larger than the cohort", "experiment.clients = 2\nextractor { aggregation = buffered, buffer = 3 }", "extractor.buffer"),
        Text("scaffold with momentum", "extractor { algorithm = scaffold, momentum = 0.9 }", "scaffold", "momentum"),
        Text("an absent client beyond the last", "experiment.clients = 2\nextractor.absent { \"1\" = [7] }", "extractor.absent"),
        Text("shares of another number of clients", "experiment.clients = 2\ninference { random-shares = [1, 1, 1], gates = [rangate] }", "inference.random-shares"),
        Text("a name with a slash", "experiment.name = a/b", "c.conf:1: experiment.name", "letters"),
        Text("a name too long", "experiment.name = " + new string('a', 65), "c.conf:1: experiment.name", "64"),
        Text("a name of megabytes", "experiment.name = " + new string('a', 3_000_000), "c.conf:1: experiment.name", "64"),
        Text("a profile that there is not", "profile = gpu", "c.conf:1: profile", "cpu", "paper"),
        Text("a channel's profile that there is not", "channel.profile = 6g", "c.conf:1: channel.profile", "wifi"),
        Text("a device's profile that there is not", "device.profile = mainframe", "c.conf:1: device.profile", "phone"),
        Text("a fault that there is not", "faults.rules = [\"burn 10 % of any\"]", "c.conf:1: faults.rules", "burn", "drop"),
        Text("a fault of a client beyond the last", "experiment.clients = 2\nfaults.schedule = [\"at 1 s kill client-9\"]", "c.conf:2: faults.schedule", "client-9"),
        Text("a fault that ends in the middle", "faults.schedule = [\"at 1 s crash\"]", "c.conf:1: faults.schedule", "at 1 s crash"),
        Text("more than all messages", "faults.rules = [\"drop 110 % of any\"]", "c.conf:1: faults.rules", "110"),
        Text("a message that there is not", "faults.rules = [\"drop 10 % of Letters\"]", "c.conf:1: faults.rules", "Letters", "RoundUpdate"),
        Text("sections without end", string.Concat(Enumerable.Repeat("a {\n", 200_000)), "c.conf:33", "At most 32 levels"),
        Text("an include of what is not there", "include \"nowhere.conf\"", "c.conf:1", "nowhere.conf"),
        Text("an include of itself", "include \"c.conf\"", "c.conf", "include"),
        Text("a comment without a space before it", "extractor.rounds = 5//7", "c.conf:1: extractor.rounds: '5//7' is not a whole number"),
        Text("a comment right after a quote", "experiment.name = \"a\"// why", "c.conf:1", "white space before a comment"),
        Text("an epsilon without privacy", "extractor.method = fedsc\nfedsc.epsilon = 8", "c.conf:2: fedsc.epsilon: nothing reads this key where fedsc.privacy = off", "It is read with fedsc.privacy = budget"),
        Text("privacy of matrices that nobody sends", "fedsc.privacy = budget", "c.conf:1: fedsc.privacy", "It is read with extractor.method = fedsc"),
        Text("a baseline that would not run", "evaluation { enabled = off, baselines = [local-classifier] }", "c.conf:1: evaluation.baselines", "It is read with evaluation.enabled = on"),
        new("a key that nothing reads", "config c.conf", 0, "warning: c.conf:1: data.alpha: nothing reads this key where data.partition = iid", "It is read with data.partition = dirichlet")
        { Arranged = place => place.Write("c.conf", "data.alpha = 2") },
        Sweep("an axis over what nothing reads", "sweep.axes.loss { a { channel.loss = 0.1 }, b { channel.loss = 0.2 } }", "c.conf:1: channel.loss: the axis 'loss' varies this key", "channel.model = shared"),
        Sweep("two labels of one experiment", "sweep.axes.pair { a { seed = 1 }, b {} }", "c.conf:1: sweep.axes.pair: 'a' and 'b' are one and the same experiment"),
        Sweep("a label twice", "sweep.axes.pair { a { seed = 1 }, a { seed = 2 } }", "c.conf:1", "for the same label"),
        Bytes("nothing but zero bytes", new byte[1000], "c.conf:1"),
        Bytes("bytes of a picture", [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A, 0, 0, 0, 0xFF], "c.conf:1"),
        new("a sweep's file that is run", "run c.conf", 2, "c.conf", "sweep") { Arranged = place => place.Write("c.conf", "sweep.axes.pair { a { seed = 1 }, b { seed = 2 } }") },
        new("a wrong key in a sweep", "sweep c.conf", 2, "c.conf:1: seeed") { Arranged = place => place.Write("c.conf", "seeed = 1\nsweep.axes.pair { a { seed = 1 }, b { seed = 2 } }") },
        new("a wrong key before a verification", "verify c.conf", 2, "c.conf:1: seeed") { Arranged = place => place.Write("c.conf", "seeed = 1") },
        new("a wrong key before a search", "fuzz c.conf", 2, "c.conf:1: seeed") { Arranged = place => place.Write("c.conf", "seeed = 1") },
        new("a wrong key before a measurement", "calibrate c.conf", 2, "c.conf:1: seeed") { Arranged = place => place.Write("c.conf", "seeed = 1") },
        new("a wrong key before a live run", "live c.conf", 2, "c.conf:1: seeed") { Arranged = place => place.Write("c.conf", "seeed = 1") },
        new("a wrong key before an estimate", "cost c.conf", 2, "c.conf:1: seeed") { Arranged = place => place.Write("c.conf", "seeed = 1") },
        new("a wrong key before a run", "run c.conf", 2, "c.conf:1: seeed") { Arranged = place => place.Write("c.conf", "seeed = 1") },
        new("a byte-order mark and a carriage return a line", "config c.conf", 0) { Arranged = place => place.Write("c.conf", [.. Encoding.UTF8.Preamble, .. "seed = 3\r\nprofile = none\r\n"u8]) },
    ];

    private static Row Text(string name, string text, params string[] says) => Bytes(name, Encoding.UTF8.GetBytes(text), says);

    private static Row Sweep(string name, string text, params string[] says) => new(name, "sweep c.conf", 2, says) { Arranged = place => place.Write("c.conf", text) };

    private static Row Bytes(string name, byte[] bytes, params string[] says) => new(name, "config c.conf", 2, says) { Arranged = place => place.Write("c.conf", bytes) };
}
