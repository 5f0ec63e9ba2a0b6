namespace NMoE.Cli.Tests.StrangeInput;

/// <summary>What is given to <c>--set</c>.</summary>
internal static class OverrideRows
{
    public static Row[] All =>
    [
        new("an override without an equals sign", "config x.conf --set seed", 2, "--set", "seed"),
        new("an override without a key", "config x.conf --set =1", 2, "--set"),
        new("an override without a value", "config x.conf --set seed=", 2, "--set", "seed"),
        new("an empty override", "config x.conf --set ''", 2, "--set"),
        new("an override of a key that there is not", "run x.conf --set seeed=1", 2, "--set: seeed", "Did you mean seed?"),
        new("an override below a key", "run x.conf --set seed.more=1", 2, "--set: seed.more"),
        new("an override out of range", "cost x.conf --set data.tau=2", 2, "--set: data.tau", "(0, 1]"),
        new("an override of a section by a number", "sweep x.conf --set data=5", 2, "--set: data"),
        new("an override that opens a brace", "fuzz x.conf --set 'channel={profile=wifi'", 2, "--set: channel", "Add the missing '}'"),
        new("an override that includes", "run x.conf --set 'include \"x.conf\"'", 2, "--set"),
        new("an override of another experiment's size", "verify x.conf --set experiment.clients=0", 2, "--set: experiment.clients", "1..4194304"),
        new("an override without a unit", "calibrate x.conf --set channel.delay=20", 2, "--set: channel.delay", "unit"),
        new("an override that is a list for a word", "live x.conf --set 'extractor.method=[fedce]'", 2, "extractor.method"),
        new("a mistake after a good override", "run x.conf --set seed=2 --set seed=x", 2, "--set: seed: 'x'"),
        new("a section's override in quotes", "run x.conf --set '\"seed\"=x'", 2, "seed"),
        new("two overrides in one", "config x.conf --set 'seed=1, model.width=32'", 2, "--set: more text follows a finished value", "an override of its own"),
        new("an override that needs quotes", "config x.conf --set data.path=/a:b", 2, "--set: data.path", "as in --set 'data.path="),
        new("an override that hides an axis by a section", "sweep c.conf --set 'channel={profile=wifi}'", 2, "--set: channel.profile: the axis 'net'", "--set channel={profile=wifi}")
        { Arranged = place => place.Write("c.conf", "sweep.axes.net { a { channel.profile = lte }, b { channel.profile = nb-iot } }") },
        new("an override of what the profiles of an axis give", "sweep c.conf --set 'channel.up=1 Mbit/s'", 2, "--set: channel.up: the axis 'net'", "channel.profile")
        { Arranged = place => place.Write("c.conf", "sweep.axes.net { a { channel.profile = lte }, b { channel.profile = nb-iot } }") },
        new("an axis without values", "sweep x.conf --axis seed", 2, "--axis", "--axis seed=1..5"),
        new("an axis of a key that there is not", "cost x.conf --axis sed=1,2", 2, "--axis: sed", "Did you mean seed?"),
        new("an axis with a value that its key cannot have", "sweep x.conf --axis data.tau=0.2,2", 2, "--axis: data.tau", "(0, 1]"),
        new("an axis that an override makes one value", "sweep x.conf --axis seed=1,2 --set seed=3", 2, "--set: seed: the axis 'seed'"),
        new("threads beyond all machines", "run x.conf --set compute.threads=2000", 2, "compute.threads", "1024"),
    ];
}
