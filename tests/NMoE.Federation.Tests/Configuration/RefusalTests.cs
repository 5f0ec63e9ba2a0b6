using NMoE.Federation.Configuration;

namespace NMoE.Federation.Tests.Configuration;

public sealed class RefusalTests
{
    [Fact]
    public void An_unknown_key_is_refused_with_its_line_and_the_nearest_known_key()
    {
        var refused = Experiments.Refuse("seed = 3\nextractor {\n  epochs = 1\n  ruonds = 5\n}\n");

        Assert.Equal("experiments/x.conf:4: extractor.ruonds: there is no such key. Did you mean extractor.rounds?", refused.Message);
        Assert.Equal(("experiments/x.conf", 4, "extractor.ruonds"), (refused.File, refused.Line, refused.Key));
    }

    [Fact]
    public void An_unknown_key_that_resembles_none_gets_no_guess()
    {
        var refused = Experiments.Refuse("blockchain.consensus.algorithm = pow");

        Assert.DoesNotContain("mean", refused.Message, StringComparison.Ordinal);
        Assert.Contains("hocon/reference.conf", refused.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("channel.delay = 3", "'3' has no unit")]
    [InlineData("channel.delay = 3 Mbit/s", "'Mbit/s' is not a unit here")]
    [InlineData("channel.delay = soon", "'soon' does not start with a number")]
    [InlineData("channel.delay = 0.5 us", "finer than one us")]
    [InlineData("channel.bandwidth = 20 mbit/s", "'mbit/s' is not a unit here")]
    [InlineData("channel.bandwidth = 20", "'20' has no unit")]
    [InlineData("channel.down = endless", "'endless' does not start with a number")]
    [InlineData("channel.mobility.speed = 5 km/h", "'km/h' is not a unit here")]
    [InlineData("channel.mobility.far = 500", "'500' has no unit")]
    [InlineData("device.energy.radio = 1 J", "'J' is not a unit here")]
    [InlineData("device.energy.flop = 0.1 fJ", "finer than one fJ")]
    [InlineData("device.compute = 20 Gbit/s", "'Gbit/s' is not a unit here")]
    [InlineData("compute.store.max-size = 10", "'10' has no unit")]
    [InlineData("compute.store.max-size = 10 gigs", "'gigs' is not a unit here")]
    public void A_wrong_unit_is_refused_with_the_units_that_are_right(string text, string problem)
    {
        var refused = Experiments.Refuse(text);

        Assert.Contains(problem, refused.Problem, StringComparison.Ordinal);
        Assert.Equal(1, refused.Line);
    }

    [Fact]
    public void A_refused_unit_names_all_legal_ones() =>
        Assert.Equal("Write a number with its unit (us, ms, s, min, h, d) in 0 ms .. 1 h", Experiments.Refuse("channel.delay = 3").Remedy);

    [Theory]
    [InlineData("extractor { late = accept, algorithm = fedavgm }", "control variates, momentum and matrices belong to their round")]
    [InlineData("extractor { late = accept, method = fedsc }", "control variates, momentum and matrices belong to their round")]
    [InlineData("extractor { aggregation = buffered, method = fedsc }", "only plain updates can be buffered")]
    [InlineData("extractor { aggregation = buffered, buffer = 11 }", "11 arrivals never come from 10 clients")]
    [InlineData("extractor.participation = 0", "out of range")]
    [InlineData("extractor.over-commit = -1", "out of range")]
    [InlineData("model.precision = fp8", "'fp8' is not known")]
    [InlineData("supervision.patience = 10", "'10' has no unit")]
    public void A_cohort_that_cannot_be_is_refused(string text, string problem) =>
        Assert.Contains(problem, Experiments.Refuse(text).Problem, StringComparison.Ordinal);

    [Theory]
    [InlineData("experiment.clients = 0", "1..4194304")]
    [InlineData("experiment.clients = 99999999999999999999", "1..4194304")]
    [InlineData("model.width = 144", "16..128")]
    [InlineData("model.width = 24", "multiple of 16")]
    [InlineData("data.tau = 0", "(0, 1]")]
    [InlineData("data.tau = 1.01", "(0, 1]")]
    [InlineData("data.tau = 1.0000001", "(0, 1]")]
    [InlineData("inference.k = 0", "1..100000")]
    [InlineData("inference.k = -1", "1..100000")]
    [InlineData("inference.k = 11", "1..10")]
    [InlineData("fedsc.epsilon = 0", "[0.001, 1000000]")]
    [InlineData("fedsc.epsilon = -8", "[0.001, 1000000]")]
    [InlineData("fedsc.cap = 0", "[0.001, 1000000]")]
    [InlineData("fedsc.cap = -4", "[0.001, 1000000]")]
    [InlineData("fedsc.sigma = 0", "(0, 1000000]")]
    [InlineData("fedsc.delta = 0", "(0, 1)")]
    [InlineData("fedsc.delta = 1", "(0, 1)")]
    [InlineData("data.tau = -0.3", "(0, 1]")]
    [InlineData("extractor.momentum = 1", "[0, 1)")]
    [InlineData("extractor.server-momentum = 1", "[0, 1)")]
    [InlineData("extractor.proximal = -1", "[0, 1000]")]
    [InlineData("data.alpha = 0", "(0, 1000000]")]
    [InlineData("gate.k = 0", "1..100000")]
    [InlineData("gate.k = 11", "1..10")]
    [InlineData("rollgate.share = 0", "(0, 1]")]
    [InlineData("rollgate.laps = 0", "1..10000")]
    [InlineData("rollgate.epochs = 0", "1..1000")]
    [InlineData("rollgate.batch = 0", "1..65536")]
    [InlineData("rollgate.learning-rate = 0", "(0, 10]")]
    [InlineData("rollgate.tolerance = -0.1", "[0, 1000]")]
    [InlineData("rollgate.deadline = 0 s", "1 ms .. 10000 h")]
    [InlineData("inference.random-shares = [1, 2]", "one share a client")]
    [InlineData("inference.random-shares = [0, 0, 0, 0, 0, 0, 0, 0, 0, 0]", "as many as are asked")]
    [InlineData("inference.random-shares = [1, -1]", "at least 0")]
    [InlineData("extractor.learning-rate = 0", "(0, 10]")]
    [InlineData("expert.holdout = 0.6", "[0, 0.5]")]
    [InlineData("gate.participation = 1e400", "(0, 1]")]
    [InlineData("seed = -1", "0..18446744073709551615")]
    [InlineData("seed = 18446744073709551616", "0..18446744073709551615")]
    [InlineData("channel.delay = 2 h", "0 ms .. 1 h")]
    [InlineData("channel.bandwidth = -20 Mbit/s", "1 bit/s .. 1000 Gbit/s")]
    [InlineData("channel.up = -5 Mbit/s", "unlimited, or a number with its unit (bit/s, kbit/s, Mbit/s, Gbit/s) in 1 bit/s .. 1000 Gbit/s")]
    [InlineData("channel.server-down = 0 bit/s", "1 bit/s .. 1000 Gbit/s")]
    [InlineData("channel.delay-spread = -1 ms", "0 ms .. 1 h")]
    [InlineData("channel.loss = 1", "[0, 1)")]
    [InlineData("channel.loss = -0.1", "[0, 1)")]
    [InlineData("channel.burst.good-to-bad = 1.1", "[0, 1]")]
    [InlineData("channel.burst.bad-to-good = 0", "(0, 1]")]
    [InlineData("channel.burst.loss = -1", "[0, 1]")]
    [InlineData("channel.packet = 0 B", "1 B .. 1 GiB")]
    [InlineData("channel.sends = 0", "1..1000")]
    [InlineData("aggregator.client = -1", "0..4194303")]
    [InlineData("aggregator.checkpoint-deadline = 0 ms", "1 ms .. 10000 h")]
    [InlineData("aggregator.max-silence = 0", "1..1000")]
    [InlineData("channel.mobility.speed = -1 m/s", "1 mm/s .. 1000 m/s")]
    [InlineData("channel.mobility.near = 0 m", "1 m .. 100 km")]
    [InlineData("channel.mobility.far = 101 km", "1 m .. 100 km")]
    [InlineData("channel.mobility.interval = 0 s", "1 ms .. 24 h")]
    [InlineData("channel.mobility.until = 0 s", "1 ms .. 10000 h")]
    [InlineData("channel.mobility.bandwidth = 11 GHz", "1 kHz .. 10 GHz")]
    [InlineData("channel.mobility.transmit-power = 101", "[-100, 100]")]
    [InlineData("channel.mobility.server-transmit-power = -101", "[-100, 100]")]
    [InlineData("channel.mobility.path-loss-exponent = 0", "[1, 10]")]
    [InlineData("channel.mobility.reference-loss = -1", "[0, 200]")]
    [InlineData("channel.mobility.noise-figure = -1", "[0, 50]")]
    [InlineData("device.memory = 0 B", "unlimited, or a number with its unit")]
    [InlineData("device.energy.flop = -1 pJ", "0 J .. 1 J")]
    [InlineData("device.energy.sent-byte = 2 J", "0 J .. 1 J")]
    [InlineData("device.energy.radio = -1 W", "0 W .. 1 kW")]
    [InlineData("compute.store.max-size = 1 B", "1 MiB .. 1024 TiB")]
    [InlineData("compute.threads = 1025", "0..1024")]
    [InlineData("compute.device = gpu", "cpu, cuda or \"cuda:N\"")]
    [InlineData("compute.device = \"cuda:-1\"", "with N in 0..63")]
    [InlineData("compute.device = \"cuda:64\"", "0..63")]
    public void A_value_out_of_range_is_refused_with_the_range(string text, string range)
    {
        var refused = Experiments.Refuse("# why\n" + text);

        Assert.Contains(range, refused.Remedy, StringComparison.Ordinal);
        Assert.Equal((2, text.Split(' ')[0]), (refused.Line, refused.Key));
    }

    [Theory]
    [InlineData("gate.mode = top-k", "gate.k", "2..10")]
    [InlineData("extractor.algorithm = scaffold", "extractor.momentum", "0")]
    [InlineData("extractor { algorithm = scaffold, momentum = 0, head = personal }", "extractor.head", "shared")]
    [InlineData("extractor { algorithm = scaffold, momentum = 0, method = fedsc }", "extractor.method", "fedce")]
    [InlineData("evaluation.baselines = [fedavg-classifier]\nextractor.method = fedsc", "evaluation.baselines", "Leave out fedavg-classifier")]
    [InlineData("gate.data = holdout\nexpert.holdout = 0", "gate.data", "raise expert.holdout")]
    [InlineData("inference.gates = [pfl-mf]\nexpert.holdout = 0", "inference.gates", "Leave it out, or write a greater expert.holdout, such as 0.25")]
    [InlineData("inference.gates = [pfl-mf]\ndata.train-per-client = 4", "inference.gates", "a greater expert.holdout")]
    [InlineData("inference.gates = [localgate, pfl-mfe]\nexpert.start = reuse", "inference.gates", "expert.start = fine-tune")]
    [InlineData("inference.gates = [pfl-mfe]\nextractor.head = personal", "inference.gates", "extractor.head = shared")]
    [InlineData("inference.gates = [pfl-mf]\nextractor.method = fedsc", "inference.gates", "extractor.method = fedce")]
    [InlineData("inference.gates = [pfedmoe]", "inference.gates", "extractor.method = pfedmoe")]
    [InlineData("extractor.method = pfedmoe", "extractor.head", "Write personal")]
    [InlineData("extractor { method = pfedmoe, head = personal, compute-within = 1 s }", "extractor.compute-within", "Write unlimited")]
    [InlineData("extractor { method = pfedmoe, head = personal }", "expert.start", "Write reuse")]
    [InlineData("extractor { method = pfedmoe, head = personal }\nexpert.start = reuse\nmodel.extractor = mlp-20\npfedmoe.extractor = mlp-9-20\ninference.gates = [pfedmoe, localgate]", "inference.gates", "Write [pfedmoe]")]
    [InlineData("extractor { method = pfedmoe, head = personal }\nexpert.start = reuse\nmodel.extractor = mlp-20\npfedmoe.extractor = mlp-9-20\ninference.gates = [pfedmoe]\nextractor.algorithm = fedprox", "extractor.algorithm", "fedavg or fedavgm")]
    [InlineData("extractor { method = pfedmoe, head = personal }\nexpert.start = reuse\nmodel.extractor = mlp-20\npfedmoe.extractor = mlp-9-20\ninference.gates = [pfedmoe]\nevaluation.references = [globalgate]", "evaluation.references", "Write []")]
    [InlineData("extractor { method = pfedmoe, head = personal }\nexpert.start = reuse\nmodel.extractor = mlp-20\npfedmoe.extractor = mlp-9-20\ninference.gates = [pfedmoe]\npfedmoe.extractor = mlp-21", "pfedmoe.extractor", "one that gives 20")]
    [InlineData("extractor { method = pfedmoe, head = personal }\nexpert.start = reuse\nmodel.extractor = mlp-20\ninference.gates = [pfedmoe]\npfedmoe.extractor = cnn-2-2-20\ndata.size = 12", "pfedmoe.extractor", "one for such pictures")]
    [InlineData("gate.data = holdout\nexpert.start = reuse", "gate.data", "expert.start = fine-tune")]
    [InlineData("expert.start = reuse\nextractor.method = fedsc", "expert.start", "Write fine-tune")]
    [InlineData("model.norm = batch-local\nextractor.method = fedsc\nfedsc.privacy = budget", "model.norm", "Write group or batch, or fedsc.privacy = off")]
    [InlineData("gate.data = holdout\ndata.train-per-client = 4", "gate.data", "raise expert.holdout")]
    [InlineData("channel { model = shared, delay = 5 ms, delay-form = uniform, delay-spread = 6 ms }", "channel.delay-spread", "at most channel.delay")]
    [InlineData("channel { model = shared, delay = 0 ms, delay-form = log-normal }", "channel.delay", "another channel.delay-form")]
    [InlineData("aggregator.place = client", "aggregator.place", "channel.model = shared")]
    [InlineData("channel.model = shared\naggregator { place = client, client = 10 }", "aggregator.client", "0..9")]
    [InlineData("aggregator.standby = [base-station, client-3]", "aggregator.standby", "channel.model = shared")]
    [InlineData("channel.model = shared\naggregator.standby = [client-10]", "aggregator.standby", "client-0..client-9")]
    [InlineData("faults.schedule = [\"at 1 s kill aggregator-2\"]", "faults.schedule", "aggregator.standby")]
    [InlineData("aggregator.standby = [base-station]\nfaults.rules = [\"drop 1 % of any from aggregator-3\"]", "faults.rules", "aggregator.standby")]
    [InlineData("data { sizes = dirichlet, train-per-client = 5, fewest-per-client = 6 }", "data.fewest-per-client", "0..5")]
    [InlineData("channel.trace = x.csv", "channel.trace", "channel.model = shared")]
    [InlineData("channel.intervals = x.csv", "channel.intervals", "channel.model = shared")]
    [InlineData("channel { model = shared, trace = none.csv }", "channel.trace", "docs/traces.md")]
    [InlineData("channel.mobility.form = to-and-fro", "channel.mobility.form", "channel.model = shared")]
    [InlineData("channel { model = shared, mobility { form = to-and-fro, near = 2 km, far = 1 km } }", "channel.mobility.far", "at least channel.mobility.near")]
    [InlineData("channel { model = shared, mobility { form = to-and-fro, interval = 1 ms } }", "channel.mobility.interval", "shorter channel.mobility.until")]
    [InlineData("channel { model = shared, mobility { form = to-and-fro, far = 20001 mm, speed = 1000 m/s } }", "channel.mobility.interval", "shorter channel.mobility.until")]
    [InlineData("channel.delay-form = normal", "channel.delay-form", "channel.model = shared")]
    [InlineData("data { count-rule = dominant-fixed, dominant-rule = one-minus-tau }", "data.count-rule", "total-fixed")]
    public void Keys_that_contradict_each_other_are_refused_with_what_fits(string text, string key, string remedy)
    {
        var refused = Experiments.Refuse(text);

        Assert.Equal(key, refused.Key);
        Assert.Contains(remedy, refused.Remedy, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("experiment.clients = ten", "'ten' is not a whole number")]
    [InlineData("experiment.clients = 1.5", "'1.5' is not a whole number")]
    [InlineData("experiment.clients = [3]", "[3] is not a single value")]
    [InlineData("data.tau = NaN", "'NaN' is not a number")]
    [InlineData("data.tau = 0,3", "no '=' or '{' follows this key")]
    [InlineData("data.partition = zipf", "'zipf' is not known")]
    [InlineData("channel.profile = 6g", "'6g' is not known")]
    [InlineData("channel.profile = [lte]", "[lte] is not a single value")]
    [InlineData("aggregator.place = moon", "'moon' is not known")]
    [InlineData("aggregator.standby = base-station", "'base-station' is not a list")]
    [InlineData("aggregator.standby = [moon]", "'moon' is no place")]
    [InlineData("aggregator.standby = [client-x]", "'client-x' is no place")]
    [InlineData("device.profile = abacus", "'abacus' is not known")]
    [InlineData("channel.model = shard", "'shard' is not known")]
    [InlineData("channel.delay-form = gamma", "'gamma' is not known")]
    [InlineData("fedsc.secret = public", "'public' is not known")]
    [InlineData("latent.precision = int4", "'int4' is not known")]
    [InlineData("model.precision = fp16", "'fp16' is not known")]
    [InlineData("expert.start = copy", "'copy' is not known")]
    [InlineData("evaluation.macro-f1 = some", "'some' is not known")]
    [InlineData("experiment.name = \"a/b\"", "'a/b' is not a name")]
    [InlineData("evaluation.enabled = perhaps", "'perhaps' is not known")]
    [InlineData("inference.gates = fedgate", "'fedgate' is not a list")]
    [InlineData("inference.gates = []", "the list is empty")]
    [InlineData("inference.gates = [fedgate, fedgate]", "names one twice")]
    [InlineData("inference.gates = [topgate]", "'topgate' is not known")]
    [InlineData("evaluation.references = [oraclegate]", "'oraclegate' is not known")]
    [InlineData("evaluation.references = [globalgate, globalgate]", "names one twice")]
    [InlineData("data.path = \"a\\u0000b\"", "control characters")]
    [InlineData("seed { }", "this is a key, not a section")]
    [InlineData("seed { a = 1 }", "there is no such key")]
    [InlineData("data = cifar10", "this is a section, not a key")]
    [InlineData("extractor.absent = [3]", "this is a section, not a key")]
    [InlineData("\"data.path\" = a", "there is no such key")]
    public void A_value_of_the_wrong_kind_is_refused(string text, string problem) =>
        Assert.Contains(problem, Experiments.Refuse(text).Problem, StringComparison.Ordinal);

    [Fact]
    public void A_missing_file_is_refused_by_name()
    {
        var refused = Assert.Throws<ConfigurationException>(() => ExperimentReader.Read("experiments/none.conf", [], _ => null));

        Assert.StartsWith("experiments/none.conf: there is no such file.", refused.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("seed", "'seed' is not an override")]
    [InlineData("=3", "'=3' is not an override")]
    [InlineData("sead=3", "there is no such key")]
    [InlineData("seed=", "no value stands here")]
    [InlineData("seed==3", "a second '=' follows the first")]
    [InlineData("seed=1, model.width=8", "more text follows a finished value")]
    [InlineData("seed=1\nmodel.width=8", "more text follows a finished value")]
    [InlineData("channel={profile=wifi} seed=2", "more text follows a finished value")]
    [InlineData("channel={profile=wifi", "this brace is never closed")]
    [InlineData("include \"x.conf\"=1", "this is not a key")]
    [InlineData("data.path=/a:b", "':' stands inside a value")]
    [InlineData("data.path=$HOME", "substitutions such as ${NAME} are not read alike by all engines")]
    [InlineData("sweep.repeat=seed", "there is no such key")]
    [InlineData("#seed=1", "this is not a key")]
    [InlineData("inference.gates=[fedgate", "this bracket is never closed")]
    public void A_wrong_override_is_refused_by_the_name_of_the_option(string set, string problem)
    {
        var refused = Experiments.Refuse(string.Empty, set);

        Assert.Equal(problem, refused.Problem);
        Assert.StartsWith("--set: ", refused.Message, StringComparison.Ordinal);
    }
}
