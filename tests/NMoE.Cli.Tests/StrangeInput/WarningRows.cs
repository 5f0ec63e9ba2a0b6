namespace NMoE.Cli.Tests.StrangeInput;

/// <summary>What is no mistake and yet worth knowing: each command that reads an experiment says it, on standard error, before anything else.</summary>
internal static class WarningRows
{
    private const string Unread = "warning: c.conf:1: data.alpha: nothing reads this key where data.partition = iid";
    private const string Late = "warning: inference.deadline is 1 ms, and a request takes ";
    private const string Text = "data.alpha = 2\ndata { train-per-client = 60, test-per-client = 20 }\ninference.deadline = 1 ms\nextractor { rounds = 1, epochs = 1 }\nexperiment.clients = 2\n";
    private const string Sweep = Text + "sweep { axes.seed { \"\u65E5\" { seed = 1 }, b { seed = 2 } }, figure { axis = seed, title = T, gates = [fedgate] } }\n";

    public static Row[] All =>
    [
        Of("config", "config c.conf", 0),
        Of("fuzz", "fuzz c.conf --seeds 1 --threads 1", 0),
        Of("cost", "cost c.conf --set data.name=cifar10 --set data.path=nowhere", 2, "nowhere"),
        Of("run", "run c.conf --cluster here", 2, "'here' is no address of a run"),
        Of("verify", "verify c.conf --threads none", 2, "'none' is no list of numbers of threads"),
        Of("calibrate", "calibrate c.conf --threads 3", 2, "3 clients cannot train at the same time"),
        Of("live", "live c.conf --listen here --set 'device.energy.radio=2 W'", 2, "warning: --set: device.energy.radio: nmoe live does not read this key: no energy is counted live. It is read with nmoe run.", "'here'"),
        Of("sweep", "sweep c.conf --out file", 4, "warning: The typeface of figures has no sign for \u65E5") with
        {
            Arranged = place =>
            {
                place.Write("c.conf", Sweep);
                place.Write("file", "");
            },
        },
        Of("sweep whose experiments differ", "sweep c.conf --out file", 4, "warning: slow: inference.deadline is 1 ms, and a request takes ") with
        {
            Arranged = place =>
            {
                place.Write("c.conf", Text.Replace("inference.deadline = 1 ms\n", "", StringComparison.Ordinal) + "sweep.axes.patience { slow { inference.deadline = 1 ms }, fast { inference.deadline = 1 h } }\n");
                place.Write("file", "");
            },
            Says = [Unread, "warning: slow: inference.deadline is "],
        },
    ];

    private static Row Of(string name, string line, int code, params string[] says) =>
        new($"what {name} has to warn of", line, code, [Unread, Late, .. says]) { Arranged = place => place.Write("c.conf", Text) };
}
