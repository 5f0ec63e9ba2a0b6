namespace NMoE.Cli.Tests.StrangeInput;

/// <summary>Mistakes that the command line's library finds: commands, options, words that are missing or too many.</summary>
internal static class GrammarRows
{
    public static Row[] All =>
    [
        new("a command that there is not", "rnu x.conf", 2, "rnu"),
        new("an option that there is not", "run x.conf --sed 1", 2, "--sed"),
        new("no experiment", "run", 2, "CONF"),
        new("two experiments", "run x.conf y.conf", 2, "y.conf"),
        new("an option without its value", "config x.conf --set", 2, "--set"),
        new("an option twice", "run x.conf --out a --out b", 2, "--out"),
        new("seeds of letters", "fuzz x.conf --seeds many", 2, "--seeds", "many"),
        new("seeds beyond 64 bits", "fuzz x.conf --seeds 99999999999999999999", 2, "--seeds"),
        new("a negative seed to replay", "fuzz x.conf --seed -1", 2, "--seed"),
        new("a bench of nothing", "bench", 2),
        new("a bench that there is not", "bench everything", 2, "everything"),
        new("a diagnosis of a word", "doctor x.conf", 2, "x.conf"),
        new("a comparison of nothing", "compare", 2, "RUN"),
        new("figures of nothing", "plot", 2, "RUN"),
        new("a sweep of nothing", "sweep", 2, "CONF"),
        new("a data set to get that there is not", "data get imagenet", 2, "imagenet", "cifar10"),
        new("no data set to get", "data get", 2),
        new("no word after data", "data", 2),
        new("no address to join", "status", 2, "--join"),
        new("no address for a worker", "worker", 2, "--join"),
    ];
}
