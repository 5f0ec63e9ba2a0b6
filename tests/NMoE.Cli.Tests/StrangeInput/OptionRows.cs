namespace NMoE.Cli.Tests.StrangeInput;

/// <summary>Words and numbers of the command line.</summary>
internal static class OptionRows
{
    public static Row[] All =>
    [
        new("no seeds", "fuzz x.conf --seeds 0", 2, "--seeds", "from 1 on"),
        new("a search without threads", "fuzz x.conf --threads 0", 2, "--threads", "1..1024"),
        new("a search for no time", "fuzz x.conf --time soon", 2, "--time", "10 min"),
        new("a verification on no threads", "verify x.conf --threads 0", 2, "--threads", "1..1024"),
        new("a verification on threads without number", "verify x.conf --threads 1,,2", 2, "--threads", "'1,,2'"),
        new("a verification on threads beyond all machines", "verify x.conf --threads 1025", 2, "--threads", "1..1024"),
        new("a measurement of nobody", "calibrate x.conf --threads 0", 2, "--threads", "1..1024"),
        new("a measurement of more than there are", "calibrate x.conf --threads 3", 2, "--threads", "The experiment has 2"),
        new("a measurement of no times", "calibrate x.conf --repeats 0", 2, "--repeats", "1..1000"),
        new("a measurement of too many times", "calibrate x.conf --repeats 1001", 2, "--repeats", "1..1000"),
        new("a bench of no events", "bench loop --events 0", 2, "--events", "0"),
        new("a bench of negative events", "bench loop --events -5", 2, "--events"),
        new("rates of no such extractor", "bench rates --models resnet99", 2, "resnet99", "vit-tiny"),
        new("rates of no model", "bench rates --models cnn,", 2, "--models"),
        new("a workload of no round", "bench fedavg flute --rounds 0", 2, "--rounds", "0"),
        new("a bench of no pairs", "bench overhead --pairs 0", 2, "--pairs", "0"),
        new("a bench of no rounds", "bench cluster --rounds 0", 2, "--rounds", "0"),
        new("a bench of no pictures", "bench cluster --train-per-client 0", 2, "--train-per-client", "0"),
        new("a figure of a gate that there is not", "plot runs/x --gate fedgat", 2, "--gate: 'fedgat'", "Did you mean fedgate?"),
        new("a label without a gate", "plot runs/x --label Ours", 2, "--label: 'Ours'", "GATE=LABEL"),
        new("a label of a gate that there is not", "plot runs/x --label fedgat=Ours", 2, "--label: 'fedgat'", "Did you mean fedgate?"),
        new("a figure of no width", "plot runs/x --width 0", 2, "--width", "30..600"),
        new("a sweep over a key that there is not", "sweep c.conf", 2, "c.conf:1", "seeed") { Arranged = place => place.Write("c.conf", "sweep.axes.pair { a { seeed = 1 } }") },
        new("a sweep over a list", "sweep c.conf", 2, "c.conf:1: sweep.axes.seed", "sweep.axes.AXIS.LABEL { KEYS }") { Arranged = place => place.Write("c.conf", "sweep.axes { seed = [1, 2] }") },
        new("a sweep over a wrong value", "sweep c.conf", 2, "c.conf", "seed", "'x'") { Arranged = place => place.Write("c.conf", "sweep.axes.pair { a { seed = x } }") },
    ];
}
